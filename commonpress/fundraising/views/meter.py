"""The meter by itself: figures for programs, a picture and a band for other sites."""

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep, shows
from commonpress.fundraising.drawing import meter_band
from commonpress.fundraising.meter import Meter
from commonpress.fundraising.queries import meters
from commonpress.fundraising.typeset import TypesetMeter, typeset
from commonpress.newsroom.middleware import publication_of

SECONDS_KEPT = 15


@require_safe
def embed(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The band for a frame on somebody else's page: it says and leads on, and there is nothing to press in it."""
    keep("drive:*")
    return render(request, "fundraising/embed.html", {"band": band(slug)})


def band(slug: str) -> str:
    """Return a drive's band, the current one's without a slug; nothing where there is no drive.

    Raises Http404 for a drive that readers are not shown.
    """
    return meter_band(shown_or_404(slug)) if slug else meter_band(meters.current_meter(timezone.now()))


@require_safe
def figures(request: HttpRequest, slug: str = "") -> HttpResponse:
    keep("drive:*")
    meter = shown_or_404(slug)
    shown = typeset(meter, publication_of(request).language)
    response = JsonResponse(
        {
            "drive": meter.drive.slug,
            "title": meter.drive.title,
            "period": meter.period.key,
            "currency": meter.drive.currency,
            "received_minor": meter.received.minor,
            "matched_minor": meter.matched.minor,
            "promised_minor": meter.promised.minor,
            "goal_minor": meter.goal.minor if meter.goal else None,
            "gifts": meter.gifts,
            "apart": [
                {"currency": apart.money.currency, "minor": apart.money.minor, "gifts": apart.gifts}
                for apart in meter.apart
            ],
            "ticks": [{"minor": tick.minor, "words": tick.words} for tick in meter.ticks],
            "received": shown.amount,
            "goal": shown.goal,
            "text": shown.spoken,
            "counts": shown.counts,
            # What the band on every page says beside, and how its ruler is drawn.
            "heading": shown.period or shown.title,
            "ruler": ruler(shown),
        }
    )
    return for_everybody(response, meter)


def ruler(shown: TypesetMeter) -> list[tuple[str, str, str]]:
    """Return what moves on a ruler when money comes: a part of it, its attribute, and its value now."""
    return [
        ("amount", "x", shown.raised_width),
        ("amount", "text-anchor", shown.end_anchor),
        ("received", "width", shown.received_width),
        ("matched", "x", shown.received_width),
        ("matched", "width", shown.matched_width),
        ("promised", "x", shown.raised_width),
        ("promised", "width", shown.promised_width),
    ]


@require_safe
def picture(request: HttpRequest, slug: str = "") -> HttpResponse:
    keep("drive:*")
    meter = shown_or_404(slug)
    publication = publication_of(request)
    context = {
        "meter": typeset(meter, publication.language),
        "publication": publication,
        "language": publication.language,
    }
    response = render(request, "fundraising/meter.svg", context, content_type="image/svg+xml")
    return for_everybody(response, meter)


def shown_or_404(slug: str) -> Meter:
    """Return the meter of a drive that readers are shown, the current one's without a slug."""
    now = timezone.now()
    meter = meters.shown_meter(slug, now) if slug else meters.current_meter(now)
    if meter is None:
        raise Http404
    return meter


def for_everybody(response: HttpResponse, meter: Meter, now: datetime | None = None) -> HttpResponse:
    """Let it be kept for a moment, but never beyond the drive's own midnight."""
    # A kept copy says how long it may be kept elsewhere; near midnight each reader gets one of their own.
    shows(until=meter.period.until - timedelta(seconds=SECONDS_KEPT))
    left = int((meter.period.until - (now or timezone.now())).total_seconds())
    patch_cache_control(response, public=True, max_age=max(0, min(SECONDS_KEPT, left)))
    response["Access-Control-Allow-Origin"] = "*"
    return response
