"""What readers do to a comment: agree or disagree with it."""

from django.db.models import F

from commonpress.accounts.models import Guest, Writer
from commonpress.changes.changed import changed
from commonpress.database.burst import burst
from commonpress.discussion import rules
from commonpress.discussion.actions.bursts import one_held_less, standing_of_vote
from commonpress.discussion.errors import CommentIsGone, OwnComment, ThreadIsClosed
from commonpress.discussion.models import Comment, Standing, Vote
from commonpress.discussion.rules import Discussed
from commonpress.lib.refusals import require

UP, DOWN, NONE = 1, -1, 0


@burst
def vote(comment: Comment, *, page: Discussed, voter: Writer, value: int) -> Comment:
    """Make a writer's vote on a comment UP, DOWN or NONE, and return the comment as counted.

    Voting the same again changes nothing. Counters move by the difference to the vote that
    stood, so they equal the rows that count whatever the order of parallel votes. A vote that is held
    back (bursts.py) changes no counter.
    """
    # Writes first: the comment's row is the lock behind which parallel votes on it queue.
    locked = Comment.objects.select_for_update(no_key=True).filter(pk=comment.pk).first()
    if locked is None or not locked.is_published:
        raise CommentIsGone
    require(rules.is_open(page), ThreadIsClosed)
    require(rules.may_vote_on(locked, voter), OwnComment)
    before, counts = _cast(locked, voter, value)
    if before == value or not counts:
        return locked
    suffix = "_guest" if isinstance(voter, Guest) else ""
    changes = {
        f"ups{suffix}": F(f"ups{suffix}") + int(value == UP) - int(before == UP),
        f"downs{suffix}": F(f"downs{suffix}") + int(value == DOWN) - int(before == DOWN),
    }
    Comment.objects.filter(pk=locked.pk).update(**changes)
    locked.refresh_from_db(fields=["ups", "downs", "ups_guest", "downs_guest"])
    locked.set_keys()
    locked.save(update_fields=["key_voted", "key_best", "key_hot"])
    changed(f"thread:{locked.thread_id}")
    return locked


def _cast(comment: Comment, voter: Writer, value: int) -> tuple[int, bool]:
    """Write the vote's row and return what stood before, UP, DOWN or NONE, and whether the vote is one that counts."""
    mine = Vote.objects.filter(comment=comment, voter_key=voter.voter_key)
    before, standing = mine.values_list("value", "standing").first() or (NONE, Standing.COUNTED)
    if value == NONE:
        if standing == Standing.HELD:
            one_held_less(comment)
        mine.delete()
    elif before == NONE:
        standing = standing_of_vote(comment, voter)
        Vote.objects.create(comment=comment, voter_key=voter.voter_key, value=value, standing=standing)
    elif before != value:
        mine.update(value=value)
    return before, standing == Standing.COUNTED
