"""What a guest's comment has to know of the page it is for, of the guest and of the paper: one query. SQLite's."""

from datetime import UTC
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from commonpress.accounts.models import Guest
from commonpress.database.plain import fetched
from commonpress.database.prepared import Prepared
from commonpress.discussion import pages
from commonpress.discussion.drawing import Place
from commonpress.discussion.models import Comment, DiscussionSettings
from commonpress.newsroom.models.public_page import CommentsState

# As pages.page_by and rules.is_open have it; test_comment_box.py holds them against each other. Who posts under a
# page for the first time makes its thread; that is left to others.
WORDS = f"""
SELECT COALESCE(s.public_path, q.public_path), n.language, n.zone, d.hold, g.id, g.created_at
FROM discussion_thread t JOIN wagtailcore_page p ON p.id = t.page_id
LEFT JOIN newsroom_story s ON s.page_ptr_id = p.id
LEFT JOIN newsroom_plainpage q ON q.page_ptr_id = p.id
JOIN newsroom_publication n ON n.id = 1
JOIN accounts_guest g ON g.identity_hash = %s
LEFT JOIN discussion_discussionsettings d ON d.id = 1
WHERE t.page_id = %s AND p.live AND COALESCE(s.comments_state, q.comments_state) = '{CommentsState.OPEN.value}'
  AND NOT {pages.IS_PRIVATE} AND NOT EXISTS (SELECT 1 FROM discussion_comment WHERE once_key = %s)
"""  # noqa: S608  our own words


class Sheet(NamedTuple):
    """A page whose discussion is open, for a comment that is not there yet."""

    place: Place
    guest: Guest
    settings: DiscussionSettings
    language: str
    zone: ZoneInfo


def sheet_for(page_key: int, identity: str, once: str) -> Sheet | None:
    """Return what a guest's comment needs; None where anything about it has to be looked at by somebody else."""
    rows = fetched(WORDS, [Guest.hash_of(identity), page_key, once])
    if not rows:
        return None
    path, language, zone, hold, guest_key, guest_since = rows[0]
    return Sheet(
        Place(page_key, path, is_open=True),
        Guest(pk=guest_key, identity_hash=Guest.hash_of(identity), created_at=guest_since.replace(tzinfo=UTC)),
        DiscussionSettings(pk=1, hold=hold) if hold is not None else DiscussionSettings(pk=1),
        language,
        ZoneInfo(zone),
    )


def answered_on(sheet: Sheet, public_id: str) -> Comment | None:
    """Return the comment of the same discussion that is answered."""
    return _answered.first(public_id, sheet.place.page_key)


_answered: Prepared[Any] = Prepared(
    lambda: Comment.objects.select_related("person", "guest").filter(public_id="").filter(thread=0)
)
