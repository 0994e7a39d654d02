"""Dates in the demo's texts, written relative to a day so that the paper is never old.

`{day -3}` is the day three days before ("19 November"), `{weekday}`, `{full}`, `{month}`,
`{monthyear}` and `{year}` likewise. The number may be in months or years (`-14m`, `-5y`), and a day
may be moved back to the last working day (`wd`) or to a day of the week (`thu`).
"""

import datetime as dt
import re

_FORMS = {
    "day": "%-d %B",
    "weekday": "%A",
    "full": "%A, %-d %B %Y",
    "month": "%B",
    "monthyear": "%B %Y",
    "year": "%Y",
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLACE = re.compile(r"\{(?P<form>[a-z]+)(?: (?P<step>[+-]\d+)(?P<unit>[my]?))?(?: (?P<snap>[a-z]+))?\}")


def dated(text: str, day: dt.date) -> str:
    """Return the text with its dates reckoned from `day`.

    Raises KeyError or ValueError for a date that is written wrongly.
    """
    return _PLACE.sub(lambda place: _written(place, day), text)


def moved_back(day: dt.date, *, to: str) -> dt.date:
    """Return the last working day ("wd") or day of the week ("thu") on or before a day."""
    if to == "wd":
        return day - dt.timedelta(days=max(0, day.weekday() - 4))
    return day - dt.timedelta(days=(day.weekday() - _DAYS.index(to)) % 7)


def _written(place: re.Match[str], day: dt.date) -> str:
    step = int(place["step"] or 0)
    if place["unit"]:
        day = _months_later(day, step * (12 if place["unit"] == "y" else 1))
    else:
        day += dt.timedelta(days=step)
    if place["snap"]:
        day = moved_back(day, to=place["snap"])
    # English, whatever the machine speaks; "%-d" is not known everywhere.
    names = {"%-d": str(day.day), "%B": _MONTHS[day.month - 1], "%A": _WEEKDAYS[day.weekday()], "%Y": str(day.year)}
    return re.sub(r"%-?[a-zA-Z]", lambda part: names[part[0]], _FORMS[place["form"]])


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, 28))


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
