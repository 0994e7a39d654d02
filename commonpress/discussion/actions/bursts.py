"""Votes that came all at once from strangers: held back, then counted or discarded."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from commonpress.accounts.models import Guest, Person, Writer
from commonpress.changes.changed import changed
from commonpress.database.plain import fetched
from commonpress.discussion import rules
from commonpress.discussion.errors import NotAModerator
from commonpress.discussion.models import Comment, Vote, VoteBurst
from commonpress.discussion.models.vote import Standing
from commonpress.lib.refusals import require

WINDOW = timedelta(minutes=10)
# A guest is a newcomer for so long.
NEW_FOR = timedelta(hours=1)
HELD_FOR = timedelta(days=1)


def is_held_back(comment: Comment, voter: Writer | None) -> bool:
    """Tell whether somebody's vote on a comment waits. Costs nothing for people, and for guests who have been here longer."""
    return (
        isinstance(voter, Guest)
        and voter.created_at > timezone.now() - NEW_FOR - HELD_FOR
        and Vote.objects.filter(comment=comment, voter_key=voter.voter_key, standing=Standing.HELD).exists()
    )


def standing_of_vote(comment: Comment, voter: Writer) -> Standing:
    """Return whether a new vote counts at once, or waits because many strangers vote on the comment just now.

    The comment's row is locked by the caller. Costs nothing for people, and for guests who have been here longer.
    """
    if not _is_newcomer(voter):
        return Standing.COUNTED
    now = timezone.now()
    ((newcomers,),) = fetched(NEWCOMER_CAME, [comment.pk, now, now - WINDOW, now - WINDOW])
    waits: bool = newcomers > settings.NEWCOMERS_VOTES
    if waits:
        fetched(ONE_HELD_MORE, [now, comment.pk])
    return Standing.HELD if waits else Standing.COUNTED


# In words of our own: they are part of every newcomer's vote, and newcomers come in bursts.
NEWCOMER_CAME = """
INSERT INTO discussion_voteburst AS b (comment_id, window_at, newcomers, held_count) VALUES (%s, %s, 1, 0)
ON CONFLICT (comment_id) DO UPDATE SET
  newcomers = CASE WHEN b.window_at < %s THEN 1 ELSE b.newcomers + 1 END,
  window_at = CASE WHEN b.window_at < %s THEN excluded.window_at ELSE b.window_at END
RETURNING newcomers
"""
ONE_HELD_MORE = """
UPDATE discussion_voteburst SET held_count = held_count + 1, held_at = COALESCE(held_at, %s) WHERE comment_id = %s
"""
ONE_NEWCOMER_LESS = """
UPDATE discussion_voteburst SET newcomers = newcomers - 1 WHERE comment_id = %s AND newcomers > 0
"""


def taken_back(comment: Comment, voter: Writer, *, standing: int) -> None:
    """Note that a vote which stood, or was held, is taken back: who toggles one must not have others' held."""
    if standing == Standing.HELD:
        one_held_less(comment)
    if _is_newcomer(voter):
        fetched(ONE_NEWCOMER_LESS, [comment.pk])


def one_held_less(comment: Comment) -> None:
    """Note that a held vote was taken back, or turned out to be a person's. The comment's row is locked by the caller."""
    burst = VoteBurst.objects.get(pk=comment.pk)
    burst.held_count -= 1
    if not burst.held_count:
        burst.held_at = None
    burst.save(update_fields=["held_count", "held_at"])


def _is_newcomer(voter: Writer) -> bool:
    return settings.NEWCOMERS_VOTES > 0 and isinstance(voter, Guest) and voter.created_at >= timezone.now() - NEW_FOR


@transaction.atomic
def count_held_votes(comment: Comment, *, by: Person | None) -> int:
    """Count the votes of a comment that were held back, and return how many; `by` nobody when their time has come."""
    require(by is None or rules.may_moderate(by), NotAModerator)
    locked = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    held = Vote.objects.filter(comment=locked, standing=Standing.HELD)
    is_guests = Q(voter_key__startswith="g:")
    up, down = Q(value=1), Q(value=-1)
    counts = held.aggregate(
        ups=Count("pk", filter=up & ~is_guests),
        downs=Count("pk", filter=down & ~is_guests),
        ups_guest=Count("pk", filter=up & is_guests),
        downs_guest=Count("pk", filter=down & is_guests),
    )
    Comment.objects.filter(pk=locked.pk).update(**{name: F(name) + count for name, count in counts.items()})
    locked.refresh_from_db(fields=list(counts))
    locked.set_keys()
    locked.save(update_fields=["key_voted", "key_best", "key_hot"])
    counted = held.update(standing=Standing.COUNTED)
    _nothing_waits(locked)
    changed(f"thread:{locked.thread_id}")
    return counted


@transaction.atomic
def discard_held_votes(comment: Comment, *, by: Person) -> int:
    """Never count the votes of a comment that were held back, and return how many. Their rows stay, so that nobody votes twice."""
    require(rules.may_moderate(by), NotAModerator)
    locked = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    discarded = Vote.objects.filter(comment=locked, standing=Standing.HELD).update(standing=Standing.DISCARDED)
    _nothing_waits(locked)
    return discarded


def count_votes_held_long_enough(now: datetime) -> int:
    """Count what was held back a day ago and nobody discarded; return of how many comments."""
    due = VoteBurst.objects.filter(held_at__lte=now - HELD_FOR).select_related("comment")
    for burst in due:
        count_held_votes(burst.comment, by=None)
    return len(due)


def _nothing_waits(comment: Comment) -> None:
    VoteBurst.objects.filter(pk=comment.pk).update(held_count=0, held_at=None)
