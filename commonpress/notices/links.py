"""The addresses in letters that lead to a subscriber's own pages: signed, each for one purpose, without a sign-in.

Those of one address: whoever leaves it has other pages. What asks to confirm can be answered for a month; stopping
and changing are for as long as somebody has the letter.
"""

from datetime import timedelta

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.urls import reverse

from commonpress.notices.models import Subscriber
from commonpress.notices.sender import sender

MANAGE, CONFIRM, STOP = "manage", "confirm", "stop"
TIME_TO_ANSWER = timedelta(days=30)


def manage(subscriber: Subscriber) -> str:
    return _address(MANAGE, _signer(MANAGE).sign(subscriber.public_id))


def confirm(subscriber: Subscriber) -> str:
    return _address(CONFIRM, _timed().sign(subscriber.public_id))


def stop(subscriber: Subscriber, about: str = "") -> str:
    """Return where all follows about something end; without it, all there are."""
    return _address(STOP, _signer(STOP).sign(f"{subscriber.public_id}:{about}"))


def subscriber_of(token: str, purpose: str) -> tuple[Subscriber, str] | None:
    """Return whose page a token opens, and what it is about; None for one we did not make, or of somebody forgotten."""
    try:
        words = _timed().unsign(token, max_age=TIME_TO_ANSWER) if purpose == CONFIRM else _signer(purpose).unsign(token)
    except BadSignature:
        return None
    public_id, _, about = words.partition(":")
    subscriber = Subscriber.objects.filter(public_id=public_id).select_related("person").first()
    return (subscriber, about) if subscriber else None


def _address(purpose: str, token: str) -> str:
    return sender().url + reverse(f"follows_{purpose}", args=[token])


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"commonpress.notices.{purpose}", sep="~")


def _timed() -> TimestampSigner:
    return TimestampSigner(salt=f"commonpress.notices.{CONFIRM}", sep="~")
