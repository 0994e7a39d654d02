"""What follows when money is promised. Each may run twice; a letter goes once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.queries import givers, people
from commonpress.fundraising.references import grouped, suited
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
    if pledge.supporter is not None and may_write_to(pledge.supporter.email, timezone.now()):
        send_letter(pledge.supporter.email, "pledge_made", instructions(pledge), once=occasion_of(pledge.public_id))
    for person in people.treasurers():
        send_letter(
            person.email,
            "pledge_to_watch_for",
            facts_of(pledge)
            | {
                "name": pledge.supporter.public_name if pledge.supporter else "",
                "message": pledge.message,
                "page": settings.PUBLIC_URL + reverse("fundraising_desk:confirm", args=[pledge.public_id]),
            },
            once=f"pledge-to-watch-for:{pledge.public_id}:{person.pk}",
        )


@transaction.atomic
def pledge_still_open(pledge_pk: int) -> None:
    """Remind the giver, by the same instructions: of a pledge that is still awaited, and that we wrote to them about."""
    pledge = Pledge.objects.select_for_update(of=("self",)).select_related("drive").get(pk=pledge_pk)
    if not pledge.is_open or pledge.expires_at <= timezone.now() or BankDetails.load() is None:
        return
    to = pledge.supporter.email if pledge.supporter else ""
    # So there are never more reminders than first letters, and those have their limit.
    if not to or not Letter.objects.filter(once_key=occasion_of(pledge.public_id), to__iexact=to).exists():
        return
    send_letter(to, "pledge_reminder", instructions(pledge), once=f"pledge-reminder:{pledge.public_id}")


def facts_of(pledge: Pledge) -> dict[str, str]:
    return {
        "drive": pledge.drive.title,
        "amount": amount_text(pledge.amount, Publication.load().language),
        "reference": pledge.grouped_reference,
    }


def instructions(pledge: Pledge) -> dict[str, str]:
    """Return what a letter says of how to send it and how to take it back."""
    bank = BankDetails.load()
    last_day = timezone.localtime(pledge.expires_at, pledge.drive.zone_info).date()
    cancel = reverse("fundraising:cancel", args=[pledge.public_id, pledge.cancel_token])
    return facts_of(pledge) | {
        "reference": grouped(suited(pledge.reference, bank.iban if bank else "")),
        "holder": bank.holder if bank else "",
        "iban": bank.grouped_iban if bank else "",
        "bic": bank.bic if bank else "",
        "instructions": bank.instructions if bank else "",
        "page": settings.PUBLIC_URL + pledge.get_absolute_url(),
        "cancel": settings.PUBLIC_URL + cancel,
        "expires": formats.day(last_day, Publication.load().language),
    }


def may_write_to(address: str, now: datetime) -> bool:
    """Tell whether a letter about one more pledge may go to an address that anybody may have typed.

    One a day, and no more once three stand for which no money came. The pledge itself is taken, and its page
    shows the same as the letter.
    """
    if not address:
        return False
    letters = givers.letters_at([address]).filter(kind="pledge_made")
    if letters.filter(written_at__gt=now - BETWEEN_LETTERS).exists():
        return False
    received = Pledge.objects.filter(supporter__in=givers.rows_at([address]), state=Pledge.State.CONFIRMED)
    answered = [occasion_of(public_id) for public_id in received.values_list("public_id", flat=True)]
    return letters.exclude(once_key__in=answered).count() < MOST_UNANSWERED


def occasion_of(public_id: str) -> str:
    return f"pledge-made:{public_id}"
