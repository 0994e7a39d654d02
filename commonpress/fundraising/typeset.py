"""A meter as it is printed: every word and every place on the ruler, ready for a template."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from babel.dates import format_interval
from babel.numbers import format_percent
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

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
    matched: str
    promised: str
    percent: str
    spoken: str
    counts: str
    marks: list[Mark]
    received_width: str
    matched_width: str
    # Where what is raised ends and what is promised begins.
    raised_width: str
    promised_width: str
    end_anchor: str


def typeset(meter: Meter, language: str) -> TypesetMeter:
    sums = (meter.received, meter.raised, meter.raised + meter.promised)
    received, raised, both = (meter.place(money.minor) if meter.goal else Fraction(0) for money in sums)
    with override(language):
        return TypesetMeter(
            title=meter.drive.title,
            period=period_text(meter.drive, meter.period, language),
            amount=amount_text(meter.raised, language),
            goal=amount_text(meter.goal, language) if meter.goal else "",
            matched=amount_text(meter.matched, language) if meter.matched else "",
            promised=amount_text(meter.promised, language) if meter.promised else "",
            percent=percent_text(meter.share, language) if meter.share is not None else "",
            spoken=spoken_text(meter, language),
            counts=counts_text(meter, language),
            marks=marks_of(meter, language),
            received_width=percentage(received),
            matched_width=percentage(raised - received),
            raised_width=percentage(raised),
            promised_width=percentage(both - raised),
            end_anchor=anchor_at(raised),
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
    counted = meter.goal or meter.raised
    words = {
        "received": figure_text(meter.raised, language),
        "goal": figure_text(counted, language),
        "currency": currency_words(counted.currency, counted.major, language),
        "period": period_text(meter.drive, meter.period, language),
    }
    if meter.goal is None:
        line = (
            gettext("%(received)s %(currency)s raised for %(period)s")
            if words["period"]
            else gettext("%(received)s %(currency)s raised")
        )
    elif words["period"]:
        line = gettext("%(received)s of %(goal)s %(currency)s raised for %(period)s")
    else:
        line = gettext("%(received)s of %(goal)s %(currency)s raised")
    spoken = line % words
    if meter.matched:
        spoken += gettext(", %(matched)s of it from the matching pool") % {
            "matched": figure_text(meter.matched, language)
        }
    if meter.promised:
        spoken += gettext(", %(promised)s more promised") % {"promised": figure_text(meter.promised, language)}
    return spoken


# One whole sentence for each kind of drive and way of counting, since none can be put together in every language.
COUNTS = {
    (True, Drive.Counts.GROSS): _("Counts what readers gave this month, before fees and after refunds."),
    (True, Drive.Counts.NET): _("Counts what readers gave this month, after fees and refunds."),
    (False, Drive.Counts.GROSS): _("Counts what readers gave for this drive, before fees and after refunds."),
    (False, Drive.Counts.NET): _("Counts what readers gave for this drive, after fees and refunds."),
}


def counts_text(meter: Meter, language: str) -> str:
    """Return what the meter counts, in one sentence, and a short one for whatever else it shows."""
    drive = meter.drive
    sentences = [str(COUNTS[drive.kind == Drive.Kind.MONTH, Drive.Counts(drive.counts)])]
    if meter.matched:
        words = (
            gettext("%(by)s added %(matched)s.")
            if drive.match_by
            else gettext("%(matched)s of it was added by a matching pool.")
        )
        sentences.append(words % {"by": drive.match_by, "matched": amount_text(meter.matched, language)})
    sentences += [
        ngettext(
            "Not in the sum: %(count)s gift in %(currency)s.",
            "Not in the sum: %(count)s gifts in %(currency)s.",
            apart.gifts,
        )
        % {"count": apart.gifts, "currency": apart.money.currency}
        for apart in meter.apart
    ]
    if meter.promised:
        sentences.append(promise_text(meter, language))
    return " ".join(sentences)


def promise_text(meter: Meter, language: str) -> str:
    """Return which part of the ruler is promised, or how much it is where the ruler has no room left for it."""
    if meter.goal and meter.place((meter.raised + meter.promised).minor) > meter.place(meter.raised.minor):
        return gettext("The fainter part is promised.")
    return gettext("%(promised)s more is promised.") % {"promised": amount_text(meter.promised, language)}


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
