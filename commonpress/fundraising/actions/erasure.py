from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonpress.accounts.actions.badges import take_badge
from commonpress.accounts.models import Badge, Person
from commonpress.changes.changed import changed
from commonpress.database.priority import priority
from commonpress.fundraising.actions.pledges import cancel_pledge
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.statement import Movement
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.models.wall import WallDecision
from commonpress.fundraising.models.way_in import WayIn
from commonpress.fundraising.queries import givers


def erase_supporter(person: Person) -> int:
    """Forget a person as a supporter: by the address of their account and by those they have confirmed."""
    return erase_giver([person.email, *givers.confirmed_addresses(person)])


@priority("money")
@transaction.atomic
def erase_giver(addresses: Iterable[str]) -> int:
    """Forget who gave from these addresses and what they wrote, and return how many rows said so.

    Open pledges are cancelled. Their gifts stay in the book, and so does the staff's note on each: it explains the
    booking to an auditor, and its form asks for no names in it. Receipts keep their names for as long as the operator
    has to be able to show them (COMMONPRESS_RECEIPT_YEARS); then `forget_names_on_receipts` empties them.
    """
    # Anonymous supporters have no address: a person without one is none of them.
    addresses = list(addresses)
    known = givers.rows_at(addresses)
    rows = [row.pk for row in known]
    theirs = Pledge.objects.filter(supporter__in=rows, state=Pledge.State.OPEN)
    # Held first: one whose money comes at this moment is waited for, and is open no more.
    for pledge in list(theirs.select_for_update().order_by("reference")):
        cancel_pledge(pledge)
    Gift.objects.filter(supporter__in=rows).update(message="", is_anonymous=True)
    Pledge.objects.filter(supporter__in=rows).update(message="", is_anonymous=True)
    moved = Movement.objects.filter(Q(gifts__supporter__in=rows) | Q(refund__gift__supporter__in=rows))
    Movement.objects.filter(pk__in=moved.values("pk")).update(payer_name="", payer_mark="", payer_last4="", text="")
    WallDecision.objects.filter(supporter__in=rows).delete()
    for badge in Badge.objects.filter(person__in=givers.people_at(addresses), kind=Badge.Kind.SUPPORTER):
        take_badge(badge.person, Badge.Kind.SUPPORTER)
    for address in {address.lower() for address in addresses if address}:
        WayIn.objects.filter(email=address).delete()
    givers.letters_to(known).delete()
    count = Supporter.objects.filter(pk__in=rows).update(name="", public_name="", email="", erased_at=timezone.now())
    forget_names_on_receipts(timezone.now())
    changed("wall")
    return count


def forget_names_on_receipts(now: datetime) -> int:
    """Empty the names on receipts of supporters who were erased, once nobody has to be shown them any more."""
    last_year_kept = now.astimezone(UTC).year - settings.RECEIPT_YEARS
    erased = Receipt.objects.filter(gift__supporter__erased_at__isnull=False).exclude(name="")
    if settings.RECEIPT_YEARS:
        erased = erased.filter(year__lt=last_year_kept)
    return erased.update(name="")
