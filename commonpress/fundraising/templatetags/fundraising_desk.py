"""What the treasurer's templates ask."""

from django import template
from django.urls import reverse

from commonpress.fundraising.queries.waiting import Waiting

register = template.Library()


@register.filter
def address_of(waiting: Waiting) -> str:
    """Return where the things that wait are dealt with."""
    address = reverse(f"fundraising_desk:{waiting.screen}")
    return f"{address}?{waiting.query}" if waiting.query else address
