"""Pages as PDF, where the extra `pdf` is installed (WeasyPrint, and Pango on the machine)."""

from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join

# Addresses in the page are made whole with it; nothing is ever asked of it.
NOWHERE = "http://paper.invalid/"


@cache
def is_available() -> bool:
    """Tell whether PDFs can be made here. The first call loads the library, which takes half a second."""
    try:
        import weasyprint  # noqa: F401, PLC0415  an extra
    except (ImportError, OSError):  # not installed, or without Pango
        return False
    return True


def pdf_of(html: str) -> bytes:
    """Return a page as PDF. It loads our own static files and nothing else."""
    from weasyprint import HTML  # noqa: PLC0415  an extra
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OurFiles(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            file = our_file(url)
            kind = guess_type(file.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})

    return bytes(HTML(string=html, base_url=NOWHERE, url_fetcher=OurFiles()).write_pdf())


def our_file(url: str) -> Path:
    """Return where a static file lies: collected under its served name, or in a checkout under its own.

    Raises SuspiciousFileOperation for anything else.
    """
    path = urlsplit(url).path
    if not url.startswith(NOWHERE) or not path.startswith(settings.STATIC_URL):
        raise SuspiciousFileOperation(f"{url} is no static file of ours.")
    name = path.removeprefix(settings.STATIC_URL)
    collected = Path(safe_join(settings.STATIC_ROOT, name))
    return collected if collected.is_file() else Path(str(finders.find(name)))
