"""Which drives take pledges, at which address and when."""

import re
from datetime import date

import pytest
import time_machine

from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from tests.factories.fundraising import JUNE, make_drive, make_gift, promise
from tests.fundraising.responses import text_of
from tests.fundraising.sending import OURS, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("a_paper_that_asks")]


def test_a_drive_beside_the_current_one_takes_pledges_at_an_address_of_its_own(client):
    other = make_drive(title="Lamps", slug="lamps", is_current=False)

    shown = text_of(client.get("/give/to/lamps/"))
    response = client.post("/give/to/lamps/", {"choice": "1000", "shown_drive": "lamps"}, headers=OURS)

    assert 'action="/give/to/lamps/"' in shown
    assert response.status_code == 302
    assert Pledge.objects.get().drive == other


def test_the_pages_of_giving_lead_to_each_other(client):
    make_drive(title="Lamps", slug="lamps", is_current=False)
    make_drive(title="Hidden", slug="hidden", is_current=False, is_visible=False)

    current, other = text_of(client.get("/give/")), text_of(client.get("/give/to/lamps/"))

    assert 'href="/give/to/lamps/"' in current
    assert "Hidden" not in current + other
    assert '<li> <a href="/give/">' in other
    assert 'href="/give/to/lamps/"' in text_of(client.get("/ledger/lamps/"))
    assert 'href="/give/to/lamps/"' in text_of(client.get("/embed/meter/lamps/"))


def test_the_meter_above_is_that_of_the_drive_one_gives_to(client):
    lamps = make_drive(title="Lamps", slug="lamps", kind="open", is_current=False)
    hidden = make_drive(title="Hidden", slug="hidden", kind="open", is_current=False, is_visible=False)
    ours = ["/give/to/lamps/", promise(lamps, 10_00).get_absolute_url()]

    def heading_at(address):
        return re.search(r'class="meter__month">([^<]+)<', text_of(client.get(address)))[1]

    assert [heading_at(address) for address in ours] == ["Lamps"] * 2
    current = heading_at("/give/")
    assert current not in {"Lamps", "Hidden"}
    assert heading_at(promise(hidden, 10_00).get_absolute_url()) == current


def test_the_current_drive_has_the_short_address(client):
    response = client.get(f"/give/to/{meters.current_drive().slug}/")

    assert (response.status_code, response["Location"]) == (302, "/give/")


@pytest.mark.parametrize("slug", ["hidden", "no-such-drive"])
def test_nothing_is_given_to_a_drive_that_readers_are_not_shown(client, slug):
    make_drive(slug="hidden", is_current=False, is_visible=False)

    assert client.get(f"/give/to/{slug}/").status_code == 404
    assert client.post(f"/give/to/{slug}/", {"choice": "1000"}, headers=OURS).status_code == 404


def test_a_drive_that_has_ended_takes_no_more_pledges_at_its_address(client):
    make_drive(
        slug="lamps",
        is_current=False,
        kind="dates",
        starts_on=date(2021, 5, 1),
        ends_on=date(2021, 5, 31),
        title="Lamps",
    )

    assert "“Lamps” has ended." in text_of(client.get("/give/to/lamps/"))
    assert client.post("/give/to/lamps/", {"choice": "1000"}, headers=OURS).status_code == 409


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2021-05-31T21:59Z", "“The spring fund” begins on June 1, 2021. Please come back then."),
        ("2021-06-30T22:00Z", "“The spring fund” has ended. Readers gave €40. Thank you!"),
    ],
)
def test_outside_its_days_a_dated_drive_takes_no_pledge_and_says_so_with_the_contact(client, moment, sentence):
    drive = a_spring_fund()
    make_gift(drive, 40_00)

    with time_machine.travel(moment, tick=False):
        response = client.get("/give/")
        refused = send(client, amount="5")

    shown = text_of(response)
    assert (sentence in shown, "mailto:desk@alder.example" in shown) == (True, True)
    assert "<form" not in shown.split("<main")[1].split("</main")[0]
    assert (refused.status_code, Pledge.objects.count()) == (409, 0)
    assert meters.current_meter(JUNE).received == Money(40_00, "EUR")


@pytest.mark.parametrize("moment", ["2021-05-31T22:00Z", "2021-06-30T21:59Z"])
def test_from_its_first_to_its_last_day_a_dated_drive_takes_pledges(client, moment):
    a_spring_fund()

    with time_machine.travel(moment, tick=False):
        response = send(client, amount="5")

    assert (response.status_code, Pledge.objects.count()) == (302, 1)


def a_spring_fund():
    meters.current_drive().delete()
    return make_drive(
        title="The spring fund",
        kind="dates",
        starts_on=date(2021, 6, 1),
        ends_on=date(2021, 6, 30),
        zone="Europe/Berlin",
    )
