"""What is told together: one letter for all that is due to somebody."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from commonpress.jobs.giving_way import give_way
from commonpress.notices.composing import DIGEST
from commonpress.notices.models import Letter, Notice, Subscriber
from commonpress.notices.tasks import post_notice

A_LOOK = 500


def send_digests(now: datetime) -> int:
    """Write a letter to each subscriber to whom something is due, and return how many that were.

    Each is a transaction of its own. Whoever dies in the middle leaves the rest due, and two who do this at once
    write one letter: a notice is in one letter, and the first notice in it gives the letter its once-only key.
    """
    written = 0
    for pk in _subscribers_due(now):
        give_way()
        written += write_digest(pk, now)
    return written


@transaction.atomic
def write_digest(subscriber_key: int, now: datetime) -> bool:
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_key).first()
    due = Notice.objects.filter(subscriber=subscriber_key, letter=None, due_at__lte=now)
    first = due.order_by("pk").first()
    if subscriber is None or first is None:
        return False
    letter = Letter.objects.create(once_key=f"digest:{subscriber.pk}:{first.pk}", kind=DIGEST, to=subscriber.email)
    due.update(letter=letter)
    post_notice(letter.pk)
    return True


def _subscribers_due(now: datetime) -> Iterator[int]:
    after = 0
    while True:
        due = Notice.objects.filter(letter=None, due_at__lte=now, subscriber__gt=after)
        keys = list(due.order_by("subscriber_id").values_list("subscriber_id", flat=True).distinct()[:A_LOOK])
        if not keys:
            return
        yield from keys
        after = keys[-1]
