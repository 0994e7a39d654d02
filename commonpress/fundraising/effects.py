"""What follows when money is promised or received. Each may run twice; a letter goes once."""

from django.conf import settings
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
from commonpress.notices.tell import send_letter


def pledge_made(pledge_pk: int) -> None:
    """Tell the giver how to send it and how to take it back, and the treasurers to look out for it."""
    pledge = Pledge.objects.select_related("drive", "supporter").get(pk=pledge_pk)
    if not pledge.is_open:
        return
    publication = Publication.load()
    facts = {
        "drive": pledge.drive.title,
        "amount": amount_text(pledge.amount, publication.language),
        "reference": pledge.grouped_reference,
    }
    if pledge.supporter is not None and pledge.supporter.email:
        bank = BankDetails.load()
        cancel = reverse("fundraising:cancel", args=[pledge.public_id, pledge.cancel_token])
        send_letter(
            pledge.supporter.email,
            "pledge_made",
            facts
            | {
                "name": pledge.supporter.public_name,
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
            once=f"pledge-made:{pledge.public_id}",
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
