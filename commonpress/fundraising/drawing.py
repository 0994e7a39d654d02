"""Meters drawn: the band that pages and frames show."""

from django.template.loader import render_to_string
from django.utils.translation import get_language

from commonpress.fundraising.meter import Meter
from commonpress.fundraising.typeset import typeset


def meter_band(meter: Meter | None) -> str:
    """Return the band of a meter as HTML; nothing of a drive that is not there."""
    context = {
        "meter": meter and typeset(meter, get_language() or "en"),
        "is_linked": True,
        "slug": meter.drive.slug if meter and not meter.drive.is_current else "",
    }
    return render_to_string("fundraising/meter.html", context)
