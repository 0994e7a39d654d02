"""From one event to everybody who follows what it belongs to, some at a time.

Ten thousand followers are two hundred short transactions, each of which names the next. A job that dies goes on where
it was; one that runs twice finds its notices made.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from commonpress.jobs import task
from commonpress.notices.composing import AT_ONCE
from commonpress.notices.models import Follow, Letter, Notice, Pace, Subscriber
from commonpress.notices.slots import due_at
from commonpress.notices.tasks import AFTER_OTHER_LETTERS, post_notice

# Each at-once letter is a row and a job, a millisecond together: nobody waits longer for the database than for this.
A_BATCH = 50
FASTEST_FIRST: list[str] = [Pace.NOW, Pace.HOURLY, Pace.DAILY]


@task()
def tell_followers(event: str, topics: list[str], but_not: list[str], after: int = 0) -> None:
    """Tell of an event all who follow one of the topics, each once; those in `but_not` brought it about.

    Who follows several is told for the first of them, at the fastest of their paces.
    """
    with transaction.atomic():
        last = tell_some(event, topics, but_not=but_not, after=after, now=timezone.now())
        if last is not None:
            # After the letters of this batch: between two of them others write, and the first letters are not the last.
            tell_followers.using(priority=AFTER_OTHER_LETTERS).enqueue(event, topics, but_not, last)


@transaction.atomic
def tell_some(event: str, topics: Sequence[str], *, but_not: Collection[str], after: int, now: datetime) -> int | None:
    """Make the notices of the next subscribers after a key, and return the last one's key, or None when all are told."""
    follows, last = _next_followers(topics, after)
    # Their rows first: the same batch, begun twice at once, waits here and then finds its notices made.
    addresses = dict(_locked(follows).values_list("pk", "email"))
    told = set(Notice.objects.filter(event=event, subscriber__in=follows).values_list("subscriber", flat=True))
    not_told = follows.keys() & addresses.keys() - told - _who_brought_it_about(but_not, follows)
    notices = [
        Notice(subscriber_id=pk, event=event, topic=follow.topic, made_at=now, due_at=due_at(Pace(follow.pace), now))
        for pk, follow in follows.items()
        if pk in not_told
    ]
    at_once = [notice for notice in notices if notice.due_at <= now]
    letters = [
        Letter(once_key=f"told:{event}:{notice.subscriber_id}", kind=AT_ONCE, to=addresses[notice.subscriber_id])
        for notice in at_once
    ]
    for notice, letter in zip(at_once, Letter.objects.bulk_create(letters), strict=True):
        notice.letter = letter
    Notice.objects.bulk_create(notices)
    for letter in letters:
        post_notice(letter.pk)
    return last


def _next_followers(topics: Sequence[str], after: int) -> tuple[dict[int, Follow], int | None]:
    """Return for each of the next subscribers why and how fast they are told, and the last key if there may be more."""
    found: list[Follow] = []
    ends: list[int] = []
    for topic in topics:
        # By an index that is in this order: each topic's next ones, never all of them.
        mine = Follow.objects.filter(topic=topic, confirmed_at__isnull=False, subscriber_id__gt=after)
        some = list(mine.order_by("subscriber_id")[:A_BATCH])
        found += some
        if len(some) == A_BATCH:
            ends.append(some[-1].subscriber_id)
    last = min(ends) if ends else None
    chosen: dict[int, Follow] = {}
    for follow in found:
        if last is not None and follow.subscriber_id > last:
            continue
        first = chosen.setdefault(follow.subscriber_id, follow)
        first.pace = min(first.pace, follow.pace, key=FASTEST_FIRST.index)
    return chosen, last


def _locked(keys: Collection[int]) -> QuerySet[Subscriber]:
    return Subscriber.objects.select_for_update().filter(pk__in=keys).order_by("pk")


def _who_brought_it_about(keys: Collection[str], among: Collection[int]) -> set[int]:
    """Return those of the subscribers who are one of these, or asked for something as one of them."""
    people = [int(key[2:]) for key in keys if key.startswith("p:")]
    theirs = Q(follows__asked_by__in=keys, follows__confirmed_at__isnull=False) | Q(person__in=people)
    return set(Subscriber.objects.filter(theirs, pk__in=among).values_list("pk", flat=True))
