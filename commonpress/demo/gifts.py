"""The demo's money: a monthly drive, this month's gifts, and those of the months before."""

import datetime as dt
from random import Random
from typing import Any

from django.db import transaction

from commonpress.demo.texts import table
from commonpress.fundraising.actions.accounts import set_first_account
from commonpress.fundraising.actions.gifts import record_gift, refund_gift
from commonpress.fundraising.ledger import totals
from commonpress.fundraising.models.account_change import AccountChange
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import DAYS_OPEN, Pledge
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import Period, month_before, month_of

# What people give, in whole units, as often as they give it.
USUAL = (5, 10, 10, 15, 20, 20, 25, 30, 50, 50, 75, 100, 100, 200)
LARGEST = 200
# One in so many says who they are, or leaves a word.
NAMED, WITH_MESSAGE = 3, 4
NAMES = (
    "Marj T.",
    "The Candle Band",
    "Danny and the girls",
    "Wynne Abara",
    "Old Lamplighter",
    "Osk & Daughters",
    "Lorcan Teague",
    "P. Durrant",
    "Second Tin",
    "Hester Plumb",
    "Stair nine",
    "A. and M. Keele",
)
MESSAGES = (
    "For the divers' film.",
    "A ferry ticket, as asked.",
    "For adding it up.",
    "Instead of the lamps.",
    "From the smokehouse, four in the morning.",
    "Please ask about the swans.",
    "My mother reads it aloud to the plant.",
    "You spelt my name right.",
    "Keep the sums coming.",
    "For the picture of the bridge.",
)
PROMISED = (("Greta Holm", 50, "When I've been to the bank."), ("", 25, ""))


def load_drive() -> Drive:
    """Return the demo's drive; made, with the bank details, where there is none."""
    settings = table("paper.toml")
    about = settings["drive"]
    publication = settings["publication"]
    drive, made = Drive.objects.get_or_create(
        slug=about["slug"],
        defaults={
            "title": about["title"],
            "kind": Drive.Kind.MONTH,
            "currency": publication["currency"],
            "zone": publication["zone"],
            "goal_minor": about["goal"] * 100,
            "ticks": [[tick * 100, ""] for tick in about["ticks"]],
            "suggestions": [amount * 100 for amount in about["suggestions"]],
            "purpose": about["purpose"],
            "above_goal": about["above_goal"],
            "is_current": not Drive.objects.filter(is_current=True).exists(),
        },
    )
    if made and BankDetails.load() is None:
        set_first_account(AccountChange.Subject.BANK, settings["bank"], by=None)
    return drive


def load_gifts(drive: Drive, now: dt.datetime, seed: str) -> int:
    """Book this month's gifts, and at first those of the months before; return how many were booked now.

    A month is booked once: a later start in the same month adds nothing, and one in a later month
    books that month's. All of them lie between the month's first moment in the drive's zone and `now`.
    """
    about: dict[str, Any] = table("paper.toml")["drive"]
    current = month_of(now, zone=drive.zone, reset_day=drive.reset_day)
    booked = 0
    if not Gift.objects.filter(drive=drive).exists():
        for months, raised in zip(range(len(about["months_before"]), 0, -1), about["months_before"], strict=True):
            period = _earlier(drive, current, months)
            booked += _book_month(drive, period, raised, until=period.until, seed=seed)
        booked += _restate(drive, _earlier(drive, current, 1), now)
    booked += _book_month(drive, current, about["raised"], until=now, seed=seed)
    return booked


@transaction.atomic
def _book_month(drive: Drive, period: Period, raised: int, *, until: dt.datetime, seed: str) -> int:
    """Book a whole month or, where it was begun, nothing."""
    if Gift.objects.filter(once_key__startswith=f"demo:{period.key}:").exists():
        return 0
    random = Random(f"{seed} gifts {period.key}")
    begins = _begins(drive, period)
    amounts = _amounts(random, raised)
    shares = sorted(random.random() for _ in amounts)
    names = random.sample(NAMES, len(NAMES))
    messages = random.sample(MESSAGES, len(MESSAGES))
    for number, (amount, share) in enumerate(zip(amounts, shares, strict=True), start=1):
        name = names.pop() if number % NAMED == 0 and names else ""
        record_gift(
            drive,
            amount=Money(amount * 100, drive.currency),
            source=Gift.Source.CASH if amount <= 10 and random.random() < 0.4 else Gift.Source.BANK,
            occurred_at=begins + (until - begins) * share,
            supporter=_supporter(name) if name else None,
            is_anonymous=not name,
            message=messages.pop() if number % WITH_MESSAGE == 0 and messages else "",
            once_key=f"demo:{period.key}:{number}",
        )
    if until < period.until:
        _promise(drive, period, until, seed)
    return len(amounts)


def _restate(drive: Drive, before: Period, now: dt.datetime) -> int:
    """Give back this month what was given twice in the month before, so that its account says that it was restated."""
    gift = record_gift(
        drive,
        amount=Money(15_00, drive.currency),
        source=Gift.Source.BANK,
        occurred_at=before.until - dt.timedelta(days=2),
        once_key="demo:given-twice",
    )
    refund_gift(gift, amount=gift.amount, refunded_at=before.until + (now - before.until) / 2)
    return 1


def _amounts(random: Random, raised: int) -> list[int]:
    """Return gifts as people give them that come to `raised` in all."""
    amounts: list[int] = []
    while (left := raised - sum(amounts)) > LARGEST:
        amounts.append(min(random.choice(USUAL), left))
    amounts.append(left)
    random.shuffle(amounts)
    return amounts


def _supporter(name: str) -> Supporter:
    known = Supporter.objects.filter(public_name=name).first()
    return known or Supporter.objects.create(name=name, public_name=name)


def _promise(drive: Drive, period: Period, now: dt.datetime, seed: str) -> None:
    """Leave a few pledges open. Not by `make_pledge`, which would write to the treasurers at every start."""
    for number, (name, amount, message) in enumerate(PROMISED, start=1):
        made_at = now - (now - _begins(drive, period)) * 0.2 * number
        pledge = Pledge.objects.create(
            drive=drive,
            supporter=_supporter(name) if name else None,
            amount_minor=amount * 100,
            currency=drive.currency,
            is_anonymous=not name,
            message=message,
            period_key=period.key,
            made_at=made_at,
            expires_at=made_at + dt.timedelta(days=DAYS_OPEN),
            once_key=f"demo:{period.key}:pledge:{number}",
        )
        totals.promise(pledge)


def _begins(drive: Drive, period: Period) -> dt.datetime:
    return dt.datetime.combine(period.first_on, dt.time.min, tzinfo=drive.zone_info).astimezone(dt.UTC)


def _earlier(drive: Drive, current: Period, months: int) -> Period:
    first_on = current.first_on
    for _ in range(months):
        first_on = month_before(first_on, drive.reset_day)
    noon = dt.datetime.combine(first_on, dt.time(12), tzinfo=drive.zone_info)
    return month_of(noon, zone=drive.zone, reset_day=drive.reset_day)
