"""A meter as it is printed: every word and every place on the ruler, ready for a template."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from babel.dates import format_interval
from babel.numbers import format_percent
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonpress.fundraising.amounts import amount_text, currency_words, figure_text
from commonpress.fundraising.meter import Meter
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import Period
from commonpress.lib import formats


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    anchor: str
    label: str


@dataclass(frozen=True, slots=True)
class TypesetMeter:
    """Places are percentages of the ruler's width, so that it is drawn without knowing how wide it is."""

    title: str
    period: str
    amount: str
    goal: str
    promised: str
    percent: str
    spoken: str
    counts: str
    marks: list[Mark]
    received_width: str
    promised_width: str
    end_anchor: str


def typeset(meter: Meter, language: str) -> TypesetMeter:
    has_ruler = meter.goal is not None
    received = meter.place(meter.received.minor) if has_ruler else Fraction(0)
    both = meter.place(meter.received.minor + meter.promised.minor) if has_ruler else Fraction(0)
    with override(language):
        return TypesetMeter(
            title=meter.drive.title,
            period=period_text(meter.drive, meter.period, language),
            amount=amount_text(meter.received, language),
            goal=amount_text(meter.goal, language) if meter.goal else "",
            promised=amount_text(meter.promised, language) if meter.promised else "",
            percent=percent_text(meter.share, language) if meter.share is not None else "",
            spoken=spoken_text(meter, language),
            counts=counts_text(meter),
            marks=marks_of(meter, language),
            received_width=percentage(received),
            promised_width=percentage(both - received),
            end_anchor=anchor_at(received),
        )


def period_text(drive: Drive, period: Period, language: str) -> str:
    """Return "June 2021", or the days where a period is not a calendar month; nothing for an open end."""
    if drive.kind == Drive.Kind.OPEN:
        return ""
    if drive.kind == Drive.Kind.MONTH and drive.reset_day == 1:
        return formats.month(period.first_on, language)
    return format_interval(period.first_on, period.last_on, skeleton="yMMMd", locale=formats.locale_of(language))


def spoken_text(meter: Meter, language: str) -> str:
    """Return the meter as it is read aloud: "1,360 of 5,000 dollars raised for June 2021"."""
    counted = meter.goal or meter.received
    words = {
        "received": figure_text(meter.received, language),
        "goal": figure_text(counted, language),
        "currency": currency_words(counted.currency, counted.major, language),
        "period": period_text(meter.drive, meter.period, language),
    }
    if meter.goal is None:
        line = (
            _("%(received)s %(currency)s raised for %(period)s")
            if words["period"]
            else _("%(received)s %(currency)s raised")
        )
    elif words["period"]:
        line = _("%(received)s of %(goal)s %(currency)s raised for %(period)s")
    else:
        line = _("%(received)s of %(goal)s %(currency)s raised")
    spoken = line % words
    if meter.promised:
        spoken += _(", %(promised)s more promised") % {"promised": figure_text(meter.promised, language)}
    return spoken


def counts_text(meter: Meter) -> str:
    """Return the one sentence that says what the meter counts."""
    if meter.drive.kind == Drive.Kind.MONTH:
        sentence = _("Counts what readers gave this month, before fees and after refunds.")
    else:
        sentence = _("Counts what readers gave for this drive, before fees and after refunds.")
    return " ".join([sentence, _("The fainter part is promised.")]) if meter.promised else sentence


def marks_of(meter: Meter, language: str) -> list[Mark]:
    if meter.goal is None:
        return []
    return [
        Mark(
            x=percentage(meter.place(tick.minor)),
            anchor=anchor_at(meter.place(tick.minor), edge=Fraction(1, 20)),
            label=tick.words or amount_text(Money(tick.minor, meter.drive.currency), language),
        )
        for tick in meter.ticks
    ]


def percent_text(share: Fraction, language: str) -> str:
    """Return the share rounded down to a tenth: a drive is at 100 % when it is, not a cent before."""
    return format_percent(floor(share * 1000) / 1000, format="#,##0.#\u00a0%", locale=formats.locale_of(language))


def percentage(place: Fraction) -> str:
    return f"{float(place * 100):.2f}".rstrip("0").rstrip(".") + "%"


def anchor_at(place: Fraction, edge: Fraction = Fraction(1, 4)) -> str:
    """Return how words stand to their place, so that none leaves the sheet at either end."""
    if place < edge:
        return "start"
    return "end" if place > 1 - edge else "middle"
