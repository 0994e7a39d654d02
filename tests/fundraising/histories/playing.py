"""Plays a history: each step is done to the books and to the model, and both are compared."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import time_machine

from commonpress.fundraising.actions import drives as drive_actions
from commonpress.fundraising.actions.books import seal_books
from commonpress.fundraising.actions.gifts import record_gift, refund_gift
from commonpress.fundraising.actions.movements import book_new, undo_movement
from commonpress.fundraising.actions.pledges import cancel_pledge, confirm_pledge, expire_pledges, make_pledge
from commonpress.fundraising.actions.statements import read_in, take_statement
from commonpress.fundraising.errors import (
    GiftWentBack,
    GivingIsClosed,
    NothingLeftToRefund,
    PledgeIsSettled,
    SentAlready,
)
from commonpress.fundraising.ledger import audit
from commonpress.fundraising.ledger.seals import follow
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.fx_rate import FxRate
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books as summed
from commonpress.fundraising.queries import meters
from commonpress.lib.refusals import Refused
from tests.factories.accounts import make_person
from tests.factories.fundraising import make_bank_details, make_drive
from tests.fundraising.histories import books, model, steps
from tests.fundraising.histories.deaths import die_within
from tests.fundraising.statements import camt, entry

START = datetime(2021, 5, 30, 18, tzinfo=UTC)
SUMMER_TIME_TURNS = [
    datetime(2021, 10, 31, 1, tzinfo=UTC),
    datetime(2021, 11, 7, 6, tzinfo=UTC),
    datetime(2022, 3, 13, 7, tzinfo=UTC),
    datetime(2022, 3, 27, 1, tzinfo=UTC),
]


def play(history, *, die=die_within):
    """Play a history and hold it to the model after each step; `die` says how an action ends before its time.

    Raises AssertionError where books and model differ.
    """
    with time_machine.travel(START, tick=False) as clock:
        playing = Playing(history, clock, die)
        for number, step in enumerate(history.steps):
            playing.step(number, step)
        playing.compare_what_is_shown()
        assert audit.sums_apart() == []
        assert audit.chain_apart(follow()) == []


@dataclass(frozen=True)
class Told:
    """A transfer, by the places of its pledges, and as it stands in a statement."""

    pledges: tuple
    minor: int
    day: date
    entry: str


class Playing:
    def __init__(self, history, clock, die):
        # Those of other histories in the same database.
        FxRate.objects.all().delete()
        make_bank_details()
        self.clock = clock
        self.die = die
        self.now = START
        self.drives = [open_drive(drive) for drive in history.drives]
        self.keys = [drive.pk for drive in self.drives]
        self.model = model.Model(history.drives)
        self.gifts = []
        self.pledges = []
        self.forms = {}
        self.told = 0
        self.transfers = []
        self.matched = []
        self.dies = None
        self.stood = books.read(self.keys)

    def step(self, number, step):
        # Unlike that of any other history in the same database.
        self.once_key = f"{self.keys[0]}:{number}"
        self.dies = step.dies
        getattr(self, f"step_{type(step).__name__}")(step)
        self.compare()

    def compare(self):
        books.require_told_by(self.model, self.look())

    def look(self):
        """Return the books as they are now, which must be sound and what was added to those seen last."""
        now = books.read(self.keys)
        books.require_sound(now, self.stood)
        self.stood = now
        return now

    def compare_what_is_shown(self):
        """Hold what readers and treasurers are shown to the model, by the product's own ways of reading."""
        for place, drive in enumerate(self.drives):
            shown = meters.meter(drive, self.now)
            month = self.model.drives[place].month(self.now)
            told = self.model.meters()
            own = told.pop((place, month, drive.currency), model.NOTHING)
            assert (shown.received.minor, shown.matched.minor, shown.gifts, shown.promised.minor) == own[:4]
            apart = {
                currency: (figures[0], figures[2])
                for (of_drive, of_month, currency), figures in told.items()
                if (of_drive, of_month) == (place, month) and figures[2]
            }
            assert {one.money.currency: (one.money.minor, one.gifts) for one in shown.apart} == apart
            for (of_drive, of_month, currency), minor in self.model.received.items():
                if (of_drive, currency) == (place, drive.currency):
                    assert summed.received_by_book(drive, of_month).minor == minor

    def done(self, act, *, refusals=(), is_one=True):
        """Do an act, perhaps after it died once; return what it returned, or the refusal it raised.

        One that is a single transaction must have left nothing when it died before its commit.
        """
        if self.dies is not None:
            # The same form may have been sent before, in this step.
            before = self.look()
            has_ended = self.die(act, self.dies)
            after = self.look()
            if is_one and not has_ended:
                assert after == before, "an action that died left something"
        try:
            return act()
        except refusals as refusal:
            return refusal

    def moment(self, when, drive):
        if isinstance(when, steps.HoursOff):
            return self.now + timedelta(hours=when.hours)
        return self.model.drives[drive].turn(self.now, when.months) + timedelta(seconds=when.seconds)

    def move_clock(self, moment):
        self.now = moment
        self.clock.move_to(moment)

    def step_Gift(self, step):  # noqa: N802  named after the step
        drive = step.drive % len(self.drives)
        currency = step.currency or self.model.drives[drive].currency
        fee, cover = (step.minor * share // 100 for share in (step.fee, step.cover))
        form = {
            "amount": Money(step.minor, currency),
            "fee": Money(fee, currency),
            "cover": Money(cover, currency),
            "pays_match": step.pays_match,
            "source": Gift.Source(step.source),
            "occurred_at": self.moment(step.when, drive),
            "once_key": self.once_key,
        }
        gift = self.done(lambda: record_gift(self.drives[drive], **form))
        self.gifts.append(gift)
        self.forms[gift.pk] = self.drives[drive], form
        self.model.gift(
            drive, form["occurred_at"], step.minor, currency,
            source=step.source, fee=fee, cover=cover, pays_match=step.pays_match,
        )  # fmt: skip

    def step_SameGift(self, step):  # noqa: N802
        if not self.forms:
            return
        gift, (drive, form) = list(self.forms.items())[step.which % len(self.forms)]
        sent = form | {"amount": form["amount"] + Money(step.more, form["amount"].currency)}
        answer = self.done(lambda: record_gift(drive, **sent), refusals=SentAlready)
        assert isinstance(answer, SentAlready) if step.more else answer.pk == gift

    def step_Refund(self, step):  # noqa: N802
        if not self.gifts:
            return
        which = step.which % len(self.gifts)
        told = self.model.gifts[which]
        minor = step.minor or told.left
        amount = Money(minor, told.currency)
        reason = Refund.Reason.MISTAKE if step.is_mistake else Refund.Reason.RETURNED

        def send():
            return refund_gift(self.gifts[which], amount=amount, reason=reason, once_key=self.once_key)

        answers = [self.done(send, refusals=NothingLeftToRefund) for _ in range(step.times)]
        is_refunded = self.model.refund(which, minor, is_mistake=step.is_mistake)
        assert {isinstance(answer, Refund) for answer in answers} == {is_refunded}
        assert not is_refunded or len(set(answers)) == 1

    def step_Pledge(self, step):  # noqa: N802
        drive = step.drive % len(self.drives)
        amount = Money(step.minor, self.model.drives[drive].currency)

        def send():
            return make_pledge(
                self.drives[drive], amount=amount, public_name="Ada" * step.is_named, once_key=self.once_key
            )

        answers = [self.done(send, refusals=GivingIsClosed) for _ in range(step.times)]
        if self.model.pledge(drive, self.now, step.minor):
            assert len(set(answers)) == 1
            self.pledges.append(answers[0])
        else:
            assert all(isinstance(answer, Refused) for answer in answers)

    def step_Confirm(self, step):  # noqa: N802
        if not self.pledges:
            return
        which = step.which % len(self.pledges)
        told = self.model.pledges[which]
        amount = Money(step.minor or told.minor, step.currency or told.currency)
        moment = self.moment(step.when, told.drive) if step.when else None
        gift = self.done(lambda: confirm_pledge(self.pledges[which], amount=amount, occurred_at=moment))
        if told.state == "confirmed":
            assert gift in self.gifts
            return
        self.gifts.append(gift)
        self.model.confirm(which, moment or self.now, amount.minor, amount.currency)

    def step_Cancel(self, step):  # noqa: N802
        if not self.pledges:
            return
        which = step.which % len(self.pledges)
        answer = self.done(lambda: cancel_pledge(self.pledges[which]), refusals=PledgeIsSettled)
        is_settled = self.model.pledges[which].state in {"confirmed", "expired"}
        assert isinstance(answer, PledgeIsSettled) == is_settled
        if not is_settled:
            self.model.settle(which, "cancelled")

    def step_Statement(self, step):  # noqa: N802
        if not self.pledges:
            return
        new = [self.made(transfer) for transfer in step.transfers]
        # A bank tells of nothing that is to come, as what it told before the clock went back would be.
        earlier = [told for told in self.transfers if told.day <= self.now.date()] if step.overlaps else []
        self.transfers += new
        raw = camt(*[told.entry for told in earlier + new]).encode()
        statement = read_in(raw, file_name="statement.xml")
        by = self.treasurer
        self.done(lambda: take_statement(statement, by=by))
        self.done(book_new, is_one=False)
        # Booked by their days, and those of one day as they stand in the file.
        for told in sorted(new, key=lambda told: told.day):
            if self.model.transfer(told.pledges, told.minor, told.day, self.now):
                self.matched.append(told)
                self.gifts += [Pledge.objects.get(pk=self.pledges[which].pk).gift for which in told.pledges]

    def made(self, transfer):
        """Return the transfer as the bank tells it: the pledges once each, in the order of their references."""
        pledges = {which % len(self.pledges) for which in transfer.pledges}
        pledges = sorted(pledges, key=lambda which: self.pledges[which].reference)
        minor = transfer.minor or sum(self.model.pledges[which].minor for which in pledges)
        day = self.now.date() - timedelta(days=transfer.days_ago)
        self.told += 1
        words = " ".join(self.pledges[which].grouped_reference for which in pledges)
        written = entry(
            f"{minor // 100}.{minor % 100:02}", text=words, day=day.isoformat(), bank_id=f"{self.keys[0]}-{self.told}"
        )
        return Told(tuple(pledges), minor, day, written)

    @cached_property
    def treasurer(self):
        return make_person()

    def step_UndoMovement(self, step):  # noqa: N802
        if not self.matched:
            return
        told = self.matched[step.which % len(self.matched)]
        movement, by = Pledge.objects.get(pk=self.pledges[told.pledges[0]].pk).gift.movements.get(), self.treasurer
        answer = self.done(lambda: undo_movement(movement, by=by), refusals=GiftWentBack)
        is_undone = self.model.undo(told.pledges, self.now)
        assert isinstance(answer, GiftWentBack) != is_undone
        if is_undone:
            self.matched.remove(told)

    def step_DaysPass(self, step):  # noqa: N802
        self.move_clock(self.now + timedelta(days=step.days))
        self.pledges_lapse()

    def step_MonthTurns(self, step):  # noqa: N802
        turn = self.model.drives[step.drive % len(self.drives)].turn(self.now, 1)
        self.move_clock(turn + timedelta(seconds=step.seconds))
        self.compare_what_is_shown()
        self.pledges_lapse()

    def step_SummerTimeTurns(self, step):  # noqa: N802
        turn = next((turn for turn in SUMMER_TIME_TURNS if turn > self.now + timedelta(minutes=1)), None)
        if turn is not None:
            self.move_clock(turn + timedelta(seconds=step.seconds))
            self.pledges_lapse()

    def pledges_lapse(self):
        self.done(lambda: expire_pledges(self.now), is_one=False)
        self.model.time_passes(self.now)

    def step_ClockGoesBack(self, step):  # noqa: N802
        self.move_clock(self.now - timedelta(hours=step.hours))

    def step_DriveChanges(self, step):  # noqa: N802
        place = step.drive % len(self.drives)
        drive, told = self.drives[place], self.model.drives[place]
        drive.zone, drive.counts, drive.match_minor, drive.match_percent = rules = (
            step.zone, step.counts, step.pool, step.percent,
        )  # fmt: skip
        self.done(lambda: drive_actions.save_drive(drive))
        told.zone, told.counts, told.pool, told.percent = rules

    def step_RateIsTold(self, step):  # noqa: N802
        day = self.now.date() + timedelta(days=step.days)
        FxRate.objects.update_or_create(day=day, base=step.base, quote=step.quote, defaults={"rate": step.rate})
        self.model.rates.tell(step.base, step.quote, day, step.rate)

    def step_BooksAreSealed(self, step):  # noqa: N802
        self.done(lambda: seal_books(self.now), is_one=False)
        assert audit.chain_apart(follow()) == []


def open_drive(told):
    dates = {"starts_on": model.FIRST_DAY, "ends_on": model.LAST_DAY} if told.kind == "dates" else {}
    return make_drive(
        kind=Drive.Kind(told.kind),
        currency=told.currency,
        zone=told.zone,
        reset_day=told.reset_day,
        counts=told.counts,
        match_minor=told.pool,
        match_percent=told.percent,
        goal_minor=model.GOAL,
        is_current=False,
        **dates,
    )
