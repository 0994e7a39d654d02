"""What other packages' templates draw of the fundraising."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from commonpress.accounts.models import Badge, Person
from commonpress.changes.parts import part
from commonpress.fundraising.drawing import meter_band
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.queries import meters, people

register = template.Library()


@register.simple_tag
def meter() -> str:
    """Draw the band of the current drive: `{% meter %}`. Nothing where there is no drive."""
    return part(draw_meter)


@register.simple_tag
def meter_of(drive: Drive | None) -> str:
    """Draw the band of the drive a page is about, the current one's where there is none or readers are not shown it."""
    is_other = drive is not None and drive.is_visible and not drive.is_current
    return meter_band(meters.meter(drive, timezone.now())) if drive and is_other else meter()


def draw_meter() -> str:
    return meter_band(meters.current_meter(timezone.now()))


@register.inclusion_tag("fundraising/call_for_support.html", takes_context=True)
def call_for_support(context: Context, place: str, page: object = None) -> dict[str, Any]:
    """Set the publication's own words: `{% call_for_support "before" page %}` or "after"."""
    publication = context["publication"]
    return {"text": publication.call_before if place == "before" else publication.call_after, "button": ""}


@register.inclusion_tag("fundraising/badge.html", takes_context=True)
def supporters_badge(context: Context, person: Person) -> dict[str, Any]:
    """Offer a supporter, on their account's page, to be known as one: `{% supporters_badge person %}`."""
    until = people.supports_until(person)
    return {
        "may_show": until is not None and until > timezone.now(),
        "is_shown": Badge.objects.filter(person=person, kind=Badge.Kind.SUPPORTER).exists(),
        "csrf_token": context.get("csrf_token"),
    }
