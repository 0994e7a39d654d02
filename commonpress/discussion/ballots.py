"""What a vote has to know of its comment and the page it stands under: one query, since votes come in bursts."""

from typing import NamedTuple

from commonpress.discussion import pages
from commonpress.discussion.models import CommentState
from commonpress.discussion.said import found
from commonpress.newsroom.models.public_page import CommentsState

# As pages.page_by and rules.is_open have it; test_voting.py holds them against each other.
WORDS = f"""
SELECT c.id, c.thread_id, c.state, p.live, COALESCE(s.comments_state, q.comments_state), {pages.IS_PRIVATE},
  (SELECT language FROM newsroom_publication WHERE id = 1)
FROM discussion_comment c
JOIN wagtailcore_page p ON p.id = c.thread_id
LEFT JOIN newsroom_story s ON s.page_ptr_id = p.id
LEFT JOIN newsroom_plainpage q ON q.page_ptr_id = p.id
WHERE c.public_id = %s
"""  # noqa: S608  our own words


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
