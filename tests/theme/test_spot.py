from commonpress.theme.colours import spot


def test_the_spot_colour_comes_as_a_stylesheet_that_may_be_kept_for_ever(client, db):
    answer = client.get("/-/spot/0b5cad.css")

    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert f"--spot:{spot('#0b5cad').light};" in answer.text
    assert f"--spot:{spot('#0b5cad').dark};" in answer.text


def test_what_is_no_colour_is_no_stylesheet(client, db):
    assert client.get("/-/spot/red.css").status_code == 404
    assert client.get("/-/spot/0b5cad;}.css").status_code == 404
