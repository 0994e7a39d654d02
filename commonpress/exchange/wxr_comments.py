"""The comments of a WordPress export."""

import html

from commonpress.exchange import php
from commonpress.exchange.records import CommentRecord, CommentState
from commonpress.exchange.report import Report
from commonpress.exchange.wxr_fields import Fields, fields_of, meta, moment, text
from commonpress.exchange.wxr_terms import Terms

COMMENT_STATES = {
    "1": CommentState.VISIBLE,
    "approve": CommentState.VISIBLE,
    "0": CommentState.HELD,
    "hold": CommentState.HELD,
    "spam": CommentState.REMOVED,
    "trash": CommentState.REMOVED,
    "post-trashed": CommentState.REMOVED,
}
# As WordPress itself has them; plug-ins keep orders, notes and private messages under others.
PUBLIC_KINDS = {"", "comment", "pingback", "trackback"}
# No comment has more; a damaged field may say anything.
MOST_VOTES = 1_000_000
KNOWN_COMMENT_META = {"wpdiscuz_votes", "wpdiscuz_votes_seperate"}


def comments(terms: Terms, fields: Fields, what: str, report: Report) -> tuple[CommentRecord, ...]:
    """Return the comments of an item, which `what` names; one without a number could not be known again."""
    found = [comment(terms, fields_of(element), report) for element in fields.get("wp:comment", [])]
    if nameless := sum(not one.source_id for one in found):
        report.dropped["comments without a number"] += nameless
        report.note(f"{what} has comments without a wp:comment_id ({nameless}), which were left out.")
    return tuple(one for one in found if one.source_id)


def comment(terms: Terms, fields: Fields, report: Report) -> CommentRecord:
    values = meta(fields, "wp:commentmeta")
    for key in values.keys() - KNOWN_COMMENT_META:
        report.dropped[f"comment meta field {key}"] += 1
    kind = text(fields, "wp:comment_type")
    is_mention = kind in {"pingback", "trackback"}
    for name in ("author_email", "author_url", "author_IP"):
        if name == "author_url" and is_mention:
            continue
        if text(fields, f"wp:comment_{name}"):
            report.dropped[f"comments' {name.replace('_', ' ')} (personal, and of no use here)"] += 1
    approved = text(fields, "wp:comment_approved")
    state = COMMENT_STATES.get(approved, CommentState.HELD)
    if kind not in PUBLIC_KINDS:
        report.dropped[f"the comment type {kind} (kept as a comment that waits for a moderator)"] += 1
        state = CommentState.HELD if state == CommentState.VISIBLE else state
    ups, downs = votes(values)
    if max(ups, downs) > MOST_VOTES:
        report.dropped["votes beyond a million on one comment"] += 1
        ups = downs = 0
    parent = text(fields, "wp:comment_parent")
    return CommentRecord(
        source_id=text(fields, "wp:comment_id"),
        parent_id=parent if parent != "0" else "",
        author_name=html.unescape(text(fields, "wp:comment_author")),
        written_at=moment(text(fields, "wp:comment_date_gmt"), text(fields, "wp:comment_date"), terms.zone),
        html=text(fields, "wp:comment_content") + (link_to_source(fields) if is_mention else ""),
        state=state,
        is_pingback=is_mention,
        by_login=login_of(terms, fields),
        ups=ups,
        downs=downs,
    )


def link_to_source(fields: Fields) -> str:
    """Return where a mention stands, as a paragraph; the address of a page, not of a person."""
    address = text(fields, "wp:comment_author_url")
    if not address.startswith(("http://", "https://")):
        return ""
    return f'\n\n<a href="{html.escape(address)}">{html.escape(address)}</a>'


def login_of(terms: Terms, fields: Fields) -> str:
    """Return the login of the author who wrote a comment, signed in; "" for anybody else.

    Older exports give authors no number. The address of who was signed in is the account's, which has it alone;
    a guest's is anybody's.
    """
    user_id = text(fields, "wp:comment_user_id")
    if user_id in {"", "0"}:
        return ""
    by_email = terms.logins_by_email.get(text(fields, "wp:comment_author_email").lower(), "")
    return terms.logins_by_user_id.get(user_id, by_email)


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
