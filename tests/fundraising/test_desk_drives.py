import re

import pytest
import time_machine
from django.core import mail

from commonpress.accounts.rules import Role
from commonpress.fundraising import effects
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.notices.models import Letter
from tests.factories.accounts import make_person
from tests.factories.fundraising import IBAN, make_bank_details, make_drive, make_gift, promise
from tests.fundraising.responses import text_of

pytestmark = pytest.mark.django_db


def save_drive(desk, address="/admin/fundraising/drives/new/", **typed):
    form = {
        "title": "The reporting fund",
        "kind": "month",
        "currency": "EUR",
        "goal": "5,000",
        "ticks_text": "0\n2,500 | half way\n5,000",
        "suggestions_text": "5; 20; 100",
        "zone": "Europe/Berlin",
        "reset_day": "1",
        "is_visible": "on",
        "is_current": "on",
        **typed,
    }
    return desk.post(address, form)


def test_a_drive_is_opened_with_goal_ticks_and_amounts(desk):
    before = make_drive()

    response = save_drive(desk)

    drive = Drive.objects.get(slug="the-reporting-fund")
    before.refresh_from_db()
    assert response.status_code == 302
    assert (drive.goal, drive.zone) == (Money(5_000_00, "EUR"), "Europe/Berlin")
    assert drive.ticks == [[0, ""], [2_500_00, "half way"], [5_000_00, ""]]
    assert drive.offered == [Money(5_00, "EUR"), Money(20_00, "EUR"), Money(100_00, "EUR")]
    assert (drive.is_current, before.is_current) == (True, False)


def test_two_drives_of_one_title_have_addresses_of_their_own(desk):
    save_drive(desk)
    save_drive(desk)

    assert sorted(Drive.objects.values_list("slug", flat=True)) == ["the-reporting-fund", "the-reporting-fund-2"]


def test_a_drives_form_shows_what_was_saved_and_saves_the_same(desk):
    save_drive(desk)
    drive = Drive.objects.get()
    address = f"/admin/fundraising/drives/{drive.pk}/"

    shown = desk.get(address).content.decode()
    saved = save_drive(desk, address, goal="5000.00", ticks_text="0.00\n2500.00 | half way\n5000.00")

    assert ('value="5000.00"' in shown, "2500.00 | half way" in shown, "5.00; 20.00; 100.00" in shown) == (True,) * 3
    assert saved.status_code == 302
    assert Drive.objects.get().ticks == drive.ticks


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"goal": "lots"}, "Write the amount in figures only, as in 1234.50."),
        ({"goal": "0"}, "Write an amount above zero, as in 1234.50."),
        ({"ticks_text": "half way"}, "does not begin with an amount."),
        ({"ticks_text": "\n".join("1234567")}, "Six ticks at most, or nobody can read them on a phone."),
        ({"suggestions_text": "5; x"}, "Write the amount in figures only, as in 1234.50."),
        ({"currency": "XYZ"}, "No currency has this code. Write it as in EUR or USD."),
        ({"zone": "Mars/Olympus"}, "No time zone has this name. Write it as in Europe/Berlin."),
        ({"reset_day": "31"}, "Ensure this value is less than or equal to 28."),
        ({"kind": "dates"}, "A drive between two dates needs both."),
        (
            {"kind": "dates", "starts_on": "2021-06-02", "ends_on": "2021-06-01"},
            "The last day lies before the first.",
        ),
        ({"title": ""}, "This field is required."),
    ],
)
def test_a_drive_with_a_bad_value_is_not_saved_and_keeps_what_was_typed(desk, typed, sentence):
    response = save_drive(desk, purpose="Keep this", **typed)

    shown = text_of(response)
    assert (response.status_code, Drive.objects.count()) == (422, 0)
    assert (sentence in shown, "Keep this" in shown) == (True, True)


def test_a_drive_in_an_ended_currency_is_refused_with_the_name_of_its_successor(client):
    with time_machine.travel("2026-01-02", tick=False):
        client.force_login(make_person("", Role.TREASURER))
        response = save_drive(client, currency="BGN")

    assert (response.status_code, Drive.objects.count()) == (422, 0)
    assert "BGN is no longer paid with. Its successor is EUR." in text_of(response)


def test_what_gifts_were_counted_by_is_fixed_with_the_first(desk):
    drive = make_drive(slug="reporting")
    make_gift(drive)

    save_drive(desk, f"/admin/fundraising/drives/{drive.pk}/", currency="USD", kind="open", reset_day="15")

    drive.refresh_from_db()
    assert (drive.currency, drive.kind, drive.reset_day, drive.title) == ("EUR", "month", 1, "The reporting fund")


def test_what_pledges_were_counted_by_is_fixed_with_the_first(desk):
    drive = make_drive(slug="reporting")
    promise(drive, 25_00)

    save_drive(desk, f"/admin/fundraising/drives/{drive.pk}/", currency="USD", kind="open", reset_day="15")

    drive.refresh_from_db()
    assert (drive.currency, drive.kind, drive.reset_day, drive.title) == ("EUR", "month", 1, "The reporting fund")


def test_before_anything_was_counted_the_currency_may_still_change(desk):
    drive = make_drive(slug="reporting")

    save_drive(desk, f"/admin/fundraising/drives/{drive.pk}/", currency="USD")

    drive.refresh_from_db()
    assert drive.currency == "USD"


def test_the_account_is_set_and_everyone_who_keeps_the_books_is_told(desk):
    owner = make_person("", Role.OWNER)
    make_person("", Role.EDITOR)

    desk.post("/admin/fundraising/bank/", {"holder": "The Alder", "iban": "de89 3704 0044 0532 0130 00", "bic": ""})
    details = BankDetails.load()
    effects.bank_details_changed(owner.pk, details.changed_at.isoformat())

    assert (details.holder, details.iban) == ("The Alder", IBAN)
    told = Letter.objects.filter(kind="bank_details_changed")
    assert (told.count(), owner.email in told.values_list("to", flat=True)) == (2, True)
    assert "DE89 3704 0044 0532 0130 00" in told.first().text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"iban": "DE89370400440532013001"}, "This IBAN cannot be right"),
        ({"iban": "hello"}, "This IBAN cannot be right"),
        ({"iban": ""}, "Write an IBAN, or below how money is sent to you."),
        ({"iban": IBAN, "bic": "XX"}, "This BIC cannot be right."),
        ({"iban": IBAN, "holder": ""}, "This field is required."),
        ({"iban": "", "holder": ""}, "Write an IBAN, or below how money is sent to you."),
    ],
)
def test_an_account_that_cannot_be_right_is_refused(desk, typed, sentence):
    response = desk.post("/admin/fundraising/bank/", {"holder": "Keep this", **typed})

    assert (response.status_code, BankDetails.load()) == (422, None)
    assert sentence in text_of(response)
    assert "onstraint" not in text_of(response)
    assert typed.get("holder", "Keep this") in text_of(response)


@pytest.mark.parametrize(
    ("has_drive", "typed", "sentence"),
    [
        (True, {"iban": IBAN}, "Readers now send their gifts to this account."),
        (True, {"instructions": "Bank of Alder, 12 345"}, "Without an IBAN they get no code to scan."),
        (False, {"iban": IBAN}, "Readers see this account once a drive is open."),
    ],
)
def test_whoever_sets_the_account_is_told_what_readers_see(desk, has_drive, typed, sentence):
    if has_drive:
        make_drive()

    response = desk.post("/admin/fundraising/bank/", {"holder": "The Alder", **typed}, follow=True)

    assert sentence in text_of(response)


EMPTY = {"holder": "", "iban": "", "bic": "", "instructions": ""}


def test_an_account_is_taken_away_by_emptying_it_and_everyone_who_keeps_the_books_is_told(desk, run_jobs):
    owner = make_person("", Role.OWNER, display_name="Olive")
    make_drive()
    make_bank_details()

    response = desk.post("/admin/fundraising/bank/", EMPTY, follow=True)
    run_jobs()

    assert BankDetails.load() is None
    assert "The account is taken away. Readers can no longer give by transfer." in text_of(response)
    told = " ".join(next(letter.body for letter in mail.outbox if letter.to == [owner.email]).split())
    assert "took away the account readers were asked to send their gifts to." in told
    assert "It is now:" not in told


def test_the_browser_lets_the_holder_be_emptied(desk):
    make_bank_details()

    field = re.search(r'<input[^>]*name="holder"[^>]*>', desk.get("/admin/fundraising/bank/").content.decode())[0]

    assert "required" not in field


@pytest.mark.parametrize("left", [{"holder": "The Alder"}, {"iban": IBAN}, {"bic": "COBADEFFXXX"}])
def test_an_account_that_is_emptied_by_half_is_refused_and_stays(desk, left):
    make_bank_details(holder="Before")

    response = desk.post("/admin/fundraising/bank/", EMPTY | left)

    assert (response.status_code, BankDetails.load().holder) == (422, "Before")


def test_an_account_emptied_twice_is_told_once(desk, run_jobs):
    make_bank_details()

    answers = [desk.post("/admin/fundraising/bank/", EMPTY).status_code for _click in range(2)]
    run_jobs()

    assert answers == [302, 422]
    assert Letter.objects.filter(kind="bank_details_changed").count() == 1


def test_a_drives_form_sent_twice_opens_one(desk):
    form = desk.get("/admin/fundraising/drives/new/")
    once = re.search(r'name="once" value="([^"]+)"', form.content.decode())[1]

    for _click in range(2):
        assert save_drive(desk, once=once).status_code == 302

    assert Drive.objects.count() == 1


def test_the_desk_says_when_readers_cannot_give_yet(desk):
    make_drive()

    assert "no bank account is set" in text_of(desk.get("/admin/fundraising/drives/"))
    make_bank_details()
    assert "no bank account is set" not in text_of(desk.get("/admin/fundraising/drives/"))
