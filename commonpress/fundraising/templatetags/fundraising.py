"""What other packages' templates draw of the fundraising."""

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from commonpress.accounts.models import Badge, Person
from commonpress.changes.parts import part
from commonpress.fundraising import queries
from commonpress.fundraising.typeset import typeset

register = template.Library()


@register.simple_tag
def meter() -> str:
    """Draw the band of the current drive: `{% meter %}`. Nothing where there is no drive."""
    return part(draw_meter)


def draw_meter() -> str:
    found = queries.current_meter(timezone.now())
    context = {"meter": found and typeset(found, get_language() or "en"), "is_linked": True}
    return render_to_string("fundraising/meter.html", context)


@register.inclusion_tag("fundraising/call_for_support.html", takes_context=True)
def call_for_support(context: Context, place: str, page: object = None) -> dict[str, Any]:
    """Set the publication's own words: `{% call_for_support "before" page %}` or "after"."""
    publication = context["publication"]
    return {"text": publication.call_before if place == "before" else publication.call_after, "button": ""}


@register.inclusion_tag("fundraising/badge.html", takes_context=True)
def supporters_badge(context: Context, person: Person) -> dict[str, Any]:
    """Offer a supporter, on their account's page, to be known as one: `{% supporters_badge person %}`."""
    until = queries.supports_until(person)
    return {
        "may_show": until is not None and until > timezone.now(),
        "is_shown": Badge.objects.filter(person=person, kind=Badge.Kind.SUPPORTER).exists(),
        "csrf_token": context.get("csrf_token"),
    }
