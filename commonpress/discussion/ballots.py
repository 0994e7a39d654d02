"""What a vote has to know of its comment and the page it stands under: one query, since votes come in bursts."""

from datetime import UTC
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS

from commonpress.accounts.models import Guest
from commonpress.database.plain import fetched
from commonpress.discussion import pages
from commonpress.discussion.models import Comment, CommentState, Standing
from commonpress.discussion.said import found
from commonpress.newsroom.models.public_page import CommentsState

NO_VOTE = (0, int(Standing.COUNTED))
# Of a comment, what a vote asks or changes.
COUNTED = (
    "public_id", "thread", "parent", "number", "state", "person", "guest", "created_at", "descendant_count",
    "ups", "downs", "ups_guest", "downs_guest", "ups_imported", "downs_imported",
)  # fmt: skip
# In the models' own order, in which Django makes rows.
COLUMNS = [each.attname for each in Comment._meta.concrete_fields if each.name in {"id", *COUNTED}]  # noqa: SLF001 - Django's documented name
# Django looks up each of the model's names among them.
LOADED = frozenset(COLUMNS)
GUESTS = [each.attname for each in Guest._meta.concrete_fields]  # noqa: SLF001 - the same
# As pages.page_by and rules.is_open have it; test_ballot_box.py holds them against each other.
ABOUT_PAGE = f"""p.live, COALESCE(s.comments_state, q.comments_state), {pages.IS_PRIVATE},
  (SELECT language FROM newsroom_publication WHERE id = 1)"""  # noqa: S608  our own words, as below
ITS_PAGE = """JOIN wagtailcore_page p ON p.id = c.thread_id
LEFT JOIN newsroom_story s ON s.page_ptr_id = p.id
LEFT JOIN newsroom_plainpage q ON q.page_ptr_id = p.id"""
WORDS = f"""
SELECT c.id, c.thread_id, c.state, {ABOUT_PAGE}
FROM discussion_comment c {ITS_PAGE}
WHERE c.public_id = %s
"""  # noqa: S608
ALL_OF_IT = f"""
SELECT {ABOUT_PAGE}, v.value, v.standing,
  {", ".join(f"g.{name}" for name in GUESTS)}, {", ".join(f"c.{name}" for name in COLUMNS)}
FROM discussion_comment c {ITS_PAGE}
JOIN accounts_guest g ON g.identity_hash = %s
LEFT JOIN discussion_vote v ON v.comment_id = c.id AND v.voter_key = 'g:' || g.id
WHERE c.public_id = %s
"""  # noqa: S608


class Ballot(NamedTuple):
    """A comment to vote on, whether its discussion is open, and what language the paper speaks, if it was set up."""

    comment_key: int
    is_open: bool
    language: str | None = None


def ballot_of(public_id: str) -> Ballot | None:
    """Return what a vote on a comment needs; None where readers see no such comment. Raises PageIsWithdrawn."""
    rows = found(WORDS, [public_id])
    if not rows:
        return None
    key, page_key, state, is_live, comments_state, is_private, language = rows[0]
    if not is_live or comments_state in {None, CommentsState.OFF} or is_private:
        # Says so where the page was withdrawn.
        pages.page_by(page_key)
        return None
    if state == CommentState.HELD:
        return None
    return Ballot(key, is_open=comments_state == CommentsState.OPEN, language=language)


class Slip(NamedTuple):
    """A guest's ballot with all that the vote is written by: the comment, the guest, and the vote that stood."""

    comment: Comment
    guest: Guest
    stood: tuple[int, int]
    is_open: bool
    language: str | None


def slip_of(public_id: str, identity: str) -> Slip | None:
    """Return what a guest's vote needs, in one query; None where `ballot_of` or the guest has to be looked for. SQLite's."""
    rows = fetched(ALL_OF_IT, [Guest.hash_of(identity), public_id])
    if not rows:
        return None
    is_live, comments_state, is_private, language, value, standing, *row = rows[0]
    guest, comment = Guest(*_in_utc(row[: len(GUESTS)], GUESTS)), _comment(_in_utc(row[len(GUESTS) :], COLUMNS))
    if not is_live or comments_state != CommentsState.OPEN or is_private or not comment.is_published:
        return None
    return Slip(comment, guest, NO_VOTE if value is None else (value, standing), is_open=True, language=language)


def _comment(values: list[Any]) -> Comment:
    return Comment.from_db(DEFAULT_DB_ALIAS, LOADED, values)


def _in_utc(values: list[Any], names: list[str]) -> list[Any]:
    """Return values as Django makes them of what SQLite has, which knows no zones."""
    at = names.index("created_at")
    values[at] = values[at].replace(tzinfo=UTC)
    return values
