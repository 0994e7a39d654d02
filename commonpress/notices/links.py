"""The addresses in letters that lead to a subscriber's own pages: signed, each for one purpose, without a sign-in."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from commonpress.notices.models import Subscriber
from commonpress.notices.sender import sender

MANAGE, CONFIRM, STOP = "manage", "confirm", "stop"


def manage(subscriber: Subscriber) -> str:
    return _address(MANAGE, subscriber.public_id)


def confirm(subscriber: Subscriber) -> str:
    return _address(CONFIRM, subscriber.public_id)


def stop(subscriber: Subscriber, about: str = "") -> str:
    """Return where all follows about something end; without it, all there are."""
    return _address(STOP, f"{subscriber.public_id}:{about}")


def subscriber_of(token: str, purpose: str) -> tuple[Subscriber, str] | None:
    """Return whose page a token opens, and what it is about; None for one we did not make, or of somebody forgotten."""
    try:
        public_id, _, about = _signer(purpose).unsign(token).partition(":")
    except BadSignature:
        return None
    subscriber = Subscriber.objects.filter(public_id=public_id).select_related("person").first()
    return (subscriber, about) if subscriber else None


def _address(purpose: str, words: str) -> str:
    return sender().url + reverse(f"follows_{purpose}", args=[_signer(purpose).sign(words)])


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"commonpress.notices.{purpose}", sep="~")
