"""The meter as figures, as a picture and in a frame."""

import re

import pytest
from django.utils import timezone
from html5lib import HTMLParser

from commonpress.fundraising.queries import meters
from tests.factories.fundraising import make_drive, make_gift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_paper_that_asks")]


def test_figures_and_picture_are_for_everybody_and_never_older_than_the_month(client):
    figures = client.get("/meter.json")
    picture = client.get("/meter.svg")

    assert figures.json()["goal_minor"] == 5_000_00
    assert figures.json()["received_minor"] == 0
    assert picture["Content-Type"] == "image/svg+xml"
    assert "sandbox" in picture["Content-Security-Policy"]
    for response in (figures, picture):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cache-Control"] == "public, max-age=15"
        assert response.cookies == {}


def test_the_band_for_other_sites_opens_tabs_of_its_own_and_can_be_pressed_by_nobody(client):
    response = client.get("/embed/meter/")

    html = response.content.decode()
    HTMLParser(strict=True).parse(html)
    assert 'class="meter__scale"' in html
    assert '<base target="_blank">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert re.findall(r"<(form|button|input|site-me)", html) == []
    assert re.findall(r"<script.*?src=\"(.*?)\"", html, re.DOTALL) == ["/static/theme/embed/tell-height.js"]
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert response.cookies == {}


def test_a_drive_that_is_not_the_current_one_is_shown_by_its_slug(client):
    other = make_drive(title="Lamps", slug="lamps", is_current=False, goal_minor=100_00)
    make_gift(other, 30_00, occurred_at=timezone.now())

    assert client.get("/meter/lamps.json").json()["received_minor"] == 30_00
    assert "30%" in client.get("/meter/lamps.svg").content.decode()
    assert "€30" in client.get("/embed/meter/lamps/").content.decode()


@pytest.mark.parametrize("address", ["/meter/{}.json", "/meter/{}.svg", "/embed/meter/{}/"])
def test_a_drive_that_readers_are_not_shown_has_no_meter(client, address):
    make_drive(slug="hidden", is_current=False, is_visible=False)

    assert client.get(address.format("hidden")).status_code == 404
    assert client.get(address.format("no-such-drive")).status_code == 404


def test_a_frame_without_a_drive_says_so(client):
    meters.current_drive().delete()

    assert "There is no drive at the moment." in client.get("/embed/meter/").content.decode()


def test_without_a_drive_there_are_no_figures(client):
    meters.current_drive().delete()

    assert client.get("/meter.json").status_code == 404
    assert client.get("/meter.svg").status_code == 404
    assert client.get("/ledger/").status_code == 200
