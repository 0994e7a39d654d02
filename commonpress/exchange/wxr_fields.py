"""The fields of a WordPress export: by their customary names, whatever the version's namespaces."""

import html
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from lxml import etree

Fields = dict[str, list[etree._Element]]  # noqa: SLF001  lxml's name for its elements


def prefix_of(element: etree._Element) -> str:
    """Return the customary prefix of an element's namespace; the address differs by version."""
    if not isinstance(element.tag, str):  # a comment
        return ""
    namespace = etree.QName(element).namespace or ""
    if namespace.endswith("/excerpt/"):
        return "excerpt"
    if "wordpress.org/export" in namespace:
        return "wp"
    return {"http://purl.org/rss/1.0/modules/content/": "content", "http://purl.org/dc/elements/1.1/": "dc"}.get(
        namespace, ""
    )


def fields_of(element: etree._Element) -> Fields:
    fields: Fields = {}
    for child in element:
        if isinstance(child.tag, str):
            prefix = prefix_of(child)
            name = etree.QName(child).localname
            fields.setdefault(f"{prefix}:{name}" if prefix else name, []).append(child)
    return fields


def text(fields: Fields, name: str) -> str:
    return (fields[name][0].text or "").strip() if name in fields else ""


def meta(fields: Fields, name: str) -> dict[str, str]:
    """Return post or comment meta by key; the first of a repeated key counts."""
    values: dict[str, str] = {}
    for element in fields.get(name, []):
        pair = fields_of(element)
        values.setdefault(text(pair, "wp:meta_key"), text(pair, "wp:meta_value"))
    return values


# Before the first newspaper (Strasbourg, 1605) a date is a slip of the keyboard.
EARLIEST_YEAR = 1600


def moment(gmt: str, local: str, zone: ZoneInfo) -> datetime | None:
    """Return WordPress's pair of times as one aware time; zeros and nonsense are no time."""
    for value, of_zone in ((gmt, UTC), (local, zone)):
        try:
            found = datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=of_zone)
        except ValueError:
            continue
        if found.year >= EARLIEST_YEAR:
            return found
    return None


def feed_moment(written: str) -> datetime | None:
    """Return a time as feeds write it (RFC 5322); WordPress writes the year -0001 where there is none."""
    if re.search(r" \d{4} ", written) is None:
        return None
    try:
        found = parsedate_to_datetime(written)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found.year >= EARLIEST_YEAR else None


def path_of(address: str) -> str:
    """Return an address's path as requests will name it, or its WordPress query, or "".

    Raises ValueError when it is no address, as in "http://[x/".
    """
    parts = urlsplit(address.strip())
    if parts.query:
        return f"?{parts.query}"
    path = re.sub("/+", "/", unquote(parts.path))
    return path if path not in {"", "/"} else ""


def whole_number(digits: str) -> int:
    return int(digits) if re.fullmatch(r"-?[0-9]{1,9}", digits) else 0


def plain(markup: str) -> str:
    """Return text without tags and entities, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", "", markup)).split())


def unique(*values: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
