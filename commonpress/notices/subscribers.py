"""Which subscriber an address is, and how two of them become one."""

from django.db import transaction

from commonpress.notices.models import Follow, Notice, Subscriber


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
    if before is None:
        at = at or subscriber_at(email)
        if at.person_id is not None:
            # Whose address it was once: what they followed is not for who has it now.
            Notice.objects.filter(subscriber=at).delete()
            at.follows.all().delete()
        at.person_id, at.is_left_alone, at.refused = person_key, False, 0
        at.save(update_fields=["person", "is_left_alone", "refused"])
        return at
    if before.email != email:
        if at is not None:
            for follow in at.follows.all():
                move_follow(follow, to=before, topic=follow.topic)
            at.delete()
        before.email, before.refused = email, 0
        before.save(update_fields=["email", "refused"])
    return before


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
