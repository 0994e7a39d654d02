import re

import pytest

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.refund_requests import take_back
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import courses, meters
from tests.factories.accounts import make_person, sign_in_surely
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter, promise, spend
from tests.fundraising.responses import text_of

pytestmark = pytest.mark.django_db


def screens():
    drive = make_drive()
    gift = make_gift(drive)
    pledge = promise(drive)
    spending = spend(drive)
    return [
        "/admin/fundraising/drives/",
        "/admin/fundraising/drives/new/",
        f"/admin/fundraising/drives/{drive.pk}/",
        "/admin/fundraising/gifts/",
        "/admin/fundraising/gifts/results/",
        "/admin/fundraising/gifts/new/",
        f"/admin/fundraising/gifts/{gift.public_id}/",
        "/admin/fundraising/pledges/",
        "/admin/fundraising/pledges/results/",
        f"/admin/fundraising/pledges/{pledge.public_id}/",
        "/admin/fundraising/bank/",
        "/admin/fundraising/ways/",
        "/admin/fundraising/ways/bitcoin/new/",
        "/admin/fundraising/bitcoin/",
        "/admin/fundraising/bitcoin/results/",
        "/admin/fundraising/bitcoin/new/",
        "/admin/fundraising/ways/links/new/",
        "/admin/fundraising/spending/",
        "/admin/fundraising/spending/results/",
        "/admin/fundraising/spending/new/",
        f"/admin/fundraising/spending/{spending.public_id}/",
        "/admin/fundraising/spending/categories/",
        f"/admin/fundraising/spending/categories/{spending.category_id}/",
        "/admin/fundraising/wall/",
        "/admin/fundraising/wall/decided/",
        "/admin/fundraising/owners/",
        "/admin/fundraising/",
        "/admin/fundraising/audit/",
        "/admin/fundraising/months/",
        "/admin/fundraising/rates/",
        "/admin/fundraising/rates/new/",
        "/admin/fundraising/rates/file/",
        "/admin/fundraising/months/2021-06/",
        "/admin/fundraising/exports/2021-06.csv",
        "/admin/fundraising/refunds/",
        "/admin/fundraising/refunds/results/",
        f"/admin/fundraising/refunds/{refund_gift(gift, amount=Money(1_00, 'EUR')).public_id}/",
        "/admin/fundraising/refunds/asked/",
        "/admin/fundraising/refunds/asked/results/",
        f"/admin/fundraising/refunds/asked/{ask_for_refund(make_gift(drive, 900_00)).public_id}/",
    ]


def ask_for_refund(gift):
    return take_back(gift, amount=Money(600_00, "EUR"), by=make_person("", Role.TREASURER))


@pytest.mark.parametrize("role", [Role.TREASURER, Role.OWNER])
def test_treasurers_and_owners_see_every_screen(client, role):
    sign_in_surely(client, make_person("", role))

    answered = {address: client.get(address).status_code for address in screens()}

    assert set(answered.values()) == {200}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REPORTER, Role.MODERATOR])
def test_nobody_else_on_the_staff_sees_or_does_anything_there(client, role):
    client.force_login(make_person("", role))

    for address in screens():
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"amount": "5"}).status_code == 403, address
    assert (Gift.objects.count(), Refund.objects.count(), BankDetails.load()) == (2, 1, None)
    assert "fundraising/gifts" not in client.get("/admin/").content.decode()


def test_strangers_are_led_to_sign_in(client):
    for address in screens():
        assert client.get(address).url == f"/accounts/login/?next={address}"
        assert client.post(address, {"amount": "5"}).url == f"/accounts/login/?next={address}"
    assert Gift.objects.count() == 2


def test_readers_are_refused(client):
    client.force_login(make_person())

    for address in screens():
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"amount": "5"}).status_code == 403, address
    assert Gift.objects.count() == 2


def enter(desk, drive_given_for, **typed):
    form = {"drive": drive_given_for.pk, "amount": "25", "source": "cash", "received_on": "2021-06-10", **typed}
    return desk.post("/admin/fundraising/gifts/new/", form)


def test_a_gift_entered_moves_the_meter(desk):
    drive = make_drive()

    response = enter(desk, drive, name="Ada Fenwick", email="ada@example.org", note="At the fair")

    gift = Gift.objects.get()
    assert response.status_code == 302
    assert (gift.amount, gift.source, gift.note, gift.occurred_at) == (Money(25_00, "EUR"), "cash", "At the fair", JUNE)
    assert (gift.supporter.name, gift.supporter.public_name, gift.is_anonymous) == ("Ada Fenwick", "", True)
    assert gift.entered_by.email == response.wsgi_request.user.email
    assert meters.meter(drive, JUNE).received == Money(25_00, "EUR")


def test_a_gift_of_an_earlier_day_counts_in_its_month(desk):
    drive = make_drive(zone="Pacific/Niue")

    enter(desk, drive, received_on="2021-05-31")

    assert courses.by_months(drive) == [("2021-05", Money(25_00, "EUR"))]


def test_an_anonymous_gift_is_tied_to_nobody(desk):
    enter(desk, make_drive())

    assert Gift.objects.get().supporter is None


def test_the_same_address_is_the_same_supporter(desk):
    drive = make_drive()
    known = make_supporter(email="ada@example.org")
    make_gift(drive, supporter=known)

    enter(desk, drive, name="A. Fenwick", email="ADA@example.org")

    assert {gift.supporter for gift in Gift.objects.all()} == {known}


def test_the_form_sent_twice_enters_one_gift(desk):
    drive = make_drive()
    once = re.search(r'name="once" value="([^"]+)"', desk.get("/admin/fundraising/gifts/new/").content.decode())[1]

    enter(desk, drive, once=once, name="Ada Fenwick")
    enter(desk, drive, once=once, name="Ada Fenwick")

    assert (Gift.objects.count(), Supporter.objects.count()) == (1, 1)


def test_the_form_gone_back_to_and_sent_with_another_gift_is_refused_once_and_then_entered(desk):
    drive = make_drive()
    enter(desk, drive, once="the-same-form", note="Envelope 1")

    another = enter(desk, drive, once="the-same-form", amount="400", note="Envelope 2")

    shown = text_of(another)
    assert (another.status_code, Gift.objects.count()) == (409, 1)
    assert "This form was sent already, for €25." in shown
    assert ('value="400"' in shown, 'value="Envelope 2"' in shown) == (True, True)
    enter(desk, drive, once=re.search(r'name="once" value="([^"]+)"', shown)[1], amount="400", note="Envelope 2")
    assert meters.meter(drive, JUNE).received == Money(425_00, "EUR")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "10.999"}, "EUR has 2 decimals at most. Write the amount as in 1234.50."),
        ({"received_on": "30.10.2026"}, "Write the day as in 2026-10-30: year, month, day."),
        ({"amount": "twelve"}, "Write the amount in figures only, as in 1234.50."),
        ({"amount": ""}, "This field is required."),
        ({"received_on": "2021-06-12"}, "That day is still to come."),
        ({"received_on": "0001-01-01"}, "That is before the year 2000. Is a figure wrong?"),
        ({"received_on": "yesterday"}, "Write the day as in 2026-10-30: year, month, day."),
        ({"email": "ada"}, "Enter a valid email address."),
        ({"email": f"{'a' * 243}@example.org"}, "Ensure this value has at most 254 characters (it has 255)."),
        ({"may_be_named": "on"}, "Write the name that readers may see."),
        ({"source": "barter"}, "Select a valid choice. barter is not one of the available choices."),
        ({"drive": "77"}, "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_a_bad_value_gets_a_sentence_beside_its_field_and_what_was_typed_is_kept(desk, typed, sentence):
    response = enter(desk, make_drive(), note="Keep this", **typed)

    shown = text_of(response)
    assert (response.status_code, Gift.objects.count()) == (422, 0)
    assert (sentence in shown, 'value="Keep this"' in shown) == (True, True)
    assert typed.get("amount", "25") in shown


def test_a_part_is_taken_back_and_the_rest_can_be(desk):
    drive = make_drive()
    gift = make_gift(drive, 15_00)
    address = f"/admin/fundraising/gifts/{gift.public_id}/"

    assert 'placeholder="15.00"' in desk.get(address).content.decode()
    desk.post(address, {"amount": "5", "reason": "returned", "note": "Paid twice"})
    shown = text_of(desk.get(address))

    assert meters.meter(drive, JUNE).received == Money(10_00, "EUR")
    assert ("Paid twice" in shown, 'placeholder="10.00"' in shown) == (True, True)


def test_more_than_is_left_is_refused_beside_the_field(desk):
    gift = make_gift(make_drive(), 15_00)

    response = desk.post(f"/admin/fundraising/gifts/{gift.public_id}/", {"amount": "15.01", "reason": "returned"})

    assert response.status_code == 422
    assert "That is more than is left of this gift." in text_of(response)
    assert Refund.objects.count() == 0


@pytest.mark.parametrize("amount", ["10", "15"])
def test_a_refund_sent_twice_is_done_once_and_answered_alike(desk, amount):
    gift = make_gift(make_drive(), 15_00)
    typed = {"amount": amount, "reason": "returned", "once": "the-same-form"}

    answers = [desk.post(f"/admin/fundraising/gifts/{gift.public_id}/", typed) for _time in range(2)]

    assert [answer["Location"] for answer in answers] == ["/admin/fundraising/gifts/"] * 2
    assert Refund.objects.get().amount == Money(int(amount) * 100, "EUR")


def test_a_second_refund_of_more_than_is_left_is_refused_beside_the_field(desk):
    gift = make_gift(make_drive(), 15_00)
    address = f"/admin/fundraising/gifts/{gift.public_id}/"
    desk.post(address, {"amount": "10", "reason": "returned", "once": "the-first-form"})

    response = desk.post(address, {"amount": "10", "reason": "returned", "once": "the-second-form"})

    assert (response.status_code, Refund.objects.count()) == (422, 1)
    assert "That is more than is left of this gift." in text_of(response)


def test_a_gift_taken_back_whole_has_no_form_any_more(desk):
    gift = make_gift(make_drive(), 15_00)
    address = f"/admin/fundraising/gifts/{gift.public_id}/"
    desk.post(address, {"amount": "15", "reason": "mistake"})

    assert "Take it back now" not in text_of(desk.get(address))
    assert desk.post(address, {"amount": "1", "reason": "mistake"}).status_code == 422
    assert Refund.objects.count() == 1


def test_gifts_are_found_by_name_by_reference_and_by_month(desk):
    drive = make_drive()
    make_gift(drive, 11_00, supporter=make_supporter(), source=Gift.Source.CASH)
    make_gift(drive, 12_00, occurred_at=JUNE.replace(month=5), note="May fair")
    pledge = promise(drive, 13_00)
    desk.post(f"/admin/fundraising/pledges/{pledge.public_id}/", {"amount": "13", "received_on": "2021-06-10"})

    def found(query):
        shown = text_of(desk.get(f"/admin/fundraising/gifts/results/?{query}"))
        return [amount for amount in ("€11", "€12", "€13") if amount in shown]

    assert found("") == ["€11", "€12", "€13"]
    assert found("q=fenwick") == ["€11"]
    assert found("q=may fair") == ["€12"]
    assert found(f"q={pledge.grouped_reference.lower()}") == ["€13"]
    assert found("q=12.00") == ["€12"]
    assert found("q=€13.00") == ["€13"]
    assert found("q=14.00") == []
    assert found("source=cash") == ["€11"]
    assert found(f"drive={drive.pk}") == ["€11", "€12", "€13"]
    assert found(f"drive={make_drive(is_current=False).pk}") == []
    assert found("period=2021-05") == ["€12"]
    assert found("period=2021-06") == ["€11", "€13"]
    assert desk.get("/admin/fundraising/gifts/?period=nonsense").status_code == 200
    assert desk.get("/admin/fundraising/gifts/?p=x&q=%00").status_code == 404


def test_the_list_of_gifts_takes_the_same_queries_for_one_and_for_three(desk, django_assert_num_queries):
    drive = make_drive()
    make_gift(drive, supporter=make_supporter())
    desk.get("/admin/fundraising/gifts/results/")
    with django_assert_num_queries(11) as one:
        desk.get("/admin/fundraising/gifts/results/")
    make_gift(drive, supporter=make_supporter())
    make_gift(drive, supporter=make_supporter())

    with django_assert_num_queries(len(one)):
        desk.get("/admin/fundraising/gifts/results/")


def test_a_pledge_is_confirmed_from_its_screen_with_what_really_came(desk):
    drive = make_drive()
    pledge = promise(drive, 30_00)

    desk.post(f"/admin/fundraising/pledges/{pledge.public_id}/", {"amount": "20", "received_on": "2021-06-09"})

    pledge.refresh_from_db()
    assert (pledge.state, pledge.gift.amount, pledge.gift.occurred_at.day) == ("confirmed", Money(20_00, "EUR"), 9)
    assert "The money is here" not in text_of(desk.get(f"/admin/fundraising/pledges/{pledge.public_id}/"))


def test_a_pledge_can_be_let_go(desk):
    drive = make_drive()
    pledge = promise(drive, 30_00)

    desk.post(f"/admin/fundraising/pledges/{pledge.public_id}/", {"let-go": "1"})

    pledge.refresh_from_db()
    assert (pledge.state, meters.meter(drive, JUNE).promised) == ("cancelled", Money(0, "EUR"))


@pytest.mark.parametrize("name", ["gifts", "pledges", "drives"])
def test_the_sums_of_a_list_stand_in_one_column_of_figures(client, name):
    drive = make_drive(goal_minor=5_000_00)
    make_gift(drive)
    promise(drive, 25_00)
    client.force_login(make_person("", Role.TREASURER))

    page = client.get(f"/admin/fundraising/{name}/").content.decode()

    assert re.search(r'<th class="amount">', page)
    assert re.search(r'<td class="amount">\s*€', page)
