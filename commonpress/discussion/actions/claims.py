"""What happens when a guest turns out to be a person: one human, one vote."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from commonpress.accounts.models import Guest, Person
from commonpress.changes.changed import changed
from commonpress.discussion.actions.bursts import one_held_less
from commonpress.discussion.actions.following import claim_follows
from commonpress.discussion.actions.ignoring import hand_on
from commonpress.discussion.models import Claim, Comment, Standing, Thread, Vote


@transaction.atomic
def claim_guest(guest: Guest, *, by: Person) -> None:
    """Make what a guest did the person's who signed in on the guest's browser.

    The guest's votes become the person's. Where both voted the older vote stays, and one on a comment
    that is now their own goes. The guest's comments keep the name they were posted under. May happen
    again. A guest whom somebody else claimed stays theirs.
    """
    claim, _is_new = Claim.objects.get_or_create(guest=guest, defaults={"person": by})
    if claim.person_id != by.pk:
        return
    hand_on(guest, by)
    # Threads before comments, both in one order, as everybody who writes in them.
    about = Comment.objects.filter(
        Q(votes__voter_key=guest.voter_key) | Q(votes__voter_key=by.voter_key, guest=guest)
    ).distinct()
    found = list(about.order_by("thread_id", "pk").values_list("thread_id", "pk"))
    threads = sorted({thread for thread, _comment in found})
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=threads).order_by("pk"))
    for _thread, key in found:
        comment = Comment.objects.select_for_update(no_key=True).get(pk=key)
        _join_votes(comment, guest, by)
    claim_follows(guest, by=by)
    changed(*(f"thread:{thread}" for thread in threads))


def _join_votes(comment: Comment, guest: Guest, person: Person) -> None:
    """Leave one vote of the two on a comment, the person's, or none on their own, and count what changed."""
    keys = [guest.voter_key, person.voter_key]
    # One that counts before one that was held back or discarded, else the older.
    votes = list(Vote.objects.filter(comment=comment, voter_key__in=keys).order_by("at", "pk"))
    votes.sort(key=lambda vote: vote.standing != Standing.COUNTED)
    _count(comment, votes, -1)
    for _vote in range(sum(vote.standing == Standing.HELD for vote in votes)):
        one_held_less(comment)
    kept = votes[:0] if comment.is_by(person) else votes[:1]
    for vote in votes[len(kept) :]:
        vote.delete()
    for vote in kept:
        vote.voter_key = person.voter_key
        # A person's vote waits for nobody.
        vote.standing = Standing.COUNTED if vote.standing == Standing.HELD else vote.standing
        vote.save(update_fields=["voter_key", "standing"])
    _count(comment, kept, 1)
    comment.set_keys()
    comment.save(update_fields=["ups", "downs", "ups_guest", "downs_guest", "key_voted", "key_best", "key_hot"])


def _count(comment: Comment, votes: Iterable[Vote], change: int) -> None:
    for vote in votes:
        if vote.standing != Standing.COUNTED:
            continue
        if vote.is_guests:
            comment.ups_guest += change * (vote.value == 1)
            comment.downs_guest += change * (vote.value == -1)
        else:
            comment.ups += change * (vote.value == 1)
            comment.downs += change * (vote.value == -1)
