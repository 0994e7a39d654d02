"""What can happen to the books of a publication, and histories made of it by chance.

`which` and `drive` are counted round: a history stays one when its steps are taken out to make it smaller.
"""

from dataclasses import dataclass, fields
from operator import add

from hypothesis import strategies as st

ZONES = [
    "UTC",
    "America/New_York",
    "America/Santiago",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Kiritimati",
    "Pacific/Niue",
]


CURRENCIES = ["EUR", "USD", "JPY", "KWD", "CHF"]
RATES = ["1.1", "0.007", "129.5", "0.3333333333", "3.25", "0.000123", "1"]


@dataclass(frozen=True)
class Drive:
    """`pool` is what of it is matched at most, `percent` how much of each gift."""

    kind: str
    currency: str
    zone: str
    reset_day: int
    counts: str
    pool: int | None
    percent: int


@dataclass(frozen=True)
class HoursOff:
    """A moment so many hours from now."""

    hours: int


@dataclass(frozen=True)
class AtTheTurn:
    """A moment so many seconds after a month of the drive begins: the present one, or others counted from it."""

    months: int
    seconds: int


When = HoursOff | AtTheTurn


@dataclass(frozen=True, kw_only=True)
class Step:
    """What somebody does.

    With `dies`, the process dies before so many statements and commits of it were done, or right after the last,
    and it is done again by the same form.
    """

    dies: int | None = None


@dataclass(frozen=True)
class Gift(Step):
    """A gift, in its drive's own currency without `currency`. Fee and cover are hundredths of it, rounded down."""

    drive: int
    minor: int
    currency: str | None
    fee: int
    cover: int
    pays_match: bool
    source: str
    when: When


@dataclass(frozen=True)
class SameGift(Step):
    """The form of an earlier gift comes again, with `more` on top of what it said."""

    which: int
    more: int


@dataclass(frozen=True)
class Refund(Step):
    """Without `minor`, all that is left. `times`: how often the form is sent."""

    which: int
    minor: int | None
    is_mistake: bool
    times: int


@dataclass(frozen=True)
class Pledge(Step):
    drive: int
    minor: int
    is_named: bool
    times: int


@dataclass(frozen=True)
class Confirm(Step):
    """Without `minor` what was promised, without `currency` the one that was promised."""

    which: int
    minor: int | None
    currency: str | None
    when: When | None


@dataclass(frozen=True)
class Cancel(Step):
    which: int


@dataclass(frozen=True)
class Transfer:
    """Money on the account, in euros, for one pledge or two; without `minor`, what they come to."""

    pledges: tuple[int, ...]
    minor: int | None
    days_ago: int


@dataclass(frozen=True)
class Statement(Step):
    """The bank's file of some transfers; with `overlaps`, all earlier ones stand in it too."""

    transfers: tuple[Transfer, ...]
    overlaps: bool


@dataclass(frozen=True)
class UndoMovement(Step):
    """The staff say that a movement was matched wrongly."""

    which: int


@dataclass(frozen=True)
class DaysPass(Step):
    days: int


@dataclass(frozen=True)
class MonthTurns(Step):
    """The clock stands so many seconds from when the drive's next month begins."""

    drive: int
    seconds: int


@dataclass(frozen=True)
class SummerTimeTurns(Step):
    """The clock stands so many seconds from when Europe or America next changes to or from summer time."""

    seconds: int


@dataclass(frozen=True)
class ClockGoesBack(Step):
    hours: int


@dataclass(frozen=True)
class DriveChanges(Step):
    """The staff give a drive other rules, which hold from then on."""

    drive: int
    zone: str
    counts: str
    pool: int | None
    percent: int


@dataclass(frozen=True)
class RateIsTold(Step):
    """So many of `quote` are worth one of `base`, on a day so many days from today."""

    base: str
    quote: str
    rate: str
    days: int


@dataclass(frozen=True)
class BooksAreSealed(Step):
    pass


@dataclass(frozen=True)
class History:
    drives: list[Drive]
    steps: list[Step]

    def __str__(self):
        """Tell it, a line for each drive and step."""
        places = [f"drive {place}: {in_words(drive)}" for place, drive in enumerate(self.drives)]
        return "\n".join(places + [f"{number}. {in_words(step)}" for number, step in enumerate(self.steps, start=1)])


def in_words(told):
    said = [(field.name, getattr(told, field.name)) for field in fields(told)]
    return f"{type(told).__name__} " + ", ".join(f"{name} {value}" for name, value in said if value is not None)


minors = st.integers(1, 500_00)
any_drive = st.integers(0, 2)
which = st.integers(0, 15)
times = st.sampled_from([1, 1, 1, 2])
dies = st.none() | st.none() | st.integers(0, 22)
seconds = st.sampled_from([-1, 0, 1])
whens = st.builds(HoursOff, st.integers(-24 * 40, 24 * 40)) | st.builds(AtTheTurn, st.integers(-1, 1), seconds)

zones = st.sampled_from(ZONES)
counts = st.sampled_from(["gross", "net"])
pools = st.none() | st.integers(1, 900_00)
percents = st.sampled_from([1, 33, 100, 1000])
currencies = st.sampled_from(CURRENCIES)
# Most often there is none.
hundredths = st.just(0) | st.integers(0, 99)

gifts = st.builds(
    Gift,
    drive=any_drive,
    minor=minors,
    currency=st.none() | currencies,
    fee=hundredths,
    cover=hundredths,
    pays_match=st.sampled_from([False, False, False, True]),
    source=st.sampled_from(["bank", "cash", "cheque", "crypto", "elsewhere"]),
    when=whens,
    dies=dies,
)
refunds = st.builds(Refund, which=which, minor=st.none() | minors, is_mistake=st.booleans(), times=times, dies=dies)
pledges = st.builds(Pledge, drive=any_drive, minor=minors, is_named=st.booleans(), times=times, dies=dies)
confirmations = st.builds(
    Confirm,
    which=which,
    minor=st.none() | minors,
    currency=st.none() | st.none() | currencies,
    when=st.none() | whens,
    dies=dies,
)
transfers = st.builds(
    Transfer,
    pledges=st.tuples(which) | st.tuples(which, which),
    minor=st.none() | st.none() | minors,
    days_ago=st.integers(0, 30),
)
statements = st.builds(
    Statement,
    transfers=st.lists(transfers, min_size=1, max_size=3).map(tuple),
    overlaps=st.booleans(),
    dies=dies,
)
changes = st.builds(DriveChanges, drive=any_drive, zone=zones, counts=counts, pool=pools, percent=percents, dies=dies)
pairs = st.lists(currencies, min_size=2, max_size=2, unique=True)
rates = st.builds(
    lambda pair, rate, days: RateIsTold(*pair, rate, days), pairs, st.sampled_from(RATES), st.integers(-9, 1)
)
steps = st.one_of(
    # Twice, so that there is something the others can be about.
    gifts,
    gifts,
    st.builds(SameGift, which=which, more=st.sampled_from([0, 0, 1]), dies=dies),
    refunds,
    pledges,
    confirmations,
    st.builds(Cancel, which=which, dies=dies),
    statements,
    st.builds(UndoMovement, which=which, dies=dies),
    st.builds(DaysPass, days=st.integers(0, 45), dies=dies),
    st.builds(MonthTurns, drive=any_drive, seconds=seconds, dies=dies),
    st.builds(SummerTimeTurns, seconds=seconds, dies=dies),
    st.builds(ClockGoesBack, hours=st.integers(1, 36)),
    changes,
    rates,
    st.builds(BooksAreSealed, dies=dies),
)
drives = st.builds(
    Drive,
    kind=st.sampled_from(["month", "month", "dates", "open"]),
    currency=st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
    zone=zones,
    reset_day=st.sampled_from([1, 1, 15, 28]),
    counts=counts,
    pool=pools,
    percent=percents,
)
# Three lists, because hypothesis makes most of them short, and takes steps out of each to make a history smaller.
some_steps = st.lists(steps, max_size=12)
histories = st.builds(
    History,
    drives=st.lists(drives, min_size=1, max_size=3),
    steps=st.builds(add, st.builds(add, some_steps, some_steps), some_steps),
)
