"""What readers do to a comment: agree or disagree with it."""

from django.utils import timezone

from commonpress.accounts.models import Guest, Writer
from commonpress.changes.changed import changed
from commonpress.database.burst import burst
from commonpress.database.plain import fetched
from commonpress.database.prepared import Prepared
from commonpress.discussion import rules
from commonpress.discussion.actions.bursts import standing_of_vote, taken_back
from commonpress.discussion.ballots import COUNTED, NO_VOTE, Ballot, Slip
from commonpress.discussion.errors import CommentIsGone, OwnComment, ThreadIsClosed
from commonpress.discussion.models import Comment, Standing
from commonpress.discussion.rules import Discussed
from commonpress.lib.refusals import require

UP, DOWN, NONE = 1, -1, 0

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
    if comment is None:
        raise CommentIsGone
    rows = fetched(
        "SELECT value, standing FROM discussion_vote WHERE comment_id = %s AND voter_key = %s",
        [comment.pk, voter.voter_key],
    )
    return _vote(comment, voter, value, rows[0] if rows else NO_VOTE, is_open=ballot.is_open)


def vote_of_guest(slip: Slip, value: int) -> Comment:
    """Do the same with all it needs in hand, read in the caller's own transaction, in which nobody else writes."""
    return _vote(slip.comment, slip.guest, value, slip.stood, is_open=slip.is_open)


def _vote(comment: Comment, voter: Writer, value: int, stood: tuple[int, int], *, is_open: bool) -> Comment:
    require(comment.is_published, CommentIsGone)
    require(is_open, ThreadIsClosed)
    require(rules.may_vote_on(comment, voter), OwnComment)
    before = stood[0]
    standing = _cast(comment, voter, value, stood)
    comment.my_vote_waits = value != NONE and standing == Standing.HELD
    if before != value and standing == Standing.COUNTED:
        _count(comment, before=before, value=value, is_guests=isinstance(voter, Guest))
        changed(f"thread:{comment.thread_id}")
    return comment


# What follows is in words of our own: Django would take longer to find them than all the rest of a vote.


def _cast(comment: Comment, voter: Writer, value: int, stood: tuple[int, int]) -> int:
    """Write the vote's row where one with this value and standing stood, and return the Standing of the new one."""
    mine: list[int | str] = [comment.pk, voter.voter_key]
    before, standing = stood
    if value == before:
        pass
    elif value == NONE:
        # What was discarded stays, else it would count when it is given again.
        if standing != Standing.DISCARDED:
            taken_back(comment, voter, standing=standing)
            fetched("DELETE FROM discussion_vote WHERE comment_id = %s AND voter_key = %s", mine)
    elif before == NONE:
        standing = int(standing_of_vote(comment, voter))
        fetched(
            "INSERT INTO discussion_vote (comment_id, voter_key, value, standing, at) VALUES (%s, %s, %s, %s, %s)",
            [*mine, value, standing, timezone.now()],
        )
    else:
        fetched("UPDATE discussion_vote SET value = %s WHERE comment_id = %s AND voter_key = %s", [value, *mine])
    return standing


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
