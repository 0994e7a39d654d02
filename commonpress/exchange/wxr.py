"""WordPress's export format (WXR 1.0 to 1.2) into records, as a stream.

The file is read twice: `survey` checks all of it and remembers the small things (authors,
terms, attachments), so that a broken file is refused before anything is written; `entries`
then yields one story or page after the other. Entities are never resolved, a document type
is refused, nothing is fetched.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from lxml import etree

from commonpress.exchange import php
from commonpress.exchange.clean_text import CleanUtf8
from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.records import (
    BylineRecord,
    CommentRecord,
    CommentState,
    EntryRecord,
    EntryState,
    Kind,
    PhotoRecord,
    TermRecord,
)
from commonpress.exchange.report import Report
from commonpress.exchange.wxr_fields import (
    Fields,
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

ENTRY_STATES = {
    "publish": EntryState.PUBLIC,
    "future": EntryState.SCHEDULED,
    "draft": EntryState.DRAFT,
    "pending": EntryState.DRAFT,
    "auto-draft": EntryState.DRAFT,
    "private": EntryState.DRAFT,
}
COMMENT_STATES = {
    "1": CommentState.VISIBLE,
    "approve": CommentState.VISIBLE,
    "0": CommentState.HELD,
    "hold": CommentState.HELD,
    "spam": CommentState.REMOVED,
    "trash": CommentState.REMOVED,
    "post-trashed": CommentState.REMOVED,
}
KNOWN_COMMENT_META = {"wpdiscuz_votes", "wpdiscuz_votes_seperate"}


@dataclass
class Survey:
    """What the whole file holds, but the entries' texts."""

    path: Path
    source: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    bylines: dict[str, BylineRecord] = field(default_factory=dict)
    logins_by_user_id: dict[str, str] = field(default_factory=dict)
    desks: dict[str, TermRecord] = field(default_factory=dict)
    desk_uses: dict[str, int] = field(default_factory=dict)
    tags: dict[str, TermRecord] = field(default_factory=dict)
    photos: dict[str, PhotoRecord] = field(default_factory=dict)
    entry_count: int = 0


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
            remember_author(found, fields)
        elif name == "category":
            remember_desk(found, fields)
        elif name == "tag":
            remember_tag(found, fields)
        elif name == "item":
            remember_item(found, fields, report)
    if found.source in {"", "wordpress:"}:
        found.source = f"wordpress:{path.name}"
    return found


def entries(found: Survey, report: Report) -> Iterator[EntryRecord]:
    """Yield the stories and pages of a surveyed file, in its order."""
    for name, element in top_level(found.path, Report()):
        if name != "item":
            continue
        fields = fields_of(element)
        kind = {"post": Kind.STORY, "page": Kind.PAGE}.get(text(fields, "wp:post_type"))
        if kind and text(fields, "wp:status") not in {"trash", "inherit"}:
            yield entry(found, kind, fields, report)


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
        raise UnreadableFileError(
            f"{path.name} is broken at line {error.lineno}: {error.msg}. "
            "Please export it again from WordPress; nothing was imported."
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


# --- Authors, terms, attachments ------------------------------------------------------------------


def remember_author(found: Survey, fields: Fields) -> None:
    login = text(fields, "wp:author_login")
    full_name = f"{text(fields, 'wp:author_first_name')} {text(fields, 'wp:author_last_name')}".strip()
    name = text(fields, "wp:author_display_name") or full_name or login
    found.bylines[login] = BylineRecord(
        source_id=login, name=html.unescape(name), slug=login, old_addresses=(f"/author/{login}/",)
    )
    if user_id := text(fields, "wp:author_id"):
        found.logins_by_user_id[user_id] = login


def remember_desk(found: Survey, fields: Fields) -> None:
    slug = unquote(text(fields, "wp:category_nicename"))
    term_id = text(fields, "wp:term_id")
    parent = text(fields, "wp:category_parent")
    addresses = [f"/category/{slug}/"]
    if parent:
        addresses.append(f"/category/{parent}/{slug}/")
    if term_id:
        addresses.append(f"?cat={term_id}")
    name = html.unescape(text(fields, "wp:cat_name")) or slug
    found.desks[slug] = TermRecord(slug, Kind.DESK, slug, name, tuple(addresses))


def remember_tag(found: Survey, fields: Fields) -> None:
    slug = unquote(text(fields, "wp:tag_slug"))
    name = html.unescape(text(fields, "wp:tag_name")) or slug
    found.tags[slug] = TermRecord(slug, Kind.TAG, slug, name)


def remember_item(found: Survey, fields: Fields, report: Report) -> None:
    kind = text(fields, "wp:post_type")
    if kind == "attachment":
        remember_attachment(found, fields, report)
    elif kind in {"post", "page"}:
        if text(fields, "wp:status") in {"trash", "inherit"}:
            report.dropped[f"{kind}s in the trash"] += 1
            return
        found.entry_count += 1
        remember_terms_used(found, fields)
        creator = text(fields, "dc:creator")
        if creator and creator not in found.bylines:
            found.bylines[creator] = BylineRecord(creator, creator, creator, old_addresses=(f"/author/{creator}/",))
    else:
        report.dropped[f"items of the type {kind or 'unnamed'}"] += 1


def remember_terms_used(found: Survey, fields: Fields) -> None:
    """Note the terms an item names, which a split export need not declare at its top."""
    is_first_desk = True
    for element in fields.get("category", []):
        slug = unquote(element.get("nicename") or "")
        name = html.unescape((element.text or "").strip()) or slug
        if not slug:
            continue
        match element.get("domain"):
            case "category":
                found.desks.setdefault(slug, TermRecord(slug, Kind.DESK, slug, name, (f"/category/{slug}/",)))
                if is_first_desk:
                    found.desk_uses[slug] = found.desk_uses.get(slug, 0) + 1
                    is_first_desk = False
            case "post_tag" | "tag":
                found.tags.setdefault(slug, TermRecord(slug, Kind.TAG, slug, name))
            case "author":
                login = slug.removeprefix("cap-")
                found.bylines.setdefault(login, BylineRecord(login, name, login, old_addresses=(f"/author/{login}/",)))


def remember_attachment(found: Survey, fields: Fields, report: Report) -> None:
    source_id = text(fields, "wp:post_id")
    address = text(fields, "wp:attachment_url") or text(fields, "guid")
    if not re.search(r"\.(jpe?g|png|gif|webp|avif)$", address, re.IGNORECASE):
        report.dropped["attachments that are not photos"] += 1
        report.note(f"{address.rsplit('/', 1)[-1]} is not a photo and was left out.")
        return
    found.photos[source_id] = PhotoRecord(
        source_id=source_id,
        title=html.unescape(text(fields, "title")) or address.rsplit("/", 1)[-1],
        file_address=address,
        alt=meta(fields, "wp:postmeta").get("_wp_attachment_image_alt", ""),
        caption=text(fields, "excerpt:encoded") or text(fields, "content:encoded"),
        parent_id=text(fields, "wp:post_parent"),
        old_addresses=unique(path_of(text(fields, "link")), f"?attachment_id={source_id}"),
    )


# --- Stories and pages --------------------------------------------------------------------------------


def entry(found: Survey, kind: Kind, fields: Fields, report: Report) -> EntryRecord:
    source_id = text(fields, "wp:post_id")
    title = plain(text(fields, "title"))
    state = ENTRY_STATES.get(text(fields, "wp:status"), EntryState.DRAFT)
    what = f"“{title or source_id}”"
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
    link = path_of(text(fields, "link"))
    slug = unquote(text(fields, "wp:post_name"))
    old_slug = unquote(values.get("_wp_old_slug", ""))
    before = re.sub(f"{re.escape(slug)}/?$", f"{old_slug}/", link) if old_slug and slug and link.startswith("/") else ""
    # WordPress answers a page's ?p= as well.
    queries = (f"?p={source_id}",) if kind == Kind.STORY else (f"?page_id={source_id}", f"?p={source_id}")
    desk, tags, logins = terms(fields, report)
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
        comments=tuple(comment(found, fields_of(element), report) for element in fields.get("wp:comment", [])),
        old_addresses=unique(link, *queries, before),
    )


def terms(fields: Fields, report: Report) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the desk's slug, the tags' names and the co-authors' logins an item names.

    A story has one desk here: the first category. Further categories become tags.
    """
    desk, tags, logins = "", [], []
    for element in fields.get("category", []):
        slug = unquote(element.get("nicename") or "")
        name = html.unescape((element.text or "").strip()) or slug
        match element.get("domain"):
            case "category" if not desk:
                desk = slug
            case "category":
                report.dropped["further categories of a story, which became tags"] += 1
                tags.append(name)
            case "post_tag" | "tag":
                tags.append(name)
            case "author":
                logins.append(slug.removeprefix("cap-"))
            case domain:
                report.dropped[f"terms of the kind {domain or 'unnamed'}"] += 1
    return desk, unique(*tags), unique(*logins)


def comment(found: Survey, fields: Fields, report: Report) -> CommentRecord:
    values = meta(fields, "wp:commentmeta")
    for key in values.keys() - KNOWN_COMMENT_META:
        report.dropped[f"comment meta field {key}"] += 1
    for name in ("author_email", "author_url", "author_IP"):
        if text(fields, f"wp:comment_{name}"):
            report.dropped[f"comments' {name.replace('_', ' ')} (personal, and of no use here)"] += 1
    approved = text(fields, "wp:comment_approved")
    kind = text(fields, "wp:comment_type")
    if kind not in {"", "comment", "pingback", "trackback"}:
        report.dropped[f"the comment type {kind} (the text was kept as a comment)"] += 1
    ups, downs = votes(values)
    parent = text(fields, "wp:comment_parent")
    return CommentRecord(
        source_id=text(fields, "wp:comment_id"),
        parent_id=parent if parent != "0" else "",
        author_name=html.unescape(text(fields, "wp:comment_author")),
        written_at=moment(text(fields, "wp:comment_date_gmt"), text(fields, "wp:comment_date"), found.zone),
        html=text(fields, "wp:comment_content"),
        state=COMMENT_STATES.get(approved, CommentState.HELD),
        is_pingback=kind in {"pingback", "trackback"},
        by_login=found.logins_by_user_id.get(text(fields, "wp:comment_user_id"), ""),
        ups=ups,
        downs=downs,
    )


def votes(values: dict[str, str]) -> tuple[int, int]:
    """Return wpDiscuz's votes up and down.

    `wpdiscuz_votes_seperate` (its spelling) holds both as positive counts; the older
    `wpdiscuz_votes` only their difference.
    """
    both = php.counts(values.get("wpdiscuz_votes_seperate", ""))
    if both:
        return abs(both.get("like", 0)), abs(both.get("dislike", 0))
    try:
        net = int(values.get("wpdiscuz_votes", "0") or 0)
    except ValueError:
        return 0, 0
    return max(net, 0), max(-net, 0)
