"""Which subscriber an address is, and how two of them become one."""

from django.db import transaction

from commonpress.notices.models import Follow, Notice, Subscriber
from commonpress.notices.models.subscriber import new_public_id


def subscriber_at(email: str) -> Subscriber:
    """Return the subscriber of an address, made if there is none. `email` is one plain address."""
    return Subscriber.objects.get_or_create(email=email.lower())[0]


@transaction.atomic
def subscriber_of(person_key: int, email: str) -> Subscriber:
    """Return the subscriber of a person whose proven address this is.

    What they confirmed with it before they had an account is theirs, and what they followed with another address
    comes along.
    """
    email = email.lower()
    before = Subscriber.objects.select_for_update().filter(person=person_key).first()
    at = Subscriber.objects.select_for_update().filter(email=email).first()
    if at is not None and at.person_id not in {None, person_key}:
        # Whose address it was once: what they followed is not for who has it now.
        at.delete()
        at = None
    if before is None:
        at = at or subscriber_at(email)
        at.person_id, at.is_left_alone, at.refused = person_key, False, 0
        at.save(update_fields=["person", "is_left_alone", "refused"])
        return at
    if before.email != email:
        if at is not None:
            for follow in at.follows.all():
                move_follow(follow, to=before, topic=follow.topic)
            at.delete()
        _move(before, email)
    return before


@transaction.atomic
def leave_address(person_key: int, email: str) -> None:
    """Write to a person no more where they were; what they follow waits until they prove their new address (arrive_at).

    Where that is somebody's already, and whose is not known, nothing can wait there: what they follow ends.
    """
    email = email.lower()
    left = Subscriber.objects.select_for_update().filter(person=person_key).exclude(email=email).first()
    if left is None:
        return
    if Subscriber.objects.filter(email=email).exists():
        left.delete()
        return
    left.is_left_alone = True
    _move(left, email)


@transaction.atomic
def arrive_at(person_key: int, email: str) -> None:
    """Have letters follow a person who is a subscriber to the address they have just proved."""
    if Subscriber.objects.filter(person=person_key).exists():
        there = subscriber_of(person_key, email)
        Subscriber.objects.filter(pk=there.pk).update(is_left_alone=False, refused=0)


def _move(subscriber: Subscriber, email: str) -> None:
    """Give a subscriber another address, and their pages others: whoever has the old mailbox has letters with links."""
    subscriber.email, subscriber.public_id, subscriber.refused = email, new_public_id(), 0
    subscriber.save(update_fields=["email", "public_id", "refused", "is_left_alone"])


def move_follow(follow: Follow, *, to: Subscriber, topic: str, is_confirmed: bool = False) -> None:
    """Give a follow to a subscriber under a topic, or drop it where they have that one; what waits to be told comes along.

    It is confirmed with `is_confirmed`, or if it was.
    """
    confirmed_at = follow.confirmed_at or (follow.asked_at if is_confirmed else None)
    before = {"subscriber": follow.subscriber_id, "topic": follow.topic, "letter": None}
    standing = Follow.objects.filter(subscriber=to, topic=topic).exclude(pk=follow.pk).first()
    if standing is not None:
        follow.delete()
        follow = standing
        confirmed_at = standing.confirmed_at or confirmed_at
    follow.subscriber, follow.topic, follow.confirmed_at = to, topic, confirmed_at
    follow.save(update_fields=["subscriber", "topic", "confirmed_at"])
    # Of an event that both are to be told of, one is told.
    known = list(Notice.objects.filter(subscriber=to).exclude(**before).values_list("event", flat=True))
    Notice.objects.filter(**before, event__in=known).delete()
    Notice.objects.filter(**before).update(subscriber=to, topic=topic)
