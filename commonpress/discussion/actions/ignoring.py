"""What readers decide for themselves: not to read somebody."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from commonpress.accounts.models import Guest, Person, Writer
from commonpress.discussion import ignored
from commonpress.discussion.errors import NobodyToIgnore, OwnWordsIgnored, TooManyIgnored
from commonpress.discussion.models import Comment, Ignored
from commonpress.lib.refusals import require

MOST = 200


def ignore_writer_of(comment: Comment, *, by: Writer) -> None:
    """Fold up, for `by` alone, what the comment's writer says; of a guest what they say under this name.

    Nobody is told, and no page changes. May happen again.
    """
    require(comment.writer is not None, NobodyToIgnore)
    require(not comment.is_by(by), OwnWordsIgnored)
    mine = Ignored.objects.filter(owner_key=by.voter_key)
    if mine.filter(ignored.is_writer_of(comment)).exists():
        return
    require(mine.count() < MOST, TooManyIgnored)
    try:
        with transaction.atomic():
            Ignored.objects.create(
                owner_key=by.voter_key,
                person_id=comment.person_id,
                guest_id=comment.guest_id,
                guest_name=comment.guest_name if comment.guest_id is not None else "",
            )
    except IntegrityError:
        # The second click was as fast, or the writer has just been erased: either way nothing is left to do.
        return


def stop_ignoring_writer_of(comment: Comment, *, by: Writer) -> None:
    Ignored.objects.filter(ignored.is_writer_of(comment), owner_key=by.voter_key).delete()


def stop_ignoring(key: int, *, by: Writer) -> None:
    """Read somebody again, known by their place in the list of `by`. May happen again."""
    Ignored.objects.filter(pk=key, owner_key=by.voter_key).delete()


def hand_on(guest: Guest, person: Person) -> None:
    """Have a person ignore whom they ignored as a guest; inside the transaction that claims the guest.

    Not themselves, as either turns out to be; and where all are more than there is room for, not the guest's oldest.
    """
    theirs, guests = (Ignored.objects.filter(owner_key=one.voter_key) for one in (person, guest))
    for ignored_ones in (theirs, guests):
        ignored_ones.filter(Q(person=person) | Q(guest__claim__person=person)).delete()
    known = set(theirs.values_list("person", "guest", "guest_name"))
    room = MOST - len(known)
    for one in guests.order_by("-pk"):
        if room <= 0 or (one.person_id, one.guest_id, one.guest_name) in known:
            one.delete()
        else:
            room -= 1
            one.owner_key = person.voter_key
            one.save(update_fields=["owner_key"])
