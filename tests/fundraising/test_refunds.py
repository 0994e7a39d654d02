from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.links import count_month
from commonpress.fundraising.actions.refund_requests import approve_refund, refuse_refund, take_back
from commonpress.fundraising.actions.refunds import fail_refund, pay_out
from commonpress.fundraising.errors import (
    CorrectionStands,
    NeedsAnotherPerson,
    NothingLeftToRefund,
    RefundIsSettled,
    RequestIsDecided,
    SentAlready,
    SumIsReplaced,
    WaitsADay,
)
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.models.fx_rate import FxRate
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter
from tests.fundraising.invariant import assert_books_are_right

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

JULY = datetime(2021, 7, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(JUNE, tick=False):
        yield
        assert_books_are_right()


def euros(amount):
    return Money(amount * 100, "EUR")


def now_on(drive):
    meter = meters.meter(drive, JUNE)
    return meter.received.minor // 100, meter.gifts


@pytest.fixture
def ann():
    return make_person("ann@paper.example", Role.TREASURER, display_name="Ann")


@pytest.fixture
def ben():
    return make_person("ben@paper.example", Role.OWNER, display_name="Ben")


def test_a_gift_of_15_taken_back_in_three_fives_leaves_10_then_5_then_nothing():
    drive = make_drive()
    gift = make_gift(drive, 15_00)

    shown = []
    for _time in range(3):
        refund_gift(gift, amount=euros(5))
        shown.append(now_on(drive))

    assert shown == [(10, 1), (5, 1), (0, 0)]
    assert gift.refunds.count() == 3


def test_a_refund_to_be_paid_out_leaves_the_meter_until_it_is_paid():
    drive = make_drive()
    gift = make_gift(drive, 15_00)

    refund = refund_gift(gift, amount=euros(15), is_paid_out=False)
    before = now_on(drive)
    pay_out(refund, paid_at=JULY)
    pay_out(refund)

    assert (before, now_on(drive)) == ((15, 1), (0, 0))
    assert Entry.objects.get(kind=Entry.Kind.REFUND).occurred_at == JULY


def test_a_refund_that_did_not_arrive_raises_the_meter_again_by_an_entry_of_its_own():
    drive = make_drive()
    refund = refund_gift(make_gift(drive, 15_00), amount=euros(15))
    before = list(Line.objects.order_by("id").values_list())

    fail_refund(refund)
    fail_refund(refund)

    assert now_on(drive) == (15, 1)
    failed = Entry.objects.get(kind=Entry.Kind.REFUND_FAILED)
    assert failed.reverses == Entry.objects.get(kind=Entry.Kind.GIFT)
    assert sorted(failed.lines.values_list("account", "amount_minor")) == [
        (Account.BANK, 15_00),
        (Account.REFUNDS, -15_00),
    ]
    assert list(Line.objects.order_by("id").values_list())[: len(before)] == before


def test_a_refund_in_another_currency_takes_out_what_the_gift_added_and_no_residue_even_after_the_rate_changed():
    drive = make_drive(match_minor=1_000_00)
    set_rate(JUNE, "1.1")
    gift = make_gift(drive, amount=Money(10_01, "USD"))
    added = meters.meter(drive, JUNE)
    set_rate(JULY, "2")

    with time_machine.travel(JULY, tick=False):
        for part in (3_33, 3_33, 3_35):
            refund_gift(gift, amount=Money(part, "USD"))

    left = meters.meter(drive, JUNE)
    assert (added.received, added.matched) == (euros(11) + Money(1, "EUR"), euros(11) + Money(1, "EUR"))
    assert (left.received, left.matched, left.gifts) == (euros(0), euros(0), 0)


def test_what_did_not_arrive_in_another_currency_counts_again_to_the_cent_and_so_does_its_match():
    drive = make_drive(match_minor=1_000_00)
    set_rate(JUNE, "1.1")
    gift = make_gift(drive, amount=Money(10_01, "USD"))
    added = meters.meter(drive, JUNE)

    refund_gift(gift, amount=Money(3_33, "USD"))
    fail_refund(refund_gift(gift, amount=Money(6_68, "USD")))
    refund_gift(gift, amount=Money(6_68, "USD"))
    back = meters.meter(drive, JUNE)
    fail_refund(gift.refunds.get(state=Refund.State.DONE, amount_minor=6_68))
    fail_refund(gift.refunds.get(state=Refund.State.DONE))

    assert (back.received, back.matched, back.gifts) == (euros(0), euros(0), 0)
    assert meters.meter(drive, JUNE) == added


def set_rate(moment, rate):
    FxRate.objects.create(day=moment.date(), base="USD", quote="EUR", rate=Decimal(rate))


def test_what_did_not_arrive_can_can_be_refunded_again():
    drive = make_drive()
    gift = make_gift(drive, 15_00)
    fail_refund(refund_gift(gift, amount=euros(15)))

    refund_gift(gift, amount=euros(15))

    assert now_on(drive) == (0, 0)


def test_a_gift_counts_as_one_or_none_whichever_of_its_refunds_did_not_arrive():
    drive = make_drive()
    gift = make_gift(drive, 10_00)
    first, second = (refund_gift(gift, amount=euros(5)) for _half in range(2))
    counted = []

    for act in (
        lambda: fail_refund(first),
        lambda: refund_gift(gift, amount=euros(5)),
        lambda: fail_refund(second),
        lambda: fail_refund(gift.refunds.get(state=Refund.State.DONE)),
    ):
        act()
        shown = meters.meter(drive, JUNE)
        counted.append((shown.received.minor, shown.gifts))

    assert counted == [(5_00, 1), (0, 0), (5_00, 1), (10_00, 1)]
    assert_books_are_right()


def test_a_match_that_others_used_meanwhile_does_not_come_back_with_a_refund_that_did_not_arrive():
    drive = make_drive(match_minor=100_00)
    refund = refund_gift(make_gift(drive, 100_00), amount=euros(100))
    make_gift(drive, 60_00)

    fail_refund(refund)

    shown = meters.meter(drive, JUNE)
    assert (shown.received, shown.matched) == (euros(160), euros(100))
    assert_books_are_right()


def test_a_refund_called_off_before_it_was_paid_leaves_no_entry():
    drive = make_drive()
    gift = make_gift(drive, 15_00)
    refund = refund_gift(gift, amount=euros(15), is_paid_out=False)

    fail_refund(refund)

    assert (now_on(drive), Entry.objects.count()) == ((15, 1), 1)
    with pytest.raises(RefundIsSettled):
        pay_out(refund)
    assert refund_gift(gift, amount=euros(15)).state == Refund.State.DONE


def test_more_than_is_left_is_refused_and_what_is_to_be_paid_out_is_not_left():
    gift = make_gift(make_drive(), 15_00)
    refund_gift(gift, amount=euros(10), is_paid_out=False)

    with pytest.raises(NothingLeftToRefund):
        refund_gift(gift, amount=euros(6))

    assert Refund.objects.count() == 1


def test_of_two_gifts_by_one_supporter_the_one_not_refunded_still_counts():
    drive = make_drive()
    ada = make_supporter()
    first, _second = make_gift(drive, 15_00, supporter=ada), make_gift(drive, 20_00, supporter=ada)

    refund_gift(first, amount=euros(15))

    assert now_on(drive) == (20, 1)


def test_a_july_refund_of_a_june_gift_restates_june_and_leaves_july_alone():
    drive = make_drive()
    gift = make_gift(drive, 15_00)

    refund_gift(gift, amount=euros(5), refunded_at=JULY)

    entry = Entry.objects.get(kind=Entry.Kind.REFUND)
    assert (entry.period_key, entry.occurred_at) == ("2021-06", JULY)
    assert (now_on(drive), meters.meter(drive, JULY).received) == ((10, 1), euros(0))


def test_a_gift_entered_wrong_is_reversed_and_entered_anew_and_nothing_is_edited():
    drive = make_drive()
    wrong = make_gift(drive, 51_00)
    before = list(Line.objects.order_by("id").values_list())

    refund_gift(wrong, amount=euros(51), reason=Refund.Reason.MISTAKE)
    make_gift(drive, 15_00)

    assert now_on(drive) == (15, 1)
    kinds = list(Entry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == [Entry.Kind.GIFT, Entry.Kind.CORRECTION, Entry.Kind.GIFT]
    assert list(Line.objects.order_by("id").values_list())[:2] == before


def test_a_correction_is_never_called_one_that_did_not_arrive():
    drive = make_drive()
    correction = refund_gift(make_gift(drive, 15_00), amount=euros(15), reason=Refund.Reason.MISTAKE)

    with pytest.raises(CorrectionStands):
        fail_refund(correction)

    correction.refresh_from_db()
    assert (correction.state, now_on(drive)) == (Refund.State.DONE, (0, 0))


def test_one_person_takes_back_up_to_the_limit_and_asks_above_it(ann, ben):
    drive = make_drive()
    gift = make_gift(drive, 900_00)

    at_the_limit = take_back(gift, amount=euros(500), by=ann)
    above = take_back(gift, amount=euros(1), by=ann)

    assert (type(at_the_limit), type(above)) == (Refund, RefundRequest)
    assert now_on(drive) == (400, 1)


def test_the_limit_is_the_drives_own_where_owners_set_one(ann, ben):
    gift = make_gift(make_drive(refund_limit_minor=10_00), 90_00)

    assert isinstance(take_back(gift, amount=euros(11), by=ann), RefundRequest)
    assert isinstance(take_back(gift, amount=euros(10), by=ann), Refund)


def test_a_gift_in_another_currency_is_measured_at_the_rate_it_was_counted_at(ann):
    set_rate(JUNE, "0.5")
    gift = make_gift(make_drive(), amount=Money(2_000_00, "USD"))
    set_rate(JULY, "2")

    with time_machine.travel(JULY, tick=False):
        at_the_limit = take_back(gift, amount=Money(1_000_00, "USD"), by=ann)
        above = take_back(gift, amount=Money(2, "USD"), by=ann)

    assert (type(at_the_limit), type(above)) == (Refund, RefundRequest)


def test_of_a_gift_counted_without_a_rate_nothing_is_taken_back_alone(ann, ben):
    request = take_back(make_gift(make_drive(), amount=Money(5_00, "USD")), amount=Money(1_00, "USD"), by=ann)

    assert isinstance(request, RefundRequest)
    assert approve_refund(request, by=ben).amount == Money(1_00, "USD")


@pytest.mark.parametrize("reason", Refund.Reason)
def test_a_second_person_approves_and_the_refund_is_booked_with_it(ann, ben, reason):
    drive = make_drive()
    gift = make_gift(drive, 900_00)
    request = take_back(gift, amount=euros(600), reason=reason, note="Paid twice", by=ann)
    before = now_on(drive)

    refund = approve_refund(request, by=ben)

    request.refresh_from_db()
    assert (before, now_on(drive)) == ((900, 1), (300, 1))
    assert (refund.amount, refund.reason, refund.note, refund.refunded_by) == (euros(600), reason, "Paid twice", ann)
    assert (request.state, request.decided_by, request.refund) == (RefundRequest.State.APPROVED, ben, refund)


def test_what_was_approved_does_not_use_up_the_limit(ann, ben):
    gift = make_gift(make_drive(), 2_000_00)
    approve_refund(take_back(gift, amount=euros(600), by=ann), by=ben)

    assert isinstance(take_back(gift, amount=euros(500), by=ann), Refund)


def test_nobody_approves_their_own_request_whatever_their_roles(ben):
    ann = make_person("ann@paper.example", Role.OWNER, Role.TREASURER, is_superuser=True)
    request = take_back(make_gift(make_drive(), 900_00), amount=euros(600), by=ann)

    with time_machine.travel(JULY, tick=False), pytest.raises(NeedsAnotherPerson):
        approve_refund(request, by=ann)

    assert Refund.objects.count() == 0


def test_who_keeps_the_books_alone_waits_a_day(ann):
    drive = make_drive()
    request = take_back(make_gift(drive, 900_00), amount=euros(600), by=ann)

    with time_machine.travel(JUNE + timedelta(hours=23, minutes=59), tick=False), pytest.raises(WaitsADay):
        approve_refund(request, by=ann)
    before = now_on(drive)
    with time_machine.travel(JUNE + timedelta(hours=24), tick=False):
        approve_refund(request, by=ann)

    assert (before, now_on(drive)) == ((900, 1), (300, 1))


def test_a_gift_refunded_meanwhile_is_not_refunded_again_and_the_request_stays(ann, ben):
    gift = make_gift(make_drive(), 900_00)
    request = take_back(gift, amount=euros(600), by=ann)
    refund_gift(gift, amount=euros(400))

    with pytest.raises(NothingLeftToRefund):
        approve_refund(request, by=ben)

    request.refresh_from_db()
    assert (request.state, Refund.objects.count()) == (RefundRequest.State.ASKED, 1)


def test_a_request_is_decided_once(ann, ben):
    gift = make_gift(make_drive(), 900_00)
    refused = take_back(gift, amount=euros(600), by=ann)
    withdrawn = take_back(gift, amount=euros(601), by=ann)

    states = [refuse_refund(refused, by=ben).state, refuse_refund(withdrawn, by=ann).state]

    assert states == [RefundRequest.State.REFUSED, RefundRequest.State.WITHDRAWN]
    for act in (approve_refund, refuse_refund):
        with pytest.raises(RequestIsDecided):
            act(refused, by=ben)


def test_a_request_approved_to_be_paid_out_waits_for_the_payment(ann, ben):
    drive = make_drive()
    request = take_back(make_gift(drive, 900_00), amount=euros(600), is_paid_out=False, by=ann)

    refund = approve_refund(request, by=ben)
    before = now_on(drive)
    pay_out(refund)

    assert (before, now_on(drive)) == ((900, 1), (300, 1))


def test_the_form_sent_twice_asks_once_and_other_words_under_its_key_are_refused(ann, ben):
    gift = make_gift(make_drive(), 900_00)
    sent = {"amount": euros(600), "by": ann, "once_key": "the-same-form"}

    first, again = take_back(gift, **sent), take_back(gift, **sent)

    assert (first, RefundRequest.objects.count()) == (again, 1)
    with pytest.raises(SentAlready):
        take_back(gift, **sent | {"amount": euros(700)})


def test_a_refund_of_which_two_would_be_above_the_limit_sent_twice_is_done_once(ann, ben):
    gift = make_gift(make_drive(), 900_00)

    answers = [take_back(gift, amount=euros(400), by=ann, once_key="the-same-form") for _time in range(2)]

    assert answers == [Refund.objects.get()] * 2
    assert RefundRequest.objects.count() == 0


def test_the_others_who_keep_the_books_are_written_to_once(ann, ben, run_jobs):
    make_person("eve@paper.example", Role.EDITOR)
    request = take_back(make_gift(make_drive(title="The roof"), 900_00), amount=euros(600), note="Twice", by=ann)

    run_jobs()
    run_jobs()

    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["ben@paper.example"], "A refund of €600 waits")
    assert 'Ann asks for a refund of €600 of a gift for "The roof". It needs a second person.' in letter.body
    assert f"/admin/fundraising/refunds/asked/{request.public_id}/" in letter.body


def test_who_keeps_the_books_alone_is_told_in_case_it_was_somebody_else(ann, run_jobs):
    take_back(make_gift(make_drive(), 900_00), amount=euros(600), by=ann)

    run_jobs()

    [letter] = mail.outbox
    assert letter.to == ["ann@paper.example"]
    assert "Nobody else keeps the books, so it waits: from June 11, 2021" in letter.body


@pytest.mark.parametrize("typed", [120, None])
def test_a_refund_of_a_months_sum_does_not_come_back_beside_the_sum_typed_since(ann, typed):
    drive = make_drive()
    link = GivingLink.objects.create(name="Elsewhere", address="https://elsewhere.example/paper")
    refund = refund_gift(count_month(link, drive, month="2021-05", amount=euros(100), by=ann), amount=euros(100))
    count_month(link, drive, month="2021-05", amount=typed and euros(typed), by=ann)

    with pytest.raises(SumIsReplaced):
        fail_refund(refund)

    refund.refresh_from_db()
    assert refund.state == Refund.State.DONE
    assert books.received_by_book(drive, "2021-05") == euros(typed or 0)
