import pytest

from commonpress.exchange.media import MediaFolder


def test_the_file_whose_folders_agree_with_the_address_is_found(tmp_path):
    for month in ("04", "05"):
        (tmp_path / "uploads" / "2019" / month).mkdir(parents=True)
        (tmp_path / "uploads" / "2019" / month / "crane.jpg").write_bytes(month.encode())

    found = MediaFolder(tmp_path).find("https://bugle.example/wp-content/uploads/2019/05/Crane.jpg?w=300")

    assert found.read_bytes() == b"05"


@pytest.mark.parametrize(
    ("files", "address", "found"),
    [
        (["2020/06/image.jpg"], "2019/05/image.jpg", None),
        (["2020/06/image.jpg", "image.jpg"], "2019/05/image.jpg", None),
        (["image.jpg"], "2019/05/image.jpg", "image.jpg"),
        (["a/image.jpg", "b/image.jpg"], "2019/05/image.jpg", None),
        (["2020/06/image.jpg"], "image.jpg", "2020/06/image.jpg"),
        (["2020/06/image.jpg", "2019/05/image.jpg"], "image.jpg", None),
        (
            ["sites/2/2019/05/image.jpg", "sites/3/2019/05/image.jpg"],
            "sites/3/2019/05/image.jpg",
            "sites/3/2019/05/image.jpg",
        ),
        (["image.jpg"], "[x/image.jpg", None),
    ],
)
def test_a_file_of_another_month_is_not_taken_for_the_one_that_is_missing(tmp_path, files, address, found):
    folder = tmp_path / "2024" / "06"  # a backup's date says nothing of what is in it
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()

    path = MediaFolder(folder).find(f"https://{address}" if address[0] == "[" else f"https://bugle.example/{address}")

    assert path == (folder / found if found else None)


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    (tmp_path / "other.jpg").write_bytes(b"")

    assert MediaFolder(tmp_path).find("https://bugle.example/crane.jpg") is None
    assert MediaFolder(tmp_path).find("https://bugle.example/../../etc/") is None
    assert MediaFolder(None).find("https://bugle.example/other.jpg") is None


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"secret")
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "crane.jpg").symlink_to(secret)

    assert MediaFolder(folder).find("https://bugle.example/crane.jpg") is None
