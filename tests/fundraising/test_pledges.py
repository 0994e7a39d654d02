from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from commonpress.accounts.erasing import erase
from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.movements import take_back
from commonpress.fundraising.actions.names import show_name
from commonpress.fundraising.actions.pledges import cancel_pledge, change_pledge, confirm_pledge, expire_pledges
from commonpress.fundraising.actions.supporters import Giver
from commonpress.fundraising.effects import gifts as gift_effects
from commonpress.fundraising.effects import pledges as pledge_effects
from commonpress.fundraising.errors import PledgeIsSettled, SentAlready, WrongCurrency
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters, wall
from commonpress.fundraising.references import read_reference
from commonpress.notices.models import Letter
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_bank_details, make_drive, make_gift, make_supporter, promise, release

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(JUNE, tick=False):
        yield


def both(drive):
    meter = meters.meter(drive, JUNE)
    return meter.received.minor, meter.promised.minor


def test_a_pledge_is_promised_for_thirty_days_under_a_reference():
    drive = make_drive()

    pledge = promise(drive, 30_00)

    assert (pledge.state, pledge.period_key) == (Pledge.State.OPEN, "2021-06")
    assert read_reference(pledge.grouped_reference.lower()) == pledge.reference
    assert pledge.expires_at - pledge.made_at == timedelta(days=30)
    assert both(drive) == (0, 30_00)


def test_a_pledge_sent_twice_by_the_same_form_is_one_pledge():
    drive = make_drive()

    first = promise(drive, 30_00, once_key="the-same-form")
    again = promise(drive, 30_00, once_key="the-same-form")

    assert again == first
    assert both(drive) == (0, 30_00)


@pytest.mark.parametrize(
    "change",
    [{"minor": 31_00}, {"public_name": "Bo"}, {"public_name": ""}, {"email": "bo@a.example"}, {"message": "?"}],
)
def test_another_pledge_under_the_key_of_one_that_stands_is_refused(change):
    drive = make_drive()
    sent = {"minor": 30_00, "public_name": "Ada", "email": "ada@a.example", "once_key": "the-same-form"}
    promise(drive, **sent)

    with pytest.raises(SentAlready):
        promise(drive, **sent | change)

    assert both(drive) == (0, 30_00)


def test_a_pledge_sent_again_after_its_money_came_is_still_the_same():
    drive = make_drive()
    make_gift(drive, supporter=make_supporter(email="ada@a.example"))
    sent = {"minor": 30_00, "public_name": "A.", "email": "ada@a.example", "once_key": "the-same-form"}
    first = promise(drive, **sent)
    confirm_pledge(first)

    assert promise(drive, **sent) == first


def test_a_confirmed_pledge_is_a_gift_and_no_promise_any_more():
    drive = make_drive()
    pledge = promise(drive, 30_00, public_name="Ada", message="Go on")

    gift = confirm_pledge(pledge)

    pledge.refresh_from_db()
    assert (pledge.state, pledge.gift) == (Pledge.State.CONFIRMED, gift)
    assert (gift.message, gift.is_anonymous, gift.supporter.public_name) == ("Go on", False, "Ada")
    assert both(drive) == (30_00, 0)


@pytest.mark.parametrize("came", [20_00, 45_00])
def test_what_really_came_is_booked_when_it_is_less_or_more_than_promised(came):
    drive = make_drive()

    confirm_pledge(promise(drive, 30_00), amount=Money(came, "EUR"))

    assert both(drive) == (came, 0)


def test_confirming_twice_is_one_gift():
    drive = make_drive()
    pledge = promise(drive, 30_00)

    assert confirm_pledge(pledge) == confirm_pledge(pledge)
    assert both(drive) == (30_00, 0)


def test_a_cancelled_pledge_leaves_the_meter():
    drive = make_drive()
    pledge = promise(drive, 30_00)

    cancel_pledge(pledge)
    cancel_pledge(pledge)

    assert both(drive) == (0, 0)


def test_a_confirmed_pledge_cannot_be_cancelled():
    drive = make_drive()
    pledge = promise(drive, 30_00)
    confirm_pledge(pledge)

    with pytest.raises(PledgeIsSettled):
        cancel_pledge(pledge)

    assert both(drive) == (30_00, 0)


def test_a_pledge_lapses_when_its_time_is_over_and_not_before():
    drive = make_drive()
    pledge = promise(drive, 30_00)

    assert expire_pledges(pledge.expires_at - timedelta(seconds=1)) == 0
    assert expire_pledges(pledge.expires_at) == 1
    assert expire_pledges(pledge.expires_at) == 0

    pledge.refresh_from_db()
    assert pledge.state == Pledge.State.EXPIRED
    assert both(drive) == (0, 0)


@pytest.mark.parametrize("way", ["expired", "cancelled"])
def test_money_that_comes_late_is_still_money(way):
    drive = make_drive()
    pledge = promise(drive, 30_00)
    if way == "expired":
        expire_pledges(pledge.expires_at)
    else:
        cancel_pledge(pledge)

    confirm_pledge(pledge)

    assert both(drive) == (30_00, 0)


def test_what_was_written_with_a_pledge_is_erased_with_its_giver():
    drive = make_drive()
    open_one = promise(drive, email="ada@example.org", message="From Ada, 5 Elm Street")
    received = promise(drive, email="ada@example.org", message="Ada again")
    confirm_pledge(received)

    erase(make_person("ada@example.org"))

    assert list(Pledge.objects.values_list("message", flat=True)) == ["", ""]
    assert Gift.objects.get().message == ""
    open_one.refresh_from_db()
    assert (open_one.state, open_one.supporter.email) == ("cancelled", "")


def test_who_gave_before_from_the_same_address_is_the_same_supporter():
    drive = make_drive()
    known = make_supporter(email="ada@example.org")
    make_gift(drive, 10_00, supporter=known)
    pledge = promise(drive, 30_00, email="Ada@example.org", public_name="Somebody else")

    gift = confirm_pledge(pledge)

    assert gift.supporter == known
    assert list(Supporter.objects.values_list("public_name", flat=True)) == ["Ada"]


def test_nobody_speaks_under_the_name_of_who_gave_before_from_the_address_they_typed():
    drive = make_drive()
    known = make_supporter(email="ada@example.org")
    make_gift(drive, 10_00, supporter=known, is_anonymous=False)
    typed = {"email": "ada@example.org", "public_name": "Eve", "message": "I love tyrants", "once_key": "a-form"}
    pledge = promise(drive, 1, **typed)

    gift = confirm_pledge(pledge)
    again = promise(drive, 1, **typed)
    release(known)

    assert (gift.supporter, gift.is_anonymous, gift.message, again) == (known, True, "", pledge)
    assert (wall.waiting(), wall.names(), wall.messages(5)) == ([], ["Ada"], [])


def test_nor_when_the_gift_was_undone_and_the_pledge_is_confirmed_once_more():
    drive = make_drive()
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    pledge = promise(drive, email="ada@example.org", public_name="Eve", message="I love tyrants")
    take_back(confirm_pledge(pledge), by=make_person("", Role.TREASURER))

    gift = confirm_pledge(pledge)

    assert (gift.is_anonymous, gift.message) == (True, "")


def test_the_owner_of_the_address_may_show_their_name_with_it():
    drive = make_drive()
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    gift = confirm_pledge(promise(drive, email="ada@example.org", public_name="Ada"))

    show_name(["ada@example.org"], "Ada")

    gift.refresh_from_db()
    assert gift.is_anonymous is False


def test_who_gives_for_the_first_time_is_named_with_their_message():
    gift = confirm_pledge(promise(make_drive(), email="ada@example.org", public_name="Ada", message="Go on"))

    assert (gift.is_anonymous, gift.message) == (False, "Go on")


def test_a_gift_entered_by_hand_is_never_tied_to_what_a_stranger_typed_with_a_pledge():
    drive = make_drive()
    promise(drive, public_name="Rude Words", email="ada@example.org")

    gift = make_gift(drive, supporter=Giver("Ada Lovelace", "ada@example.org", may_be_named=True))

    assert (gift.supporter.name, gift.supporter.public_name) == ("Ada Lovelace", "Ada Lovelace")


def test_confirming_the_first_of_two_pledges_last_leaves_every_gift_its_supporter():
    drive = make_drive()
    first = promise(drive, public_name="Ada", email="ada@example.org")
    second = promise(drive, public_name="Ada L", email="ada@example.org")

    by_pledge = confirm_pledge(second)
    by_hand = make_gift(drive, supporter=Giver("Ada", "ada@example.org", may_be_named=True))
    last = confirm_pledge(first)

    by_hand.refresh_from_db()
    assert by_hand.supporter == last.supporter == by_pledge.supporter
    assert list(Supporter.objects.values_list("public_name", flat=True)) == ["Ada L"]


def test_a_row_that_gifts_hang_on_is_kept_when_its_pledge_is_confirmed():
    drive = make_drive()
    known = make_supporter(email="ada@example.org")
    make_gift(drive, supporter=known)
    pledge = promise(drive, public_name="Ada", email="ada@example.org")
    tied_before = make_gift(drive, supporter=pledge.supporter)

    confirm_pledge(pledge)

    tied_before.refresh_from_db()
    assert tied_before.supporter.public_name == "Ada"


def test_an_unconfirmed_pledge_never_touches_another_supporters_row():
    known = make_supporter(email="ada@example.org")
    make_gift(make_drive(), 10_00, supporter=known)

    promise(make_drive(is_current=False), 30_00, email="ada@example.org", public_name="Not Ada")

    known.refresh_from_db()
    assert (known.public_name, known.pledges.count()) == ("Ada", 0)


def test_the_giver_gets_account_reference_and_a_link_to_take_it_back_and_the_treasurer_gets_word():
    make_bank_details()
    treasurer = make_person("", Role.TREASURER)
    make_person("", Role.EDITOR)
    pledge = promise(make_drive(), 30_00, email="ada@example.org", public_name="Ada", message="Go & <b>on</b>")

    pledge_effects.pledge_made(pledge.pk)
    pledge_effects.pledge_made(pledge.pk)

    to_giver = Letter.objects.get(to="ada@example.org")
    assert pledge.grouped_reference in to_giver.subject
    # Whoever typed the address may not be whose it is.
    assert ("Ada" in to_giver.text, "Go" in to_giver.text) == (False, False)
    for fact in ["€30", "DE89 3704 0044 0532 0130 00", f"/give/{pledge.public_id}/cancel/{pledge.cancel_token}/"]:
        assert fact in to_giver.text
    to_treasurer = Letter.objects.exclude(pk=to_giver.pk).get()
    assert (to_treasurer.to, "Go & <b>on</b>" in to_treasurer.text) == (treasurer.email, True)


def letters_to(address):
    return Letter.objects.filter(to__iexact=address, kind="pledge_made").count()


def test_a_mailbox_cannot_be_filled_with_pledges_of_others():
    drive = make_drive()
    counted = []
    with time_machine.travel(JUNE, tick=False) as clock:
        for _day in range(6):
            for _time in range(3):
                pledge_effects.pledge_made(promise(drive, email="victim@example.org").pk)
            pledge_effects.pledge_made(promise(drive, email="VICTIM@example.org").pk)
            counted.append(letters_to("victim@example.org"))
            clock.shift(timedelta(days=1))
        pledge_effects.pledge_made(promise(drive, email="another@example.org").pk)

    assert counted == [1, 2, 3, 3, 3, 3]
    assert Pledge.objects.filter(state="open").count() == 6 * 4 + 1
    assert letters_to("another@example.org") == 1


def test_who_sends_what_they_promise_is_written_to_each_time():
    drive = make_drive()
    with time_machine.travel(JUNE, tick=False) as clock:
        for _month in range(5):
            pledge = promise(drive, email="ada@example.org")
            pledge_effects.pledge_made(pledge.pk)
            confirm_pledge(pledge)
            clock.shift(timedelta(days=15))

    assert letters_to("ada@example.org") == 5


def test_no_letter_goes_to_who_left_no_address():
    pledge = promise(make_drive(), 30_00)

    pledge_effects.pledge_made(pledge.pk)

    assert Letter.objects.count() == 0
    assert mail.outbox == []


def test_the_supporter_is_thanked_once_when_the_money_is_here():
    pledge = promise(make_drive(), 30_00, email="ada@example.org")
    gift = confirm_pledge(pledge)

    gift_effects.gift_received(gift.pk)
    gift_effects.gift_received(gift.pk)

    letter = Letter.objects.get(kind="gift_received")
    assert (letter.to, "€30" in letter.text) == ("ada@example.org", True)


def test_thirty_days_after_a_pledge_of_june_its_gift_counts_in_july():
    drive = make_drive()
    pledge = promise(drive, 30_00)
    later = timezone.now() + timedelta(days=25)

    gift = confirm_pledge(pledge, occurred_at=later)

    assert Gift.objects.get() == gift
    assert both(drive) == (0, 0)
    assert meters.meter(drive, later).received == Money(30_00, "EUR")


def test_a_pledge_changed_moves_the_meter_by_the_difference_and_keeps_its_reference():
    drive = make_drive()
    pledge = promise(drive, 30_00)

    changed = change_pledge(pledge, Money(12_50, "EUR"))
    change_pledge(pledge, Money(12_50, "EUR"))

    assert (changed.amount, changed.reference) == (Money(12_50, "EUR"), pledge.reference)
    assert meters.meter(drive, timezone.now()).promised == Money(12_50, "EUR")
    assert MeterTotal.objects.get().pledges == 1


def test_a_pledge_is_changed_in_its_own_currency_only():
    with pytest.raises(WrongCurrency):
        change_pledge(promise(make_drive()), Money(5_00, "USD"))


def test_a_pledge_that_is_settled_is_not_changed():
    drive = make_drive()
    received, cancelled = promise(drive, 30_00), promise(drive, 30_00)
    confirm_pledge(received)
    cancel_pledge(cancelled)

    for pledge in (received, cancelled):
        with pytest.raises(PledgeIsSettled):
            change_pledge(pledge, Money(5_00, "EUR"))
    assert meters.meter(drive, timezone.now()).promised == Money(0, "EUR")
