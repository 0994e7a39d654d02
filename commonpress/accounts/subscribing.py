"""People as subscribers: their proven address needs no letter that asks whether it is theirs."""

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest

from commonpress.accounts.models import Person
from commonpress.notices import askers
from commonpress.notices.following import forget_subscriber
from commonpress.notices.models import Subscriber
from commonpress.notices.subscribers import arrive_at


def proven_address(person: Person) -> str | None:
    """Return the person's address if a code sent there came back."""
    mine = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    return person.email.lower() if mine.exists() else None


def known_subscriber(person: Person) -> Subscriber | None:
    """Return what stands for a person among the subscribers; None where nothing was ever asked with their address."""
    proven = proven_address(person)
    mine = Q(person=person) | Q(email=proven, person=None) if proven else Q(person=person)
    return Subscriber.objects.filter(mine).order_by("person_id").last()


@transaction.atomic
def forget_as_subscriber(person: Person) -> None:
    proven = proven_address(person)
    mine = Q(person=person) | Q(email=proven) if proven else Q(person=person)
    for subscriber in Subscriber.objects.filter(mine):
        forget_subscriber(subscriber)


@receiver([email_confirmed, email_changed])
def write_to_the_new_address(sender: object, request: HttpRequest, **signal: object) -> None:
    """Have letters follow a person to the address they have just proved, and never to one they left."""
    person = signal.get("user") or signal["email_address"].user  # type: ignore[attr-defined]  # allauth's two signals
    if not isinstance(person, Person):
        return
    person = Person.objects.get(pk=person.pk)
    proven = proven_address(person)
    if proven:
        arrive_at(person.pk, proven)


def _asker(request: HttpRequest) -> str:
    writer = request.writer  # type: ignore[attr-defined]  # accounts/http.py
    return writer.voter_key if writer is not None else ""


askers.register(_asker)
