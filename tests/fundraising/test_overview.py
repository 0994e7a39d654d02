import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.refund_requests import take_back
from commonpress.fundraising.models.audit import Audit
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter, promise, release
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OVERVIEW = "/admin/fundraising/"


def words_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_each_open_drive_stands_there_against_its_goal_and_those_that_are_over_do_not(desk):
    make_gift(make_drive(title="June", goal_minor=5_000_00), 1_360_00)
    make_drive(title="The roof", kind="open", is_current=False)
    over = timezone.localdate() - timedelta(days=1)
    make_drive(title="The old bells", kind="dates", starts_on=over, ends_on=over, is_current=False)

    shown = words_of(desk.get(OVERVIEW))

    assert ("€1,360" in shown, "27.2 % of €5,000" in shown.replace("\xa0", " ")) == (True, True)
    assert ("The roof" in shown, "The old bells" in shown) == (True, False)


def test_what_waits_is_counted_and_leads_to_where_it_is_done(desk):
    drive = make_drive()
    with time_machine.travel(JUNE - timedelta(days=14), tick=False):
        promise(drive)
    promise(drive)
    gift = make_gift(drive, 900_00)
    refund_gift(gift, amount=Money(5_00, "EUR"), is_paid_out=False)
    take_back(gift, amount=Money(600_00, "EUR"), by=make_person("", Role.OWNER))
    take_back(gift, amount=Money(601_00, "EUR"), by=make_person("", Role.OWNER))
    Audit.objects.create(made_at=JUNE, entries=3, findings=["The meter is wrong."])

    response = desk.get(OVERVIEW)

    shown = words_of(response)
    assert "1 finding of the nightly audit: the books are wrong" in shown
    assert "2 refunds for you to decide about" in shown
    assert "1 refund to be paid out" in shown
    assert "1 pledge open for more than two weeks" in shown
    assert '/admin/fundraising/refunds/asked/?state=asked"' in text_of(response)
    assert "The meter is wrong." in words_of(desk.get("/admin/fundraising/audit/"))


def test_what_one_asked_others_for_does_not_wait_for_oneself(client):
    ann = make_person("ann@paper.example", Role.TREASURER)
    make_person("ben@paper.example", Role.TREASURER)
    take_back(make_gift(make_drive(), 900_00), amount=Money(600_00, "EUR"), by=ann)
    client.force_login(ann)

    assert "for you to decide" not in words_of(client.get(OVERVIEW))


def test_the_charts_say_in_words_and_tables_what_they_draw(desk):
    drive = make_drive()
    for month, amount in ((4, 30_00), (5, 40_00)):
        make_gift(drive, amount, occurred_at=JUNE.replace(month=month))
    make_gift(drive, 75_00, occurred_at=JUNE.replace(day=3))
    make_gift(drive, 25_00, source=Gift.Source.CASH)
    promise(drive, 12_00)

    response = desk.get(OVERVIEW)

    shown = words_of(response)
    assert "June 3, 2021 €75.00" in shown
    assert "June 10, 2021 €100.00" in shown
    assert "From June 1, 2021 to June 10, 2021: €100. The goal is €5,000. €12 more is promised." in text_of(response)
    assert "3 months. Most came in June 2021: €100." in shown
    assert ("bank transfer €75.00 75" in shown, "cash €25.00 25" in shown) == (True, True)
    # The drive's own bar; every other drawing has its figures beside it.
    assert response.content.decode().count('role="img"') == 1


def test_each_month_has_its_sum_beside_its_bar_and_those_before_a_year_wait_behind_a_word(desk):
    drive = make_drive()
    for month in range(1, 7):
        make_gift(drive, month * 10_00, occurred_at=JUNE.replace(month=month))

    few = words_of(desk.get(OVERVIEW))
    for month in range(4, 13):
        make_gift(drive, month * 10_00, occurred_at=JUNE.replace(year=2020, month=month))
    many = words_of(desk.get(OVERVIEW))

    assert "Month Received June 2021 €60.00 May 2021 €50.00 April 2021 €40.00 March 2021 €30.00" in few
    assert "Earlier months" not in few
    assert "July 2020 €70.00 Earlier months Month Received June 2020 €60.00 May 2020 €50.00" in many


def test_names_that_nobody_has_read_wait_for_whoever_keeps_the_books(desk):
    drive = make_drive()
    assert "supporters’ wall that nobody has read" not in words_of(desk.get(OVERVIEW))

    ada, zoe = (make_supporter(name=name, public_name=name) for name in ("Ada", "Zoe"))
    make_gift(drive, supporter=ada, message="Keep going!", is_anonymous=False)
    make_gift(drive, supporter=zoe, is_anonymous=False)
    make_gift(drive, supporter=make_supporter(name="Not to be named"))
    before = desk.get(OVERVIEW)
    release(ada)
    after = desk.get(OVERVIEW)

    assert "3 names and messages for the supporters’ wall that nobody has read yet" in words_of(before)
    assert 'href="/admin/fundraising/wall/"><span class="treasurer__count">3' in text_of(before)
    assert "1 name or message for the supporters’ wall" in words_of(after)


def test_a_chart_of_another_drive_is_a_link_away(desk):
    make_gift(make_drive(title="June"), 75_00)
    roof = make_drive(title="The roof", kind="open", is_current=False)
    make_gift(roof, 31_00)

    response = desk.get(f"{OVERVIEW}?drive={roof.pk}")

    assert "June 10, 2021 €31.00" in words_of(response)
    assert desk.get(f"{OVERVIEW}?drive=nonsense").status_code == 200


def test_it_stands_before_anything_is_there(desk):
    shown = words_of(desk.get(OVERVIEW))

    assert ("No drive is open." in shown, "Nothing is in the book yet." in shown) == (True, True)
    assert "That has not been done yet." in words_of(desk.get("/admin/fundraising/audit/"))


def test_nothing_in_it_is_styled_or_scripted_in_the_page(desk):
    make_gift(make_drive())
    page = desk.get(OVERVIEW).content.decode()
    figures = page[page.index('class="treasurer"') :]
    figures = figures[: figures.index("</main>")]

    assert not re.findall(r"<script|<style|\sstyle=|\son\w+=", figures)
