"""The meter by itself: a page with every month, figures for programs, a picture for other sites."""

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep, shows
from commonpress.fundraising import queries
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.meter import Meter
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import month_named
from commonpress.fundraising.typeset import period_text, typeset
from commonpress.newsroom.middleware import publication_of

SECONDS_KEPT = 15


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    keep("drive:*")
    meter = queries.current_meter(timezone.now())
    language = publication_of(request).language
    rows = []
    if meter is not None:
        for total in queries.months(meter.drive)[:120]:
            received = Money(total.received_minor, total.currency)
            period = month_named(total.period_key, meter.drive.reset_day)
            rows.append(
                {
                    "period": period_text(meter.drive, period, language) if period else "",
                    "received": amount_text(received, language),
                    "promised": amount_text(Money(total.promised_minor, total.currency), language)
                    if total.promised_minor
                    else "",
                    "gifts": total.gifts,
                }
            )
    return render(request, "fundraising/meter_page.html", {"drive": meter and meter.drive, "rows": rows})


@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """The band for a frame on somebody else's page: it says and leads on, and there is nothing to press in it."""
    keep("drive:*")
    return render(request, "fundraising/embed.html", {"has_drive": queries.current_meter(timezone.now()) is not None})


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    keep("drive:*")
    meter = current_or_404()
    shown = typeset(meter, publication_of(request).language)
    response = JsonResponse(
        {
            "drive": meter.drive.slug,
            "title": meter.drive.title,
            "period": meter.period.key,
            "currency": meter.drive.currency,
            "received_minor": meter.received.minor,
            "promised_minor": meter.promised.minor,
            "goal_minor": meter.goal.minor if meter.goal else None,
            "gifts": meter.gifts,
            "ticks": [{"minor": tick.minor, "words": tick.words} for tick in meter.ticks],
            "received": shown.amount,
            "goal": shown.goal,
            "text": shown.spoken,
            "counts": shown.counts,
            # What the band on every page says beside, and where the sum stands on its ruler.
            "heading": shown.period or shown.title,
            "places": {"received": shown.received_width, "promised": shown.promised_width, "anchor": shown.end_anchor},
        }
    )
    return for_everybody(response, meter)


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    keep("drive:*")
    meter = current_or_404()
    publication = publication_of(request)
    context = {
        "meter": typeset(meter, publication.language),
        "publication": publication,
        "language": publication.language,
    }
    response = render(request, "fundraising/meter.svg", context, content_type="image/svg+xml")
    return for_everybody(response, meter)


def current_or_404() -> Meter:
    meter = queries.current_meter(timezone.now())
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
