"""Drives, gifts and pledges as tests want them: made by the actions, so that the books are right."""

from datetime import UTC, datetime
from itertools import count

from commonpress.fundraising.actions.gifts import record_gift
from commonpress.fundraising.actions.pledges import make_pledge
from commonpress.fundraising.actions.spending import Wording, enter_spending
from commonpress.fundraising.actions.wall import decide
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.fx_rate import FxRate
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.spending import Spending
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.models.wall import WallDecision, key_of
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries.wall import Item

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


def spend(drive: Drive | None, minor: int = 120_00, **fields) -> Spending:
    """Publish what was spent, by the whole paper where no drive is given."""
    says = Wording(
        Money(minor, drive.currency if drive else "EUR"),
        fields.pop("category", "Wages"),
        fields.pop("note", ""),
        fields.pop("document", None),
    )
    return enter_spending(Spending(drive=drive, **{"month": "2021-06"} | fields), says, by=None)


def release(*supporters: Supporter) -> None:
    """Have the names of supporters shown, and their messages."""
    gifts = Gift.objects.filter(supporter__in=supporters).exclude(message="")
    items = [Item(one.pk, None, key_of(one.public_name)) for one in supporters]
    items += [Item(gift.supporter_id, gift.pk, key_of(gift.message)) for gift in gifts]
    decide(items, WallDecision.Answer.SHOWN, by=None)


def make_rate(base: str, quote: str, rate: str, *, day: str) -> FxRate:
    return FxRate.objects.create(base=base, quote=quote, rate=rate, day=day)


def make_bank_details(**fields) -> BankDetails:
    details = BankDetails(**{"pk": 1, "holder": "The Alder Bridge Paper", "iban": IBAN} | fields)
    details.save()
    return details
