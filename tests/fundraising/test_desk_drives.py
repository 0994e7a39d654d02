import re

import pytest
import time_machine

from commonpress.accounts.rules import Role
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from tests.factories.accounts import make_person
from tests.factories.fundraising import make_bank_details, make_drive, make_gift, promise
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
        "counts": "gross",
        "match_percent": "100",
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


def test_a_drive_is_opened_that_counts_net_and_has_a_matching_pool(desk):
    save_drive(desk, counts="net", pool="1,000", match_by="The Lamplighters", match_percent="50")

    drive = Drive.objects.get()
    assert (drive.counts, drive.match_minor, drive.match_by, drive.match_percent) == (
        "net",
        1_000_00,
        "The Lamplighters",
        50,
    )
    assert 'value="1000.00"' in desk.get(f"/admin/fundraising/drives/{drive.pk}/").content.decode()


def test_two_drives_whose_titles_spell_one_address_have_addresses_of_their_own(desk):
    save_drive(desk)
    save_drive(desk, title="The reporting fund!")

    assert sorted(Drive.objects.values_list("slug", flat=True)) == ["the-reporting-fund", "the-reporting-fund-2"]


@pytest.mark.parametrize("title", ["The reporting fund", "the  Reporting FUND "])
def test_a_drive_is_not_opened_under_the_title_of_another(desk, title):
    make_drive(title="The reporting fund")

    response = save_drive(desk, title=title, purpose="Keep this")

    shown = text_of(response)
    assert (response.status_code, Drive.objects.count(), "Keep this" in shown) == (422, 1, True)
    assert "Another drive has this title already, and nobody could tell the two apart." in shown


def test_a_drive_does_not_take_the_title_of_another(desk):
    make_drive(title="The reporting fund")
    lamps = make_drive(title="Lamps", is_current=False)

    response = save_drive(desk, f"/admin/fundraising/drives/{lamps.pk}/")

    lamps.refresh_from_db()
    assert (response.status_code, lamps.title) == (422, "Lamps")


def test_a_drive_that_shares_its_title_already_can_be_changed_in_all_else(desk):
    make_drive(title="the reporting fund")
    twin = make_drive(title="The reporting fund", is_current=False)

    response = save_drive(desk, f"/admin/fundraising/drives/{twin.pk}/", title="The Reporting Fund", goal="70")

    twin.refresh_from_db()
    assert (response.status_code, twin.title, twin.goal) == (302, "The Reporting Fund", Money(70_00, "EUR"))


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
        ({"pool": "lots"}, "Write the amount in figures only, as in 1234.50."),
        ({"match_percent": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"title": ""}, "This field is required."),
    ],
)
def test_a_drive_with_a_bad_value_is_not_saved_and_keeps_what_was_typed(desk, typed, sentence):
    response = save_drive(desk, purpose="Keep this", **typed)

    shown = text_of(response)
    assert (response.status_code, Drive.objects.count()) == (422, 0)
    assert (sentence in shown, "Keep this" in shown) == (True, True)


@pytest.mark.parametrize("code", ["BGN", "DEM"])
def test_a_drive_in_an_ended_currency_is_refused_with_the_name_of_its_successor(client, code):
    with time_machine.travel("2026-01-02", tick=False):
        client.force_login(make_person("", Role.TREASURER))
        response = save_drive(client, currency=code)

    assert (response.status_code, Drive.objects.count()) == (422, 0)
    assert f"{code} is no longer paid with. Its successor is EUR." in text_of(response)


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
