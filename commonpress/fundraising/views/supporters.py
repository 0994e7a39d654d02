"""The supporters' wall: who wished to be named, after somebody of the paper has read the name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep
from commonpress.fundraising.queries import wall

MESSAGES = 12


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    # A name comes and goes with gifts and refunds, too.
    keep("drive:*", "wall")
    # Not "messages": that is what the sheet around it calls what a reader is told.
    context = {"names": wall.names(), "words": wall.messages(MESSAGES)}
    return render(request, "fundraising/supporters.html", context)
