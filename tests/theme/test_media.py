import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def kept(name: str) -> str:
    return default_storage.save(name, ContentFile(b"a picture"))


def test_a_picture_is_sent_once_and_for_all(client):
    response = client.get(f"/media/{kept('photos/0123abcd.webp')}")

    assert b"".join(response.streaming_content) == b"a picture"
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (response["X-Content-Type-Options"], "sandbox" in response["Content-Security-Policy"]) == ("nosniff", True)
    assert "Content-Disposition" not in response or "attachment" not in response["Content-Disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "photos/not-there.webp",
        "originals/0123abcd.jpg",  # the desk's only
        "photos/page.html",
        "photos/drawing.svg",
        "photos/../originals/0123abcd.jpg",
        "photos/%2e%2e/originals/0123abcd.jpg",
        "../commonpress.sqlite3",
        "photos/",
    ],
)
def test_nothing_else_is_sent(client, path):
    for name in ("originals/0123abcd.jpg", "photos/page.html", "photos/drawing.svg"):
        kept(name)

    assert client.get(f"/media/{path}").status_code == 404
