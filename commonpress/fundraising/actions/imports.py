"""Brings in gifts that were received before, somewhere else: into the book, without a letter to anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.ledger.gifts import enter_gifts
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money


@dataclass(frozen=True, slots=True)
class Arrival:
    """A gift as the importer hands it over; without a name and an address it is nobody's."""

    amount: Money
    fee: Money
    occurred_at: datetime
    name: str = ""
    email: str = ""
    message: str = ""
    note: str = ""


@transaction.atomic
def import_gifts(drive: Drive, arrivals: Sequence[Arrival]) -> list[Gift]:
    """Save and book gifts, in their order. Nobody is thanked, no milestone announced, and readers see no name of them."""
    supporters = supporters_for(arrivals)
    gifts = Gift.objects.bulk_create(
        Gift(
            drive=drive,
            supporter=supporter,
            amount_minor=arrival.amount.minor,
            currency=arrival.amount.currency,
            fee_minor=arrival.fee.minor,
            source=Gift.Source.ELSEWHERE,
            message=arrival.message,
            note=arrival.note,
            occurred_at=arrival.occurred_at,
        )
        for arrival, supporter in zip(arrivals, supporters, strict=True)
    )
    enter_gifts(drive, {gift.pk: gift for gift in gifts})
    return gifts


def import_refund(gift: Gift, *, amount: Money, fee_back: Money, at: datetime, note: str = "") -> Refund:
    """Book that a part of an imported gift went back on its day, and its fee with it. Raises NothingLeftToRefund."""
    return refund_gift(gift, amount=amount, fee_back=fee_back, note=note, refunded_at=at)


def supporters_for(arrivals: Sequence[Arrival]) -> list[Supporter | None]:
    """Return each arrival's supporter: who gave before from the address, whoever it is in these, or a new one."""
    addresses = {arrival.email.lower() for arrival in arrivals if arrival.email}
    known: dict[str, Supporter] = {}
    giving = Supporter.objects.annotate(address=Lower("email")).filter(address__in=addresses, gifts__isnull=False)
    for row in giving.distinct().order_by("pk"):
        known.setdefault(row.email.lower(), row)
    found: list[Supporter | None] = []
    new: list[Supporter] = []
    for arrival in arrivals:
        if not arrival.name and not arrival.email:
            found.append(None)
            continue
        supporter = known.get(arrival.email.lower())
        if supporter is None:
            supporter = Supporter(name=arrival.name, email=arrival.email)
            new.append(supporter)
            if arrival.email:
                known[arrival.email.lower()] = supporter
        found.append(supporter)
    Supporter.objects.bulk_create(new)
    return found
