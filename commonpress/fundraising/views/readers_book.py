"""The book as files for readers, and how to check it with them."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep
from commonpress.fundraising.ledger import reading
from commonpress.fundraising.queries import meters, months, seals
from commonpress.fundraising.views.ledger import drive_or_404
from commonpress.lib.limits import address_prefix, limit

LONGEST_PART = 6


@require_safe
def period(request: HttpRequest, period_key: str, slug: str | None = None) -> StreamingHttpResponse:
    """Send what was booked in one period of a drive; `?part=2` goes on where 100,000 lines were sent."""
    limit_files(request)
    drive = drive_or_404(slug)
    if not months.has_period(drive, period_key, timezone.now()):
        raise Http404
    part = part_of(request, reading.parts_of_period(drive, period_key))
    return file(reading.lines_of_period(drive, period_key, part), f"{drive.slug}-{period_key}", part)


@require_safe
def book(request: HttpRequest) -> StreamingHttpResponse:
    """Send all that is sealed, of every drive, in the order of the chain."""
    limit_files(request)
    part = part_of(request, reading.parts_of_book())
    return file(reading.lines_of_book(part), "book", part)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Say how anybody can add the figures up again and see whether the book was rewritten."""
    keep("drive:*", "seals")
    context = {
        "drive": meters.current_drive(),
        "seal": seals.latest(),
        "book_parts": range(1, reading.parts_of_book() + 1),
    }
    return render(request, "fundraising/check.html", context)


def limit_files(request: HttpRequest) -> None:
    # Each may be a hundred thousand lines out of the book.
    limit(f"readers-book:{address_prefix(request)}", times=30, seconds=60)
    limit("readers-book", times=300, seconds=60)


def part_of(request: HttpRequest, parts: int) -> int:
    typed = request.GET.get("part", "1")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_PART and 1 <= int(typed) <= parts):
        raise Http404
    return int(typed)


def file(lines: Iterator[str], name: str, part: int) -> StreamingHttpResponse:
    further = f"-{part}" if part > 1 else ""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}{further}.csv"', "X-Robots-Tag": "noindex"},
    )
