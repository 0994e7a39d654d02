"""Times as the publication writes them, and the modules a page loads."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django import template
from django.apps import apps
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commonpress.lib import formats
from commonpress.theme.css import PACKAGES

register = template.Library()


@register.simple_tag
def when(at: datetime | date | None, form: str = "moment") -> SafeString | str:
    """Return a <time> of an absolute moment in the current zone; `form` is moment, day, weekday, short, month or clock."""
    if at is None:
        return ""
    language = translation.get_language() or "en"
    if not isinstance(at, datetime):
        words = formats.month(at, language) if form == "month" else formats.day(at, language)
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), words)
    local = timezone.localtime(at)
    zone = timezone.get_current_timezone_name()
    words = {
        "moment": lambda: formats.moment(at, zone, language),
        "weekday": lambda: formats.weekday(local.date(), language),
        "short": lambda: formats.short_day(local.date(), language),
        "day": lambda: formats.day(local.date(), language),
        "month": lambda: formats.month(local.date(), language),
        "clock": lambda: formats.clock(at, zone, language),
    }[form]()
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.filter
def month_name(day: date) -> str:
    """Return "June 2021" for any day of it."""
    return formats.month(day, translation.get_language() or "en")


@register.simple_tag
@cache
def modules() -> SafeString:
    """Return a script element for each module of the packages; none of them is needed to read, give or comment."""
    addresses = ((static(name),) for name in module_names())
    return format_html_join("\n", '<script type="module" src="{}"></script>', addresses)


@cache
def module_names() -> Iterable[str]:
    names = []
    for package in PACKAGES:
        folder = Path(apps.get_app_config(package).path) / "static"
        found = sorted((folder / package / "js").glob("*.js"))
        # What the desk's own screens use, readers never load.
        names += [path.relative_to(folder).as_posix() for path in found if not path.name.startswith("desk-")]
    return tuple(names)
