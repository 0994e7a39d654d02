from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template import Context, Template

from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import courses, meters
from commonpress.fundraising.typeset import typeset
from commonpress.newsroom.models.publication import Publication
from tests.factories.fundraising import JUNE, make_drive, make_gift, promise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def shown(drive, now=JUNE, language="en"):
    return typeset(meters.meter(drive, now), language)


def drawn(now=JUNE):
    with time_machine.travel(now, tick=False):
        return Template("{% load fundraising %}{% meter %}").render(Context())


def test_the_meter_stands_where_the_gifts_put_it():
    drive = make_drive(currency="USD", goal_minor=5_000_00, ticks=[[0, ""], [2_500_00, ""], [5_000_00, ""]])
    make_gift(drive, 1_300_00)
    make_gift(drive, 60_00)

    meter = shown(drive)

    assert (meter.amount, meter.goal, meter.percent, meter.period) == ("$1,360", "$5,000", "27.2\xa0%", "June 2021")
    assert meter.received_width == "27.2%"
    assert [(mark.x, mark.label) for mark in meter.marks] == [("0%", "$0"), ("50%", "$2,500"), ("100%", "$5,000")]
    assert meter.spoken == "1,360 of 5,000 dollars raised for June 2021"


def test_above_the_goal_the_bar_is_full_and_the_figure_goes_on():
    drive = make_drive()
    make_gift(drive, 6_000_00)

    meter = shown(drive)

    assert (meter.received_width, meter.percent, meter.amount) == ("100%", "120\xa0%", "€6,000")


def test_a_cent_below_the_goal_is_not_a_hundred_percent():
    drive = make_drive()
    make_gift(drive, 4_999_99)

    assert shown(drive).percent == "99.9\xa0%"


def test_without_a_goal_there_is_a_sum_and_no_bar():
    drive = make_drive(goal_minor=None)
    make_gift(drive, 10_00)

    meter = shown(drive)

    assert (meter.amount, meter.goal, meter.percent, meter.marks) == ("€10", "", "", [])
    assert meter.spoken == "10 euros raised for June 2021"
    assert "<svg" not in drawn()
    assert "€10" in drawn()


def test_a_goal_of_nothing_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_drive(goal_minor=0)


def test_before_the_first_gift_the_meter_is_at_zero():
    make_drive(currency="USD")

    assert "0 of 5,000 dollars raised for June 2021" in drawn()


def test_promised_money_is_the_lighter_part_behind_what_is_received():
    drive = make_drive()
    with time_machine.travel(JUNE, tick=False):
        make_gift(drive, 1_360_00)
        promise(drive, 300_00)

    meter = shown(drive)

    assert (meter.received_width, meter.promised_width, meter.promised) == ("27.2%", "6%", "€300")
    assert meter.spoken == "1,360 of 5,000 euros raised for June 2021, 300 more promised"


def test_at_the_drives_own_midnight_the_meter_is_empty_and_names_the_new_month_with_nobody_visiting():
    drive = make_drive(zone="America/New_York")
    make_gift(drive, 1_360_00, occurred_at=datetime(2021, 6, 10, tzinfo=UTC))

    before = drawn(datetime(2021, 7, 1, 3, 59, 59, tzinfo=UTC))
    after = drawn(datetime(2021, 7, 1, 4, 0, 0, tzinfo=UTC))

    assert ("June 2021" in before, "€1,360" in before) == (True, True)
    assert ("July 2021" in after, "€1,360" in after, "€0" in after) == (True, False, True)
    assert courses.by_months(drive) == [("2021-06", Money(1_360_00, "EUR"))]


def test_a_month_may_begin_on_the_fifteenth_and_says_so():
    drive = make_drive(reset_day=15)
    make_gift(drive, 10_00, occurred_at=datetime(2021, 6, 14, 23, tzinfo=UTC))
    make_gift(drive, 20_00, occurred_at=datetime(2021, 6, 15, 1, tzinfo=UTC))

    assert meters.meter(drive, datetime(2021, 6, 20, tzinfo=UTC)).received == Money(20_00, "EUR")
    assert shown(drive, datetime(2021, 6, 20, tzinfo=UTC)).period == "Jun 15\u2009–\u2009Jul 14, 2021"


@pytest.mark.parametrize("day", [0, 29, 31])
def test_a_reset_day_that_not_every_month_has_is_refused(day):
    drive = make_drive()
    drive.reset_day = day

    with pytest.raises(ValidationError) as refusal:
        drive.full_clean()

    assert list(refusal.value.message_dict) == ["reset_day"]


def test_a_drive_between_dates_counts_everything_given_for_it():
    drive = make_drive(kind="dates", starts_on="2021-06-01", ends_on="2021-08-31")
    make_gift(drive, 10_00, occurred_at=datetime(2021, 6, 1, tzinfo=UTC))
    make_gift(drive, 20_00, occurred_at=datetime(2021, 8, 1, tzinfo=UTC))

    assert meters.meter(drive, datetime(2021, 8, 2, tzinfo=UTC)).received == Money(30_00, "EUR")


def test_an_open_drive_never_begins_anew():
    drive = make_drive(kind="open")
    make_gift(drive, 10_00, occurred_at=datetime(2021, 6, 1, tzinfo=UTC))

    meter = shown(drive, datetime(2027, 8, 2, tzinfo=UTC))

    assert (meter.amount, meter.period, meter.spoken) == ("€10", "", "10 of 5,000 euros raised")


def test_the_meter_is_read_by_one_query_however_many_gifts_there_are(django_assert_num_queries):
    drive = make_drive()
    make_gift(drive)
    with django_assert_num_queries(1):
        one = meters.current_meter(JUNE)
    make_gift(drive)
    make_gift(drive)
    make_gift(drive, occurred_at=datetime(2021, 5, 3, tzinfo=UTC))

    with django_assert_num_queries(1):
        three = meters.current_meter(JUNE)

    assert (one.received, three.received) == (Money(25_00, "EUR"), Money(75_00, "EUR"))


def test_only_the_current_drive_is_on_every_page():
    other = make_drive(is_current=False)
    make_gift(other, 99_00)
    make_drive(title="The roof")

    assert meters.current_meter(JUNE).received == Money(0, "EUR")


def test_a_hidden_drive_is_on_no_page():
    make_drive(is_visible=False)

    assert drawn().strip() == ""


def test_the_meter_is_the_same_in_the_papers_language():
    drive = make_drive()
    make_gift(drive, 1_360_00)

    meter = shown(drive, language="de")

    assert (meter.amount, meter.goal, meter.period, meter.percent) == (
        "1.360\xa0€",
        "5.000\xa0€",
        "Juni 2021",
        "27,2\xa0%",
    )


def test_the_band_has_no_inline_style_and_no_script():
    drive = make_drive(title="<script>alert(1)</script>", kind="open")
    make_gift(drive)

    html = drawn()

    assert "style=" not in html
    assert "<script" not in html


def called(place):
    publication = Publication(name="The Alder", call_before="We have no owner but you.", call_after="")
    source = "{% load fundraising %}{% call_for_support place page %}"
    return Template(source).render(Context({"publication": publication, "place": place, "page": None}))


def test_the_call_for_support_is_in_the_papers_own_words_with_one_button():
    html = called("before")

    assert "We have no owner but you." in html
    assert html.count('href="/give/"') == 1


def test_no_words_no_call():
    assert called("after").strip() == ""


def test_what_is_promised_above_the_goal_is_said_in_figures_since_the_ruler_has_no_room_for_it():
    drive = make_drive()
    make_gift(drive, 5_000_00)
    with time_machine.travel(JUNE, tick=False):
        promise(drive, 30_00)
        meter = shown(drive)

    assert meter.counts.endswith("€30 more is promised.")
