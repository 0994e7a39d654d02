"""What readers do to a comment: agree or disagree with it."""

from django.db import connection
from django.utils import timezone

from commonpress.accounts.models import Guest, Writer
from commonpress.changes.changed import changed
from commonpress.database.burst import burst
from commonpress.database.plain import fetched
from commonpress.database.prepared import Prepared
from commonpress.discussion import rules
from commonpress.discussion.actions.bursts import standing_of_vote, taken_back
from commonpress.discussion.ballots import Ballot
from commonpress.discussion.errors import CommentIsGone, OwnComment, ThreadIsClosed
from commonpress.discussion.models import Comment, Standing
from commonpress.discussion.rules import Discussed
from commonpress.lib.refusals import require

UP, DOWN, NONE = 1, -1, 0

# Of a comment, what a vote asks or changes.
COUNTED = (
    "public_id", "thread", "parent", "number", "state", "person", "guest", "created_at", "descendant_count",
    "ups", "downs", "ups_guest", "downs_guest", "ups_imported", "downs_imported",
)  # fmt: skip
_locked = Prepared(lambda: Comment.objects.select_for_update(no_key=True).filter(pk=0).only(*COUNTED))


def vote(comment: Comment, *, page: Discussed, voter: Writer, value: int) -> Comment:
    """Make a writer's vote on a comment UP, DOWN or NONE, and return the comment as counted."""
    return vote_on(Ballot(comment.pk, is_open=rules.is_open(page)), voter=voter, value=value)


@burst
def vote_on(ballot: Ballot, *, voter: Writer, value: int) -> Comment:
    """Make a writer's vote UP, DOWN or NONE, and return the comment as counted, and whether the vote waits.

    Voting the same again changes nothing. Counters move by the difference to the vote that
    stood, so they equal the rows that count whatever the order of parallel votes. A vote that is held
    back (bursts.py) changes no counter.
    """
    return vote_in_transaction(ballot, voter=voter, value=value)


def vote_in_transaction(ballot: Ballot, *, voter: Writer, value: int) -> Comment:
    """Do the same in the caller's own transaction."""
    # The comment's row is the lock behind which parallel votes on it queue.
    comment = _locked.first(ballot.comment_key)
    if comment is None or not comment.is_published:
        raise CommentIsGone
    require(ballot.is_open, ThreadIsClosed)
    require(rules.may_vote_on(comment, voter), OwnComment)
    before, standing = _cast(comment, voter, value)
    comment.my_vote_waits = value != NONE and standing == Standing.HELD
    if before != value and standing == Standing.COUNTED:
        _count(comment, before=before, value=value, is_guests=isinstance(voter, Guest))
        changed(f"thread:{comment.thread_id}")
    return comment


# What follows is in words of our own: Django would take longer to find them than all the rest of a vote.


def _cast(comment: Comment, voter: Writer, value: int) -> tuple[int, int]:
    """Write the vote's row and return what stood before, UP, DOWN or NONE, and the Standing of the vote."""
    mine: list[int | str] = [comment.pk, voter.voter_key]
    rows = fetched("SELECT value, standing FROM discussion_vote WHERE comment_id = %s AND voter_key = %s", mine)
    before, standing = rows[0] if rows else (NONE, Standing.COUNTED)
    if value == before:
        pass
    elif value == NONE:
        # What was discarded stays, else it would count when it is given again.
        if standing != Standing.DISCARDED:
            taken_back(comment, voter, standing=standing)
            fetched("DELETE FROM discussion_vote WHERE comment_id = %s AND voter_key = %s", mine)
    elif before == NONE:
        standing = standing_of_vote(comment, voter)
        at = connection.ops.adapt_datetimefield_value(timezone.now())
        fetched(
            "INSERT INTO discussion_vote (comment_id, voter_key, value, standing, at) VALUES (%s, %s, %s, %s, %s)",
            [*mine, value, int(standing), at],
        )
    else:
        fetched("UPDATE discussion_vote SET value = %s WHERE comment_id = %s AND voter_key = %s", [value, *mine])
    return int(before), int(standing)


def _count(comment: Comment, *, before: int, value: int, is_guests: bool) -> None:
    """Carry the change of a vote into the comment's counters and keys; its row is locked."""
    up, down = (value == UP) - (before == UP), (value == DOWN) - (before == DOWN)
    if is_guests:
        comment.ups_guest += up
        comment.downs_guest += down
    else:
        comment.ups += up
        comment.downs += down
    comment.set_keys()
    fetched(
        "UPDATE discussion_comment SET ups = %s, downs = %s, ups_guest = %s, downs_guest = %s,"
        " key_voted = %s, key_best = %s, key_hot = %s WHERE id = %s",
        [
            comment.ups, comment.downs, comment.ups_guest, comment.downs_guest,
            comment.key_voted, comment.key_best, comment.key_hot, comment.pk,
        ],
    )  # fmt: skip
