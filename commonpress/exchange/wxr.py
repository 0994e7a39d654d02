"""WordPress's export format (WXR 1.0 to 1.2) into records, as a stream.

The file is read twice: `survey` checks all of it and remembers the small things (authors,
terms, attachments), so that a broken file is refused before anything is written; `entries`
then yields one story or page after the other. Entities are never resolved, a document type
is refused, nothing is fetched.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from lxml import etree

from commonpress.exchange.clean_text import CleanUtf8
from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.records import CommentRecord, EntryRecord, EntryState, FileRecord, Kind, PhotoRecord
from commonpress.exchange.report import Report
from commonpress.exchange.wxr_comments import comments
from commonpress.exchange.wxr_fields import (
    Fields,
    feed_moment,
    fields_of,
    meta,
    moment,
    path_of,
    plain,
    prefix_of,
    text,
    unique,
    whole_number,
)
from commonpress.exchange.wxr_terms import (
    Terms,
    give_desks_their_addresses,
    make_tags_of_further_desks,
    remember_author,
    remember_desk,
    remember_login,
    remember_tag,
    remember_terms_used,
    report_other_term,
    terms_of,
)

ENTRY_KINDS = {"post": Kind.STORY, "page": Kind.PAGE}
NOT_ENTRIES = {"trash", "inherit"}
ENTRY_STATES = {
    "publish": EntryState.PUBLIC,
    "future": EntryState.SCHEDULED,
    "draft": EntryState.DRAFT,
    "pending": EntryState.DRAFT,
    "auto-draft": EntryState.DRAFT,
    "private": EntryState.DRAFT,
}
# Of an item, or said elsewhere in it; any other is counted as left out.
KNOWN_FIELDS = {
    "title", "link", "guid", "pubDate", "description", "category", "dc:creator", "content:encoded", "excerpt:encoded",
    "wp:post_id", "wp:post_date", "wp:post_date_gmt", "wp:post_modified", "wp:post_modified_gmt", "wp:post_name",
    "wp:post_parent", "wp:post_type", "wp:post_password", "wp:status", "wp:comment_status", "wp:menu_order",
    "wp:is_sticky", "wp:attachment_url", "wp:postmeta", "wp:comment",
}  # fmt: skip
# How a photo's file lies on the old server, and what was cut from it.
KNOWN_PHOTO_META = {"_wp_attachment_image_alt", "_wp_attached_file", "_wp_attachment_metadata"}


@dataclass
class Survey(Terms):
    """What the whole file holds, but the entries' texts."""

    path: Path = field(kw_only=True)
    source: str = ""
    photos: dict[str, PhotoRecord] = field(default_factory=dict)
    files: list[FileRecord] = field(default_factory=list)


def survey(path: Path, zone: ZoneInfo, report: Report) -> Survey:
    """Read and check the whole file.

    `zone` is assumed for dates the file gives only in its site's local time.

    Raises UnreadableFileError when it is not a WordPress export, or is broken anywhere.
    """
    found = Survey(path=path, zone=zone)
    for name, element in top_level(path, report):
        fields = fields_of(element)
        if name == "base_blog_url" or (name == "link" and not found.source):
            found.source = "wordpress:" + (element.text or "").strip().rstrip("/")
        elif name == "author":
            remember_author(found, fields, report)
        elif name == "category":
            remember_desk(found, fields, report)
        elif name == "tag":
            remember_tag(found, fields, report)
        elif name == "term":
            report_other_term(fields, report)
        elif name == "item":
            remember_item(found, fields, report)
    give_desks_their_addresses(found)
    make_tags_of_further_desks(found, report)
    if found.source in {"", "wordpress:"}:
        found.source = f"wordpress:{path.name}"
    return found


def entries(found: Survey, report: Report) -> Iterator[EntryRecord]:
    """Yield the stories and pages of a surveyed file, in its order; what stands twice under a number, once."""
    numbers: set[str] = set()
    comment_numbers: set[str] = set()
    for name, element in top_level(found.path, Report()):
        if name != "item":
            continue
        fields = fields_of(element)
        kind, number = entry_kind(fields), text(fields, "wp:post_id")
        if not kind or not number:
            continue
        if number in numbers:
            report.dropped["stories and pages under the number of another"] += 1
            report.note(f"{name_of(fields)} has the number {number} of another, and was left out.")
            continue
        numbers.add(number)
        record = entry(found, kind, fields, report)
        yield replace(record, comments=tuple(only_new(record.comments, comment_numbers, name_of(fields), report)))


def only_new(found: Iterable[CommentRecord], numbers: set[str], what: str, report: Report) -> Iterator[CommentRecord]:
    """Yield the comments whose number did not stand in the file before."""
    for one in found:
        if one.source_id in numbers:
            report.dropped["comments under the number of another"] += 1
            report.note(f"A comment on {what} has the number {one.source_id} of another, and was left out.")
        else:
            numbers.add(one.source_id)
            yield one


def entry_kind(fields: Fields) -> Kind | None:
    """Return what an item becomes; None if that is no story or page, or if it lies in the trash."""
    if text(fields, "wp:status") in NOT_ENTRIES:
        return None
    return ENTRY_KINDS.get(text(fields, "wp:post_type"))


def top_level(path: Path, report: Report) -> Iterator[tuple[str, etree._Element]]:
    """Yield the channel's children by local name, and forget each when its turn is over."""
    is_export = False
    try:
        with path.open("rb") as file:
            events = etree.iterparse(
                CleanUtf8(file, report),
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                encoding="utf-8",
            )
            depth = 0
            for event, element in events:
                if event == "start":
                    if depth == 0:
                        refuse_unless_rss(element)
                    depth += 1
                    continue
                depth -= 1
                if depth != 2 or not isinstance(element.tag, str):
                    continue
                is_export = is_export or any(prefix_of(part) == "wp" for part in (element, *element))
                yield etree.QName(element).localname, element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        # The first of what the parser noted is the cause; the error itself may only say that nothing followed.
        cause = next(iter(events.error_log), None)
        wrong = f"is broken at line {cause.line}: {cause.message.strip()}" if cause else "is empty"
        raise UnreadableFileError(
            f"{path.name} {wrong}. Please export it again from WordPress; nothing was imported."
        ) from error
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}.") from error
    if not is_export:
        raise UnreadableFileError(
            f"{path.name} is XML, but not a WordPress export: it has no wp: fields. "
            "In WordPress, use Tools, then Export, then All content."
        )


def refuse_unless_rss(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError(
            "The file declares a document type, which a WordPress export never does. Nothing was imported."
        )
    if root.tag != "rss":
        raise UnreadableFileError(
            "This is XML, but not a WordPress export: those begin with <rss>. "
            "In WordPress, use Tools, then Export, then All content."
        )


def remember_item(found: Survey, fields: Fields, report: Report) -> None:
    kind = text(fields, "wp:post_type")
    becomes = entry_kind(fields)
    if not text(fields, "wp:post_id") and (becomes or kind == "attachment"):
        report.dropped["items without a number"] += 1
        report.note(f"{name_of(fields)} has no wp:post_id, by which it would be known again, and was left out.")
        left_out = f"{kind}s without a number"
    elif kind == "attachment":
        remember_attachment(found, fields, report)
        left_out = "attachments"
    elif becomes:
        remember_terms_used(found, fields, report)
        creator = text(fields, "dc:creator")
        remember_login(found, creator, creator, report)
        # Whatever cannot be read is found out now, while nothing is written; what is to report comes with `entries`.
        entry(found, becomes, fields, Report())
        return
    elif kind in ENTRY_KINDS:
        left_out = f"{kind}s in the trash"
        report.dropped[left_out] += 1
    else:
        left_out = f"items of the type {kind or 'unnamed'}"
        report.dropped[left_out] += 1
    if comment_count := len(fields.get("wp:comment", [])):
        report.dropped[f"comments on {left_out}"] += comment_count


def name_of(fields: Fields) -> str:
    """Return what a note calls an item."""
    return f"“{plain(text(fields, 'title')) or text(fields, 'wp:post_id') or text(fields, 'link')}”"


def old_link(fields: Fields, report: Report) -> str:
    """Return the path an item had; "", and a note, where its link is no address."""
    try:
        return path_of(text(fields, "link"))
    except ValueError:
        report.note(f"The link of {name_of(fields)} is no address: {text(fields, 'link')}")
        return ""


def remember_attachment(found: Survey, fields: Fields, report: Report) -> None:
    source_id = text(fields, "wp:post_id")
    address = text(fields, "wp:attachment_url") or text(fields, "guid")
    parent_id = text(fields, "wp:post_parent")
    # WordPress answers an attachment's ?p= as well.
    addresses = unique(old_link(fields, report), f"?attachment_id={source_id}", f"?p={source_id}")
    if not re.search(r"\.(jpe?g|png|gif|webp|avif)$", address, re.IGNORECASE):
        report.dropped["attachments that are not photos"] += 1
        report.note(f"{address.rsplit('/', 1)[-1]} is not a photo and was left out.")
        found.files.append(FileRecord(parent_id, addresses))
        return
    values = meta(fields, "wp:postmeta")
    for key in values.keys() - KNOWN_PHOTO_META:
        report.dropped[f"meta field {key} of photos"] += 1
    excerpt, description = text(fields, "excerpt:encoded"), text(fields, "content:encoded")
    if excerpt and description:
        report.dropped["descriptions of photos that have a caption"] += 1
    found.photos[source_id] = PhotoRecord(
        source_id=source_id,
        title=html.unescape(text(fields, "title")) or address.rsplit("/", 1)[-1],
        file_address=address,
        alt=values.get("_wp_attachment_image_alt", ""),
        caption=excerpt or description,
        parent_id=parent_id,
        old_addresses=addresses,
    )


def entry(found: Survey, kind: Kind, fields: Fields, report: Report) -> EntryRecord:
    source_id = text(fields, "wp:post_id")
    title = plain(text(fields, "title"))
    state = ENTRY_STATES.get(text(fields, "wp:status"), EntryState.DRAFT)
    what = name_of(fields)
    if text(fields, "wp:post_password"):
        state = EntryState.DRAFT
        report.note(f"{what} was behind a password and is a draft now.")
    elif text(fields, "wp:status") == "private":
        report.note(f"{what} was private and is a draft now.")
    values = meta(fields, "wp:postmeta")
    for key in values:
        if key not in {"_thumbnail_id", "_wp_old_slug"}:
            report.dropped[f"meta field {re.sub('_[0-9a-f]{32}$', '', key)}"] += 1
    public_at = moment(text(fields, "wp:post_date_gmt"), text(fields, "wp:post_date"), found.zone)
    public_at = public_at or feed_moment(text(fields, "pubDate"))
    if state == EntryState.PUBLIC and public_at is None:
        state = EntryState.DRAFT
        report.note(f"{what} has no date it could stand under and is a draft now.")
    elif state == EntryState.PUBLIC and public_at is not None and public_at > datetime.now(UTC):
        state = EntryState.SCHEDULED
        report.note(f"{what} is dated ahead and is scheduled for that day.")
    for name in fields.keys() - KNOWN_FIELDS:
        report.dropped[f"the field {name}"] += 1
    link = old_link(fields, report)
    slug = unquote(text(fields, "wp:post_name"))
    old_slug = unquote(values.get("_wp_old_slug", ""))
    has_moved = old_slug and slug and link.startswith("/")
    before = re.sub(f"{re.escape(slug)}/?$", lambda _slug: f"{old_slug}/", link) if has_moved else ""
    # WordPress answers a page's ?p= as well.
    queries = (f"?p={source_id}",) if kind == Kind.STORY else (f"?page_id={source_id}", f"?p={source_id}")
    desk, tags, logins = terms_of(fields, report)
    if kind == Kind.PAGE and desk:
        report.dropped["categories of plain pages"] += 1
    if text(fields, "wp:is_sticky") == "1":
        report.note(f"{what} was pinned to the front; pick it on the front page if it still should be.")
    return EntryRecord(
        source_id=source_id,
        kind=kind,
        title=title,
        slug=slug,
        state=state,
        public_at=public_at,
        modified_at=moment(text(fields, "wp:post_modified_gmt"), text(fields, "wp:post_modified"), found.zone),
        dek=plain(text(fields, "excerpt:encoded")),
        html=text(fields, "content:encoded"),
        desk_slug=desk,
        tag_names=tags,
        byline_logins=logins or unique(text(fields, "dc:creator")),
        lead_photo_id=values.get("_thumbnail_id", ""),
        parent_id=text(fields, "wp:post_parent").removeprefix("0"),
        position=whole_number(text(fields, "wp:menu_order")),
        comments_open=text(fields, "wp:comment_status") == "open",
        was_public=text(fields, "wp:status") in {"publish", "private"},
        comments=comments(found, fields, what, report),
        old_addresses=unique(link, *queries, before),
    )
