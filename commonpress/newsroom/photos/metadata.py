"""What a photo file says of itself, in EXIF, IPTC and XMP: by whom, when, what, under which terms.

The IPTC Photo Metadata Standard says which field means what; where two blocks disagree,
XMP is newer than IPTC, and IPTC was written by people where EXIF was written by cameras.
The date taken is the camera's, so there EXIF goes first.
"""

import datetime as dt
import re
from contextlib import suppress
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from PIL import Image, IptcImagePlugin

EXIF_DESCRIPTION, EXIF_ARTIST, EXIF_COPYRIGHT, EXIF_DETAILS, EXIF_TAKEN = 0x010E, 0x013B, 0x8298, 0x8769, 0x9003

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "rights": "http://ns.adobe.com/xap/1.0/rights/",
    "iptc": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
LENGTHS = {"photographer": 120, "agency": 120, "copyright": 200, "licence": 200, "caption": 2000, "alt": 300}
# Cameras write these where a person would write what the picture shows.
SAYS_NOTHING = re.compile(
    r"(olympus|sony|kodak|samsung|minolta|canon|nikon|dcim|digital camera|screenshot)\b.*", re.IGNORECASE
)


def metadata_of(picture: Image.Image) -> dict[str, str]:
    """Return what is known of: taken_on (ISO date), photographer, agency, caption, copyright, licence, alt."""
    exif = exif_of(picture)
    iptc = iptc_of(picture)
    xmp = xmp_of(picture)
    found = {
        "taken_on": first_date(exif.get("taken"), xmp.get("taken"), iptc.get("taken")),
        "photographer": first(xmp.get("creator"), iptc.get("byline"), exif.get("artist")),
        "agency": first(xmp.get("credit"), iptc.get("credit"), xmp.get("source"), iptc.get("source")),
        "copyright": first(xmp.get("rights"), iptc.get("copyright"), exif.get("copyright")),
        "licence": first(xmp.get("terms"), xmp.get("statement")),
        "caption": first(xmp.get("description"), iptc.get("caption"), exif.get("description")),
        "alt": first(xmp.get("alt")),
    }
    found["agency"] = without_name(found["agency"], found["photographer"])
    if SAYS_NOTHING.fullmatch(found["caption"]):
        found["caption"] = ""
    return {name: value[: LENGTHS.get(name, 10)] for name, value in found.items() if value}


def exif_of(picture: Image.Image) -> dict[str, str]:
    try:
        exif = picture.getexif()
        details = exif.get_ifd(EXIF_DETAILS)
    except (ValueError, TypeError, KeyError, SyntaxError, OSError, EOFError, OverflowError):
        return {}  # a damaged block is no reason to refuse the photo
    return {
        "taken": plain(details.get(EXIF_TAKEN)),
        "artist": plain(exif.get(EXIF_ARTIST)),
        "copyright": plain(exif.get(EXIF_COPYRIGHT)),
        "description": plain(exif.get(EXIF_DESCRIPTION)),
    }


def iptc_of(picture: Image.Image) -> dict[str, str]:
    try:
        block: dict[Any, Any] = IptcImagePlugin.getiptcinfo(picture) or {}  # type: ignore[arg-type, no-untyped-call, unused-ignore] # takes any image
    except (ValueError, TypeError, KeyError, SyntaxError, OSError, IndexError, AttributeError):
        return {}
    numbers = {"taken": 55, "byline": 80, "credit": 110, "source": 115, "copyright": 116, "caption": 120}
    return {name: plain(block.get((2, number))) for name, number in numbers.items()}


def xmp_of(picture: Image.Image) -> dict[str, str]:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    if isinstance(packet, str):
        packet = packet.encode()
    packet = packet.strip(b"\x00 \n\r\t")
    if not packet:
        return {}
    try:
        tree = fromstring(packet)
    except (ParseError, DefusedXmlException, ValueError, UnicodeDecodeError):
        return {}
    return {
        "taken": xmp_text(tree, "photoshop", "DateCreated"),
        "creator": xmp_text(tree, "dc", "creator"),
        "credit": xmp_text(tree, "photoshop", "Credit"),
        "source": xmp_text(tree, "photoshop", "Source"),
        "rights": xmp_text(tree, "dc", "rights"),
        "terms": xmp_text(tree, "rights", "UsageTerms"),
        "statement": xmp_text(tree, "rights", "WebStatement"),
        "description": xmp_text(tree, "dc", "description"),
        "alt": xmp_text(tree, "iptc", "AltTextAccessibility"),
    }


def xmp_text(tree: Element, prefix: str, name: str) -> str:
    """Return a property's text, whether written as an attribute, plainly, or as a list; several are joined by commas."""
    key = f"{{{NAMESPACES[prefix]}}}{name}"
    for description in tree.iter(f"{{{NAMESPACES['rdf']}}}Description"):
        if key in description.attrib:
            return plain(description.attrib[key])
        for node in description.findall(key):
            items = [plain(item.text) for item in node.iter(f"{{{NAMESPACES['rdf']}}}li")]
            if node.find(f"{{{NAMESPACES['rdf']}}}Alt") is not None:
                items = items[:1]  # the same text in several languages; the first is the default
            text = ", ".join(item for item in items if item) or plain(node.text)
            if text:
                return text
    return ""


def plain(value: Any) -> str:
    """Return what a metadata field holds as one line of text, or an empty one."""
    if isinstance(value, (list, tuple)):
        return ", ".join(text for text in map(plain, value) if text)
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            value = value.decode("cp1252", errors="replace")
    if not isinstance(value, str):
        return ""
    # Pillow hands EXIF text over as Latin-1, while cameras and editors write UTF-8.
    with suppress(UnicodeEncodeError, UnicodeDecodeError):
        value = value.encode("latin-1").decode()
    kept = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(kept.split())


def first(*texts: str | None) -> str:
    return next((text for text in texts if text), "")


def first_date(*texts: str | None) -> str:
    """Return the first of these that is a day since photography began and not in the future, as YYYY-MM-DD."""
    for text in texts:
        match = re.match(r"(\d{4})[:\-]?(\d{2})[:\-]?(\d{2})(?:\D|$)", text or "")
        if match is None:
            continue
        try:
            day = dt.date(*map(int, match.groups()))
        except ValueError:
            continue
        # A day's grace: the camera may stand east of us.
        if dt.date(1826, 1, 1) <= day <= dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
            return day.isoformat()
    return ""


def without_name(agency: str, photographer: str) -> str:
    """Return the agency of a credit line that repeats the photographer, as in "Ada Byrne / Harbour Press"."""
    if not photographer or not agency.lower().startswith(photographer.lower()):
        return agency
    return agency[len(photographer) :].lstrip(" /,-–—|").removeprefix("for ").strip()
