"""Drives, gifts and pledges as tests want them: made by the actions, so that the books are right."""

from datetime import UTC, datetime
from itertools import count

from commonpress.fundraising.actions.gifts import record_gift
from commonpress.fundraising.actions.pledges import make_pledge
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money

numbers = count(1)

JUNE = datetime(2021, 6, 10, 12, tzinfo=UTC)
# The example every bank prints: it belongs to nobody.
IBAN = "DE89370400440532013000"


def make_drive(**fields) -> Drive:
    number = next(numbers)
    return Drive.objects.create(
        **{
            "title": f"Drive {number}",
            "slug": f"drive-{number}",
            "currency": "EUR",
            "goal_minor": 5_000_00,
            "zone": "UTC",
            "is_current": True,
        }
        | fields
    )


def make_gift(drive: Drive, minor: int = 25_00, **fields) -> Gift:
    return record_gift(
        drive, **{"amount": Money(minor, drive.currency), "source": Gift.Source.BANK, "occurred_at": JUNE} | fields
    )


def promise(drive: Drive, minor: int = 25_00, **fields) -> Pledge:
    return make_pledge(drive, **{"amount": Money(minor, drive.currency)} | fields)


def make_supporter(**fields) -> Supporter:
    return Supporter.objects.create(**{"name": "Ada Fenwick", "public_name": "Ada"} | fields)


def make_bank_details(**fields) -> BankDetails:
    details = BankDetails(**{"pk": 1, "holder": "The Alder Bridge Paper", "iban": IBAN} | fields)
    details.save()
    return details
