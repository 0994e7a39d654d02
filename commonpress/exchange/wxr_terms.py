"""Who and what a WordPress export names beside its items: authors, categories, tags."""

import html
import re
import unicodedata
from dataclasses import dataclass, field, replace
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from commonpress.exchange.records import BylineRecord, Kind, TermRecord
from commonpress.exchange.report import Report
from commonpress.exchange.wxr_fields import Fields, plain, text, unique

ADDRESS = re.compile(r"([^@\s]+)@[^@\s]+\.[^@\s]+")


@dataclass
class Terms:
    """What the whole file names, and the zone its local times are in."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    bylines: dict[str, BylineRecord] = field(default_factory=dict)
    logins_by_user_id: dict[str, str] = field(default_factory=dict)
    logins_by_email: dict[str, str] = field(default_factory=dict)
    desks: dict[str, TermRecord] = field(default_factory=dict)
    desk_parents: dict[str, str] = field(default_factory=dict)
    # How often each is an item's first category, and which are further ones.
    desk_uses: dict[str, int] = field(default_factory=dict)
    further_desks: set[str] = field(default_factory=set)
    tags: dict[str, TermRecord] = field(default_factory=dict)


def remember_author(terms: Terms, fields: Fields, report: Report) -> None:
    login = text(fields, "wp:author_login")
    full_name = f"{text(fields, 'wp:author_first_name')} {text(fields, 'wp:author_last_name')}".strip()
    name = text(fields, "wp:author_display_name") or full_name or login
    terms.bylines[login] = byline(login, html.unescape(name), report)
    if user_id := text(fields, "wp:author_id"):
        terms.logins_by_user_id[user_id] = login
        addresses = (*terms.bylines[login].old_addresses, f"?author={user_id}")
        terms.bylines[login] = replace(terms.bylines[login], old_addresses=addresses)
    if email := text(fields, "wp:author_email"):
        terms.logins_by_email[email.lower()] = login
        report.dropped["authors' email (personal, and of no use here)"] += 1


def remember_login(terms: Terms, login: str, name: str, report: Report) -> None:
    """Note somebody an item names, whom a split export need not declare at its top."""
    if login and login not in terms.bylines:
        terms.bylines[login] = byline(login, name, report)


def byline(login: str, name: str, report: Report) -> BylineRecord:
    if address := ADDRESS.fullmatch(name):
        name = address[1]
        report.note(f"The byline {name} was an email address; please give it the name readers should see.")
    address = ADDRESS.fullmatch(login)
    slug = nicename(address[1] if address else login)
    return BylineRecord(login, name, slug, old_addresses=(f"/author/{nicename(login)}/",))


def nicename(login: str) -> str:
    """Return a login as WordPress writes it into addresses: "John Doe" as "john-doe".

    The export does not say it. Source: wp_insert_user() and sanitize_title_with_dashes() of WordPress 6.
    """
    letters = unicodedata.normalize("NFKD", login[:50].lower())
    plainest = "".join(letter for letter in letters if not unicodedata.combining(letter)).replace(".", "-")
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", plainest)).strip("-")


def remember_desk(terms: Terms, fields: Fields, report: Report) -> None:
    slug = unquote(text(fields, "wp:category_nicename"))
    term_id = text(fields, "wp:term_id")
    name = html.unescape(text(fields, "wp:cat_name")) or slug
    addresses = (f"?cat={term_id}",) if term_id else ()
    terms.desks[slug] = TermRecord(
        slug, Kind.DESK, slug, name, addresses, description=plain(text(fields, "wp:category_description"))
    )
    terms.desk_parents[slug] = unquote(text(fields, "wp:category_parent"))
    if terms.desk_parents[slug]:
        report.dropped["places of categories below another (desks stand side by side)"] += 1
    report_meta(fields, "categories", report)


def remember_tag(terms: Terms, fields: Fields, report: Report) -> None:
    slug = unquote(text(fields, "wp:tag_slug"))
    name = html.unescape(text(fields, "wp:tag_name")) or slug
    terms.tags[slug] = tag(slug, name)
    if text(fields, "wp:tag_description"):
        report.dropped["descriptions of tags"] += 1
    report_meta(fields, "tags", report)


def tag(slug: str, name: str) -> TermRecord:
    return TermRecord(slug, Kind.TAG, slug, name, (f"/tag/{slug}/", f"?tag={slug}"))


def report_other_term(fields: Fields, report: Report) -> None:
    """Count what the file declares of a plug-in's own kinds, whether or not an item carries it."""
    report.dropped[f"declared terms of the kind {text(fields, 'wp:term_taxonomy') or 'unnamed'}"] += 1
    report_meta(fields, "terms", report)


def report_meta(fields: Fields, of_what: str, report: Report) -> None:
    if count := len(fields.get("wp:termmeta", [])):
        report.dropped[f"meta fields of {of_what}"] += count


def remember_terms_used(terms: Terms, fields: Fields, report: Report) -> None:
    """Note the terms an item names, which a split export need not declare at its top."""
    is_first_desk = True
    for element in fields.get("category", []):
        slug = unquote(element.get("nicename") or "")
        name = html.unescape((element.text or "").strip()) or slug
        if not slug:
            continue
        match element.get("domain"):
            case "category":
                terms.desks.setdefault(slug, TermRecord(slug, Kind.DESK, slug, name))
                if is_first_desk:
                    terms.desk_uses[slug] = terms.desk_uses.get(slug, 0) + 1
                    is_first_desk = False
                else:
                    terms.further_desks.add(slug)
            case "post_tag" | "tag":
                terms.tags.setdefault(slug, tag(slug, name))
            case "author":
                remember_login(terms, slug.removeprefix("cap-"), name, report)


def give_desks_their_addresses(terms: Terms) -> None:
    """Give each desk the addresses of its category, below each of those above it: /category/aa/bb/cc/.

    Known when the whole file was read: a category may stand before its parent.
    """
    for slug, desk in terms.desks.items():
        addresses, parent, path = [], slug, ""
        seen: set[str] = set()
        while parent and parent not in seen:
            seen.add(parent)
            path = f"{parent}/{path}"
            addresses.append(f"/category/{path}")
            parent = terms.desk_parents.get(parent, "")
        terms.desks[slug] = replace(desk, old_addresses=(*addresses, *desk.old_addresses))


def make_tags_of_further_desks(terms: Terms, report: Report) -> None:
    """Make a tag of each category that is a further one of its stories and no story's first.

    They carry it as a tag; a desk would stand empty. Its old addresses lead to the tag.
    """
    further = [terms.desks[slug] for slug in sorted(terms.further_desks - terms.desk_uses.keys())]
    for desk in further:
        del terms.desks[desk.slug]
        # Beside the tags by slug: a tag may be spelled like it and called something else.
        key = f"category:{desk.slug}"
        terms.tags[key] = TermRecord(key, Kind.TAG, desk.slug, desk.name, desk.old_addresses)
        if desk.description:
            report.dropped["descriptions of categories that became tags"] += 1
    if further:
        report.dropped["categories that are no story's first, which became tags"] += len(further)


def terms_of(fields: Fields, report: Report) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
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
