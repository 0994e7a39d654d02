"""What an editor does to a page at the desk happens whole or not at all.

Wagtail saves a page, its revision and its log one after the other, and sends our receivers their signals when the page
is public already: what failed there would leave a story that readers can open and no list knows.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
READS = {"GET", "HEAD", "OPTIONS"}


def whole_or_not_at_all(view: View) -> View:
    """Have a view change all it changes in one transaction, unless it only reads or draws a preview."""

    @wraps(view)
    def in_one_transaction(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in READS or request.path.endswith("/preview/"):
            return view(request, *args, **kwargs)
        # Read first: nobody else shall wait for what comes in over a slow line.
        _ = request.POST
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return in_one_transaction
