"""What follows when money is promised or received. Each may run twice; a letter goes once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.fundraising import queries
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.lib import formats
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from commonpress.notices.tell import send_letter

BETWEEN_LETTERS = timedelta(days=1)
MOST_UNANSWERED = 3


@transaction.atomic
def pledge_made(pledge_pk: int) -> None:
    """Tell the giver how to send it and how to take it back, and the treasurers to look out for it.

    The letter to the giver says nothing that the sender typed but the amount: the address may be another's.
    """
    pledge = Pledge.objects.select_related("drive", "supporter").get(pk=pledge_pk)
    if not pledge.is_open:
        return
    publication = Publication.load()
    facts = {
        "drive": pledge.drive.title,
        "amount": amount_text(pledge.amount, publication.language),
        "reference": pledge.grouped_reference,
    }
    if pledge.supporter is not None and may_write_to(pledge.supporter.email, timezone.now()):
        bank = BankDetails.load()
        cancel = reverse("fundraising:cancel", args=[pledge.public_id, pledge.cancel_token])
        send_letter(
            pledge.supporter.email,
            "pledge_made",
            facts
            | {
                "holder": bank.holder if bank else "",
                "iban": bank.grouped_iban if bank else "",
                "bic": bank.bic if bank else "",
                "instructions": bank.instructions if bank else "",
                "page": settings.PUBLIC_URL + pledge.get_absolute_url(),
                "cancel": settings.PUBLIC_URL + cancel,
                "expires": formats.day(
                    timezone.localtime(pledge.expires_at, pledge.drive.zone_info).date(), publication.language
                ),
            },
            once=occasion_of(pledge.public_id),
        )
    for person in queries.treasurers():
        send_letter(
            person.email,
            "pledge_to_watch_for",
            facts
            | {
                "name": pledge.supporter.public_name if pledge.supporter else "",
                "message": pledge.message,
                "page": settings.PUBLIC_URL + reverse("fundraising_desk:confirm", args=[pledge.public_id]),
            },
            once=f"pledge-to-watch-for:{pledge.public_id}:{person.pk}",
        )


def may_write_to(address: str, now: datetime) -> bool:
    """Tell whether a letter about one more pledge may go to an address that anybody may have typed.

    One a day, and no more once three stand for which no money came. The pledge itself is taken, and its page
    shows the same as the letter.
    """
    if not address:
        return False
    letters = Letter.objects.filter(kind="pledge_made", to__iexact=address)
    if letters.filter(written_at__gt=now - BETWEEN_LETTERS).exists():
        return False
    received = Pledge.objects.filter(supporter__email__iexact=address, state=Pledge.State.CONFIRMED)
    answered = [occasion_of(public_id) for public_id in received.values_list("public_id", flat=True)]
    return letters.exclude(once_key__in=answered).count() < MOST_UNANSWERED


def occasion_of(public_id: str) -> str:
    return f"pledge-made:{public_id}"


def gift_received(gift_pk: int) -> None:
    """Thank the supporter."""
    gift = Gift.objects.select_related("drive", "supporter").get(pk=gift_pk)
    if gift.supporter is None or not gift.supporter.email:
        return
    publication = Publication.load()
    send_letter(
        gift.supporter.email,
        "gift_received",
        {
            "name": gift.supporter.public_name or gift.supporter.name,
            "drive": gift.drive.title,
            "amount": amount_text(gift.amount, publication.language),
            "day": formats.day(timezone.localtime(gift.occurred_at, gift.drive.zone_info).date(), publication.language),
        },
        once=f"gift-received:{gift.public_id}",
    )


def bank_details_changed(person_pk: int, changed_at: str) -> None:
    """Tell all who keep the books: an account number is the first thing a burglar would change."""
    bank = BankDetails.load()
    who = Person.objects.filter(pk=person_pk).first()
    for person in queries.bookkeepers():
        send_letter(
            person.email,
            "bank_details_changed",
            {
                "holder": bank.holder if bank else "",
                "iban": bank.grouped_iban if bank else "",
                "instructions": bank.instructions if bank else "",
                "by": who.get_full_name() if who else "",
                "page": settings.PUBLIC_URL + reverse("fundraising_desk:bank"),
            },
            once=f"bank-details:{changed_at}:{person.pk}",
        )
