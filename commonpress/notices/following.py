"""What somebody does about what they are told: ask for it, confirm that they did, change it, stop it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.database.plain import fetched
from commonpress.lib.refusals import Refused, require
from commonpress.notices import links, topics
from commonpress.notices.models import Follow, Letter, Notice, Pace, Subscriber
from commonpress.notices.tell import send_letter

MOST_FOLLOWS = 500
# Anybody may have typed the address.
MOST_WAITING = 20
BETWEEN_QUESTIONS = timedelta(days=1)
MOST_UNANSWERED = 3
UNTIL_ASKED_AGAIN = timedelta(days=30)
# The kind of letter that asks.
QUESTION = "confirm_follow"


class FollowsTooMuch(Refused):
    status = 409
    message = _("You follow five hundred things already. Please stop one of them first.")
    may_try_again = True


@transaction.atomic
def follow(
    subscriber: Subscriber, *, topic: str, about: str, pace: Pace, asked_by: str = "", is_proven: bool = False
) -> None:
    """Have a subscriber told of a topic, at once where it is proven that its owner asks, else once they confirm.

    Where it is not, nothing that is visible to whoever asks depends on what is known of the address.

    Raises FollowsTooMuch, only to the owner.
    """
    # Its row first: whoever asks at the same time waits here.
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if is_proven:
        Subscriber.objects.filter(pk=subscriber.pk).update(is_left_alone=False, refused=0)
    mine = Follow.objects.filter(subscriber=subscriber)
    is_owner = is_proven or (asked_by != "" and mine.filter(asked_by=asked_by, is_askers_own=True).exists())
    standing = mine.filter(topic=topic).first()
    if standing is None:
        if mine.count() >= MOST_FOLLOWS:
            require(not is_owner, FollowsTooMuch)
            return
        if not is_owner and (subscriber.is_left_alone or mine.filter(confirmed_at=None).count() >= MOST_WAITING):
            return
        standing = Follow(subscriber=subscriber, topic=topic, about=about)
    elif standing.confirmed_at is not None and not is_owner:
        return
    standing.pace, standing.asked_by, standing.asked_at = pace, asked_by, timezone.now()
    if is_owner:
        standing.confirmed_at = standing.confirmed_at or standing.asked_at
        standing.is_askers_own = standing.is_askers_own or asked_by != ""
    standing.save()
    if not is_owner:
        ask_to_confirm(subscriber, timezone.now())


@transaction.atomic
def ask_to_confirm(subscriber: Subscriber, now: datetime) -> bool:
    """Write to an address that anybody may have typed: once a day at most, and not after three letters without an answer.

    The letter names what waits, in the desk's words, and nobody. Its page shows what waits when it is opened. Where
    readers can see nothing of that now, there is nothing to ask.
    """
    waiting = Follow.objects.filter(subscriber=subscriber, confirmed_at=None).order_by("pk")
    described = topics.describe([one.topic for one in waiting])
    if not described:
        return False
    # One statement decides between two who ask at once.
    if not may_be_asked(now).filter(pk=subscriber.pk).update(asked_at=now, unanswered=F("unanswered") + 1):
        return False
    context = {
        "topics": [described[one.topic] for one in waiting if one.topic in described],
        "address": links.confirm(subscriber),
    }
    send_letter(subscriber.email, QUESTION, context, once=f"confirm-follow:{subscriber.pk}:{now.isoformat()}")
    return True


def may_be_asked(now: datetime) -> QuerySet[Subscriber]:
    """Return the addresses that may be sent a question."""
    return Subscriber.objects.filter(is_left_alone=False).filter(
        Q(asked_at=None)
        | Q(asked_at__lte=now - BETWEEN_QUESTIONS, unanswered__lt=MOST_UNANSWERED)
        | Q(asked_at__lte=now - UNTIL_ASKED_AGAIN)
    )


@transaction.atomic
def confirm(subscriber: Subscriber, keys: Collection[int], *, by: str) -> int:
    """Begin to tell a subscriber what they confirmed, drop what else waited, and return how many that were.

    `by` names whose browser they confirmed in.
    """
    Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    waiting = Follow.objects.filter(subscriber=subscriber, confirmed_at=None)
    wanted = waiting.filter(pk__in=keys)
    if by:
        wanted.filter(asked_by=by).update(is_askers_own=True)
    confirmed = wanted.update(confirmed_at=timezone.now())
    waiting.all().delete()
    Subscriber.objects.filter(pk=subscriber.pk).update(unanswered=0, is_left_alone=False, refused=0)
    return confirmed


@transaction.atomic
def leave_alone(subscriber: Subscriber) -> None:
    """Write to an address no more, whoever types it; only a person who proves it is theirs can change that."""
    stop(subscriber)
    Subscriber.objects.filter(pk=subscriber.pk).update(is_left_alone=True)


@transaction.atomic
def stop(subscriber: Subscriber, **which: Any) -> int:
    """End follows, of one `topic`, `about` something or all of them, and return how many; what was to be told of them is not."""
    ended = Follow.objects.filter(subscriber=subscriber, **which)
    ended_topics = list(ended.values_list("topic", flat=True))
    not_sent = Q(letter=None) | Q(letter__handed_over_at=None)
    untold = Notice.objects.filter(not_sent, subscriber=subscriber, topic__in=ended_topics)
    letters = list(untold.filter(letter__isnull=False).values_list("letter", flat=True))
    untold.delete()
    Letter.objects.filter(pk__in=letters, notices=None, handed_over_at=None).delete()
    ended.delete()
    return len(ended_topics)


def set_pace(subscriber: Subscriber, key: int, pace: Pace) -> None:
    Follow.objects.filter(subscriber=subscriber, pk=key).update(pace=pace)


def has_followers(about: str) -> bool:
    return bool(fetched(FOLLOWED, [about]))


FOLLOWED = "SELECT 1 FROM notices_follow WHERE about = %s AND confirmed_at IS NOT NULL LIMIT 1"


@transaction.atomic
def forget_subscriber(subscriber: Subscriber) -> None:
    """Forget an address, what it followed and every letter to it."""
    Letter.objects.filter(Q(notices__subscriber=subscriber) | Q(to__iexact=subscriber.email)).delete()
    subscriber.delete()


@transaction.atomic
def forget_asker(key: str) -> None:
    """Forget what somebody asked for, and the addresses that are known only from that."""
    asked = Follow.objects.filter(asked_by=key)
    own = set(asked.filter(is_askers_own=True).values_list("subscriber", flat=True))
    for subscriber in list(Subscriber.objects.filter(pk__in=asked.values("subscriber"))):
        stop(subscriber, asked_by=key)
        if subscriber.person_id is None and not subscriber.is_left_alone and not subscriber.follows.exists():
            _forget_what_was_told(subscriber)
            # Whom we have asked is remembered (schedules.py), or the same guest, come back, has us ask again at once.
            if subscriber.asked_at is None or subscriber.pk in own:
                subscriber.delete()


def _forget_what_was_told(subscriber: Subscriber) -> None:
    """Forget our letters to an address; what else goes there, a code or a receipt, is for its owner, whoever typed it."""
    Letter.objects.filter(Q(notices__subscriber=subscriber) | Q(kind=QUESTION, to=subscriber.email)).delete()
    Notice.objects.filter(subscriber=subscriber).delete()
