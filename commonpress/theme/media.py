"""Pictures from the data folder, where no web server or object store stands in front to serve them."""

import mimetypes

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase

# Only pictures our own code wrote, which the address book's pattern says: a folder, a name, the ending of a
# raster image. Originals are nobody's business but the desk's, which shows thumbnails.
PUBLIC_FILE = r"(?P<name>(?!originals/)[a-z_-]+/[0-9A-Za-z_-]+\.(?:avif|gif|jpe?g|png|webp))"
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("image/webp", ".webp")


def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send a file whose name never names another picture. What keeps browsers from running it is in headers.py."""
    try:
        file = default_storage.open(name, "rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type=mimetypes.guess_type(name)[0])
    response.block_size = 256 * 1024  # each block is a hop from this thread to the socket's
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
