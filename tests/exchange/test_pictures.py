import pytest

from commonpress.exchange.pictures import Pictures, names_of_photos

UPLOADS = "https://bugle.example/wp-content/uploads"
RED, BLUE, PNG, FLAT, CRANE = 1, 2, 3, 4, 5
PHOTOS = [
    (f"{UPLOADS}/2019/05/image.jpg", RED),
    (f"{UPLOADS}/2020/06/image.jpg", BLUE),
    (f"{UPLOADS}/2020/06/Image.png", PNG),
    (f"{UPLOADS}/flat.jpg", FLAT),
    (f"{UPLOADS}/2021/07/crane.jpg", CRANE),
    (f"{UPLOADS}/2021/07/crane.jpg", 6),
    (f"{UPLOADS}/2018/01/lost.jpg", None),
    (f"{UPLOADS}/2018/02/lost.jpg", 7),
]


@pytest.mark.parametrize(
    ("address", "photo"),
    [
        (f"{UPLOADS}/2019/05/image.jpg", RED),
        (f"{UPLOADS}/2020/06/image.jpg", BLUE),
        (f"{UPLOADS}/2020/06/image-300x200.png?w=3", PNG),
        (f"{UPLOADS}/2019/05/image-scaled.webp", RED),
        (f"{UPLOADS}/2020/06/image.webp", None),
        (f"{UPLOADS}/2021/08/image.jpg", None),
        ("/pictures/image.jpg", None),
        ("/pictures/crane-300x200.jpg", 6),
        (f"{UPLOADS}/flat.jpg", FLAT),
        (f"{UPLOADS}/2019/05/flat.jpg", None),
        ("/pictures/lost.jpg", None),
        ("", None),
    ],
)
def test_an_address_means_the_photo_of_its_month_or_the_only_one_of_its_name(address, photo):
    assert Pictures({}, names_of_photos(PHOTOS)).find(address=address) == photo


def test_an_id_says_more_than_an_address():
    assert Pictures({"9": BLUE}, names_of_photos(PHOTOS)).find(identity="9", address=PHOTOS[0][0]) == BLUE
