"""Random histories, played against the books and against a small model written apart from them.

The model keeps a dictionary per month and knows nothing of entries, lines or roll-ups. After every
step: each entry sums to 0 per currency, and meter = ledger = model for every month.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonpress.fundraising import queries
from commonpress.fundraising.actions.gifts import record_gift, refund_gift
from commonpress.fundraising.actions.pledges import cancel_pledge, confirm_pledge, expire_pledges, make_pledge
from commonpress.fundraising.errors import NothingLeftToRefund, PledgeIsSettled
from commonpress.fundraising.models.entry import Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from tests.factories.fundraising import make_drive

START = datetime(2021, 5, 30, 18, tzinfo=UTC)


class Model:
    """What the books should say."""

    def __init__(self, zone, reset_day):
        self.zone = zone
        self.reset_day = reset_day
        self.received = defaultdict(int)
        self.gifts = defaultdict(int)
        self.promised = defaultdict(int)
        self.given = []  # [month, amount left]
        self.pledges = []  # [month, amount, state, expires]

    def month(self, moment):
        there = moment.astimezone(ZoneInfo(self.zone))
        back = 1 if there.day < self.reset_day else 0
        number = there.year * 12 + there.month - 1 - back
        return f"{number // 12:04d}-{number % 12 + 1:02d}"

    def gift(self, moment, amount):
        month = self.month(moment)
        self.received[month] += amount
        self.gifts[month] += 1
        self.given.append([month, amount])

    def refund(self, number, amount):
        month, left = self.given[number]
        if not 0 < amount <= left:
            return False
        self.given[number][1] -= amount
        self.received[month] -= amount
        self.gifts[month] -= left == amount
        return True

    def settle(self, number, state):
        pledge = self.pledges[number]
        if pledge[2] == "open":
            self.promised[pledge[0]] -= pledge[1]
        pledge[2] = state

    def shown(self):
        months = {*self.received, *self.promised}
        return {
            month: (self.received[month], self.gifts[month], self.promised[month])
            for month in months
            if self.received[month] or self.gifts[month] or self.promised[month]
        }


amounts = st.integers(1, 500_00)
hours = st.integers(-24 * 40, 24 * 40)
which = st.integers(0, 30)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("gift"), amounts, hours),
        st.tuples(st.just("same gift twice"), amounts, hours),
        st.tuples(st.just("refund"), which, amounts),
        st.tuples(st.just("refund all"), which, st.booleans()),
        st.tuples(st.just("pledge"), amounts, st.booleans()),
        st.tuples(st.just("confirm"), which, amounts),
        st.tuples(st.just("cancel"), which, st.none()),
        st.tuples(st.just("days pass"), st.integers(0, 45), st.none()),
        st.tuples(st.just("clock goes back"), st.integers(1, 36), st.none()),
    ),
    min_size=1,
    max_size=14,
)


@pytest.mark.django_db
@pytest.mark.both_databases
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=steps,
    zone=st.sampled_from(["UTC", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin"]),
    reset_day=st.sampled_from([1, 15, 28]),
)
def test_whatever_happens_meter_and_ledger_and_model_agree(steps, zone, reset_day):
    with transaction.atomic(), time_machine.travel(START, tick=False) as clock:
        play(steps, clock, make_drive(zone=zone, reset_day=reset_day), Model(zone, reset_day))
        transaction.set_rollback(True)


def play(steps, clock, drive, model):
    history = History(clock, drive, model)
    for number, (kind, first, second) in enumerate(steps):
        getattr(history, kind.replace(" ", "_"))(first, second, number)
        compare(drive, model)
    meter = queries.meter(drive, history.now)
    month = model.month(history.now)
    assert (meter.received.minor, meter.promised.minor) == (model.received[month], model.promised[month])


class History:
    """Does each step to the books and to the model."""

    def __init__(self, clock, drive, model):
        self.clock = clock
        self.drive = drive
        self.model = model
        self.now = START
        self.gifts = []
        self.pledges = []

    def gift(self, amount, hours, number):
        moment = self.now + timedelta(hours=hours)
        self.gifts.append(self.record(amount, moment, number))
        self.model.gift(moment, amount)

    def same_gift_twice(self, amount, hours, number):
        self.gift(amount, hours, number)
        assert self.record(amount, self.gifts[-1].occurred_at, number) == self.gifts[-1]

    def record(self, amount, moment, number):
        return record_gift(
            self.drive,
            amount=Money(amount, "EUR"),
            source=Gift.Source.CASH,
            occurred_at=moment,
            once_key=f"step:{number}",
        )

    def refund(self, which, amount, number, reason=Refund.Reason.RETURNED):
        if not self.gifts:
            return
        place = which % len(self.gifts)
        try:
            with transaction.atomic():
                refund_gift(self.gifts[place], amount=Money(amount, "EUR"), reason=reason)
            is_refunded = True
        except NothingLeftToRefund:
            is_refunded = False
        assert is_refunded == self.model.refund(place, amount)

    def refund_all(self, which, is_mistake, number):
        if self.gifts:
            reason = Refund.Reason.MISTAKE if is_mistake else Refund.Reason.RETURNED
            self.refund(which, self.model.given[which % len(self.gifts)][1], number, reason)

    def pledge(self, amount, is_named, number):
        self.pledges.append(make_pledge(self.drive, amount=Money(amount, "EUR"), public_name="Ada" * is_named))
        month = self.model.month(self.now)
        self.model.pledges.append([month, amount, "open", self.now + timedelta(days=30)])
        self.model.promised[month] += amount

    def confirm(self, which, amount, number):
        if not self.pledges:
            return
        place = which % len(self.pledges)
        is_new = self.model.pledges[place][2] != "confirmed"
        gift = confirm_pledge(self.pledges[place], amount=Money(amount, "EUR"))
        if is_new:
            self.gifts.append(gift)
            self.model.gift(self.now, amount)
            self.model.settle(place, "confirmed")

    def cancel(self, which, _nothing, number):
        if not self.pledges:
            return
        place = which % len(self.pledges)
        try:
            with transaction.atomic():
                cancel_pledge(self.pledges[place])
            self.model.settle(place, "cancelled")
        except PledgeIsSettled:
            assert self.model.pledges[place][2] in {"confirmed", "expired"}

    def days_pass(self, days, _nothing, number):
        self.now += timedelta(days=days)
        self.clock.move_to(self.now)
        expire_pledges(self.now)
        for place, (_month, _amount, state, expires_at) in enumerate(self.model.pledges):
            if state == "open" and expires_at <= self.now:
                self.model.settle(place, "expired")

    def clock_goes_back(self, hours, _nothing, number):
        self.now -= timedelta(hours=hours)
        self.clock.move_to(self.now)


def compare(drive, model):
    unbalanced = Line.objects.values("entry", "currency").annotate(total=Sum("amount_minor")).exclude(total=0)
    assert list(unbalanced) == []
    totals = {
        total.period_key: (total.received_minor, total.gifts, total.promised_minor)
        for total in MeterTotal.objects.filter(drive=drive)
    }
    assert {month: shown for month, shown in totals.items() if any(shown)} == model.shown()
    for month in totals:
        assert queries.received_by_book(drive, month).minor == model.received[month]
