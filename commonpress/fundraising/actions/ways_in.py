import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonpress.fundraising.errors import KeyIsSpent
from commonpress.fundraising.models.way_in import TIME_INSIDE, TIME_TO_OPEN, WayIn
from commonpress.fundraising.tasks import answer_way_in
from commonpress.lib.refusals import require

KEPT = timedelta(days=2)


@transaction.atomic
def ask_way_in(email: str) -> None:
    """Write down that somebody wants to see what was given from an address. Whether it is known, a job finds out."""
    answer_way_in.enqueue(WayIn.objects.create(email=email.lower()).pk)


@transaction.atomic
def open_with(key: str) -> str:
    """Spend a mailed key, and return the secret of the half hour it opens. Raises KeyIsSpent, also for none of ours."""
    now = timezone.now()
    session = secrets.token_urlsafe(24)
    # Of two who press the button at once, one update finds the key unused.
    opened = still_good(key, now).update(opened_at=now, session_hash=WayIn.hash_of(session))
    require(opened == 1, KeyIsSpent)
    return session


def may_open(key: str) -> bool:
    return still_good(key, timezone.now()).exists()


def still_good(key: str, now: datetime) -> QuerySet[WayIn]:
    return WayIn.objects.filter(
        key_hash=WayIn.hash_of(key), opened_at=None, mailed_at__gt=now - TIME_TO_OPEN, mailed_at__lte=now
    )


def address_inside(session: str) -> str | None:
    """Return the address a secret lets its holder see, or None when its half hour is over."""
    inside = WayIn.objects.filter(session_hash=WayIn.hash_of(session), opened_at__gt=timezone.now() - TIME_INSIDE)
    return inside.values_list("email", flat=True).first()


def close(session: str) -> None:
    WayIn.objects.filter(session_hash=WayIn.hash_of(session)).update(session_hash=None)


def forget_ways_in(now: datetime) -> None:
    WayIn.objects.filter(asked_at__lt=now - KEPT).delete()
