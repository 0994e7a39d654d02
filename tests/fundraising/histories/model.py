"""What the books should say, told apart from them: nothing here is imported from the code it judges.

Sums in dictionaries, months by counting them, rates as exact fractions, and no entries.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from tests.fundraising.histories.exchange import Rates

DAYS_A_PLEDGE_IS_OPEN = 30
# Of a dated drive; START in playing.py lies between them.
FIRST_DAY, LAST_DAY = date(2021, 5, 1), date(2021, 8, 31)
GOAL = 1_000_00
LIES_IN = {
    "bank": "asset:bank",
    "cheque": "asset:bank",
    "cash": "asset:cash",
    "crypto": "asset:crypto",
    "elsewhere": "asset:elsewhere",
}
NOTHING = (0, 0, 0, 0, 0)


@dataclass
class Drive:
    kind: str
    currency: str
    zone: str
    reset_day: int
    counts: str
    pool: int | None
    percent: int

    def day(self, moment):
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def month(self, moment):
        """Return the key of the month a moment counts in."""
        if self.kind != "month":
            return "all"
        number = self.month_number(moment)
        return f"{number // 12:04d}-{number % 12 + 1:02d}"

    def month_number(self, moment):
        today = self.day(moment)
        return today.year * 12 + today.month - 1 - (today.day < self.reset_day)

    def takes_pledges(self, moment):
        return self.kind != "dates" or FIRST_DAY <= self.day(moment) <= LAST_DAY

    def turn(self, moment, months):
        """Return when a month begins, so many after the one of a moment."""
        number = self.month_number(moment) + months
        midnight = datetime(number // 12, number % 12 + 1, self.reset_day, tzinfo=ZoneInfo(self.zone))
        return midnight.astimezone(UTC)


@dataclass(eq=False)
class Gift:
    """A gift, what is left of it, and what is left of what it added to a meter and took from a pool."""

    drive: int
    month: str
    source: str
    currency: str
    minor: int
    fee: int
    cover: int
    left: int
    counts_in: str
    is_one: bool
    counted: int
    matched: int
    counted_left: int
    matched_left: int
    went_back: bool = False


@dataclass
class Pledge:
    drive: int
    month: str
    currency: str
    minor: int
    expires_at: datetime
    state: str = "open"
    gift: Gift | None = None


class Model:
    def __init__(self, drives):
        self.drives = [Drive(**vars(drive)) for drive in drives]
        self.rates = Rates()
        self.gifts = []
        self.pledges = []
        # By drive, month and currency.
        self.received = Counter()
        self.matched = Counter()
        self.given = Counter()
        self.promised = Counter()
        self.promises = Counter()
        # By drive, month and percent of the goal.
        self.milestones = set()
        # By account and currency; what we have is above zero.
        self.balances = Counter()
        self.movements = 0

    def gift(self, which, moment, minor, currency, *, source, fee=0, cover=0, pays_match=False):
        drive = self.drives[which]
        month = drive.month(moment)
        counts_in, counted, matched = drive.currency, 0, 0
        if not pays_match:
            kept = minor - max(fee, cover) if drive.counts == "net" else minor
            counts_in, counted = self.counted(drive, moment, currency, kept)
            if counts_in == drive.currency and drive.pool is not None:
                matched = max(0, min(drive.pool - self.used(which), counted * drive.percent // 100))
        self.gifts.append(
            Gift(which, month, source, currency, minor, fee, cover, minor, counts_in, not pays_match,
                 counted, matched, counted, matched)
        )  # fmt: skip
        self.add((which, month, counts_in), counted, matched, not pays_match)
        self.reach(which, month, counts_in, counted + matched)
        self.movements += 1
        for account, share in (
            (LIES_IN[source], minor - fee),
            ("expense:fees", fee),
            ("income:gifts", cover - minor),
            ("income:fee_cover", -cover),
        ):
            self.balances[account, currency] += share

    def counted(self, drive, moment, currency, minor):
        """Return in which currency something counts, and for how much."""
        rate = self.rates.between(currency, drive.currency, drive.day(moment))
        if rate is None:
            return currency, minor
        return drive.currency, floor(minor * rate + Fraction(1, 2))

    def used(self, which):
        """Return what of a drive's pool is used up, over all its months."""
        return sum(minor for (drive, _, _), minor in self.matched.items() if drive == which)

    def reach(self, which, month, currency, by):
        if currency != self.drives[which].currency or by <= 0:
            return
        now = self.received[which, month, currency] + self.matched[which, month, currency]
        for percent in (25, 50, 75, 100):
            mark = Fraction(GOAL * percent, 100)
            if now - by < mark <= now:
                self.milestones.add((which, month, percent))

    def refund(self, which, minor, *, is_mistake):
        """Take back a part of a gift, and say whether that much was left of it."""
        gift = self.gifts[which]
        if not 0 < minor <= gift.left:
            return False
        is_last = minor == gift.left
        counted, matched = (
            left if is_last else min(left, whole * minor // gift.minor)
            for whole, left in ((gift.counted, gift.counted_left), (gift.matched, gift.matched_left))
        )
        gift.left -= minor
        gift.went_back |= not is_mistake
        gift.counted_left -= counted
        gift.matched_left -= matched
        self.add((gift.drive, gift.month, gift.counts_in), -counted, -matched, -(is_last and gift.is_one))
        self.movements += 1
        # Fees are kept by whoever kept them, but those of a gift that never was were never paid.
        is_undone = is_mistake and minor == gift.minor
        fee, cover = (gift.fee, gift.cover) if is_undone else (0, 0)
        for account, share in (
            (LIES_IN[gift.source], fee - minor),
            ("expense:fees", -fee),
            ("income:gifts" if is_mistake else "contra:refunds", minor - cover),
            ("income:fee_cover", cover),
        ):
            self.balances[account, gift.currency] += share
        return True

    def add(self, place, received, matched, gifts):
        self.received[place] += received
        self.matched[place] += matched
        self.given[place] += gifts

    def pledge(self, which, moment, minor):
        """Promise something, and say whether the drive takes promises."""
        drive = self.drives[which]
        if not drive.takes_pledges(moment):
            return False
        pledge = Pledge(
            which, drive.month(moment), drive.currency, minor, moment + timedelta(days=DAYS_A_PLEDGE_IS_OPEN)
        )
        self.pledges.append(pledge)
        self.promise(pledge, 1)
        return True

    def promise(self, pledge, sign):
        place = pledge.drive, pledge.month, pledge.currency
        self.promised[place] += sign * pledge.minor
        self.promises[place] += sign

    def settle(self, which, state):
        pledge = self.pledges[which]
        if pledge.state == "open":
            self.promise(pledge, -1)
        pledge.state = state

    def confirm(self, which, moment, minor, currency):
        pledge = self.pledges[which]
        self.settle(which, "confirmed")
        self.gift(pledge.drive, moment, minor, currency, source="bank")
        pledge.gift = self.gifts[-1]

    def transfer(self, named, minor, day, now):
        """Match a transfer in euros with the pledges it names, and say whether it was, or waits for a human."""
        pledges = [self.pledges[which] for which in named]
        if any(pledge.state == "confirmed" for pledge in pledges):
            return False
        parts = [minor]
        if len(pledges) > 1:
            parts = [pledge.minor for pledge in pledges]
            if sum(parts) != minor or {pledge.currency for pledge in pledges} != {"EUR"}:
                return False
        for which, pledge, part in zip(named, pledges, parts, strict=True):
            noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(self.drives[pledge.drive].zone))
            self.confirm(which, min(noon, now), part, "EUR")
        return True

    def undo(self, named, now):
        """Take back what a transfer became, unless money of it went back, and say whether it was.

        Its pledges are awaited as long as they would have been.
        """
        if any(self.pledges[which].gift.went_back for which in named):
            return False
        for which in named:
            pledge = self.pledges[which]
            self.refund(self.gifts.index(pledge.gift), pledge.gift.left, is_mistake=True)
            pledge.gift = None
            pledge.state = "open" if pledge.expires_at > now else "expired"
            if pledge.state == "open":
                self.promise(pledge, 1)
        return True

    def time_passes(self, now):
        for which, pledge in enumerate(self.pledges):
            if pledge.state == "open" and pledge.expires_at <= now:
                self.settle(which, "expired")

    def meters(self):
        """Return what drives come to, by drive, month and currency: received, matched, gifts, promised, pledges."""
        counted = (self.received, self.matched, self.given, self.promised, self.promises)
        places = set().union(*counted)
        return only_moved({place: tuple(count[place] for count in counted) for place in places})


def only_moved(meters):
    return {place: figures for place, figures in meters.items() if any(figures)}
