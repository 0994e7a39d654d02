import io
from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def media(tmp_path, settings) -> Path:
    """A media folder with the one photo that was not lost."""
    settings.MEDIA_ROOT = tmp_path / "ours"
    folder = tmp_path / "uploads" / "2019" / "05"
    folder.mkdir(parents=True)
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "navy").save(picture, "JPEG")
    (folder / "crane.jpg").write_bytes(picture.getvalue())
    return tmp_path / "uploads"
