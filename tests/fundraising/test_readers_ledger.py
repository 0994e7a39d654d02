"""The pages on which readers see what came in and what it was spent on."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from html5lib import HTMLParser

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.drives import free_slug
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.months import close_month
from commonpress.fundraising.actions.refunds import fail_refund
from commonpress.fundraising.actions.spending import Wording, correct_spending
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries.book_months import book_month
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter, promise, spend
from tests.factories.newsroom import make_publication

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MAY, JULY = JUNE.replace(month=5), datetime(2021, 7, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def paper():
    """A paper on a day in June 2021."""
    cache.clear()
    with time_machine.travel(JUNE, tick=False):
        make_publication()
        yield


def shown(client, path="/ledger/", status=200):
    response = client.get(path)
    assert response.status_code == status, path
    words = re.sub(
        r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>|<footer class=.foot.*", "", response.content.decode())
    )
    return re.sub(r"[ \n]+", " ", words)


def account(client, path="/ledger/"):
    """Return the rows of the tables on a page, as lists of words."""
    html = client.get(path).content.decode()
    rows = re.findall(r"(?s)<tr[^>]*>(.*?)</tr>", html)
    cells = [re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    return [[re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in row] for row in cells]


def test_the_present_month_says_what_came_by_which_way_and_adds_up_to_the_meter(client):
    drive = make_drive(currency="USD", purpose="Three part-time wages.")
    for minor, source in (
        (900_00, "bank"),
        (300_00, "bank"),
        (60_00, "cash"),
        (100_00, "elsewhere"),
        (40_00, "cheque"),
    ):
        make_gift(drive, minor, source=Gift.Source(source))
    refund_gift(Gift.objects.get(amount_minor=40_00), amount=Money(40_00, "USD"))
    promise(drive, 300_00)

    words = shown(client)

    assert "June 2021 Three part-time wages. Raised $1,360 of $5,000, 27.2\xa0% Promised $300" in words
    assert account(client)[1:7] == [
        ["By bank transfer", "2", "$1,200.00"],
        ["Through other sites", "1", "$100.00"],
        ["In cash", "1", "$60.00"],
        ["By cheque", "0", "$40.00"],
        ["Given back", "", "−$40.00"],
        ["Raised", "4", "$1,360.00"],
    ]
    HTMLParser(strict=True).parse(client.get("/ledger/").content.decode())


def test_what_was_entered_by_mistake_never_came_and_is_in_no_line(client):
    drive = make_drive()
    make_gift(drive, 25_00)
    refund_gift(make_gift(drive, 999_00), amount=Money(999_00, "EUR"), reason=Refund.Reason.MISTAKE)

    assert account(client)[1:3] == [["By bank transfer", "1", "€25.00"], ["Raised", "1", "€25.00"]]
    assert "999" not in shown(client)


def test_a_matching_pool_and_gifts_that_could_not_be_converted_are_said_apart(client):
    drive = make_drive(match_minor=1_000_00, match_by="The Chandlers")
    make_gift(drive, 200_00)
    make_gift(drive, amount=Money(70_00, "CHF"))

    words = shown(client)

    assert account(client)[1:4] == [
        ["By bank transfer", "1", "€200.00"],
        ["Added by The Chandlers", "", "€200.00"],
        ["Raised", "1", "€400.00"],
    ]
    assert "Of it matched €200" in words
    assert "Beside it 1 gift of CHF\xa070, for which no rate of exchange was known." in words


def test_a_refund_after_the_end_of_a_month_restates_it_and_says_so(client):
    drive = make_drive()
    gift, other = make_gift(drive, 25_00), make_gift(drive, 60_00)
    with time_machine.travel(JULY, tick=False):
        refund_gift(gift, amount=Money(15_00, "EUR"), refunded_at=JULY)
        refund_gift(other, amount=Money(20_00, "EUR"), refunded_at=JULY)
        make_gift(drive, 40_00, occurred_at=JULY)

        june, july = shown(client, "/ledger/2021-06/"), shown(client, "/ledger/2021-07/")

    assert "Restated on July 3, 2021: 2 refunds of gifts in June 2021, €35 together." in june
    assert ("Raised €50" in june, "Raised €40" in july, "Restated" in july) == (True, True, False)


def test_a_gift_entered_after_the_month_was_closed_restates_it_and_says_so(client):
    drive = make_drive()
    make_gift(drive, 25_00)
    with time_machine.travel(JULY, tick=False):
        make_gift(drive, 10_00, occurred_at=JUNE)
        close_month(book_month("2021-06", "UTC"), by=make_person("", Role.TREASURER))
    with time_machine.travel(JULY + timedelta(days=2), tick=False):
        make_gift(drive, 3_21, occurred_at=JUNE)
        june = shown(client, "/ledger/2021-06/")

    assert "Restated on July 5, 2021: a gift of €3.21 in June 2021 was entered after the month was closed." in june
    assert june.count("Restated on") == 1


def test_a_refund_of_the_same_month_restates_nothing(client):
    refund_gift(make_gift(make_drive(), 25_00), amount=Money(15_00, "EUR"), refunded_at=JUNE)

    assert "Restated" not in shown(client)


def test_a_refund_that_did_not_arrive_gave_nothing_back(client):
    drive = make_drive()
    fail_refund(refund_gift(make_gift(drive, 10_00), amount=Money(10_00, "EUR")))
    refund_gift(make_gift(drive, 5_00), amount=Money(2_00, "EUR"))

    assert account(client)[1:4] == [
        ["By bank transfer", "2", "€15.00"],
        ["Given back", "", "−€2.00"],
        ["Raised", "2", "€13.00"],
    ]


def test_a_refund_that_did_not_arrive_after_the_end_of_a_month_is_named(client):
    drive = make_drive()
    early = refund_gift(make_gift(drive, 10_00), amount=Money(10_00, "EUR"), refunded_at=JUNE)
    with time_machine.travel(JULY, tick=False):
        late = refund_gift(make_gift(drive, 10_00), amount=Money(4_00, "EUR"), refunded_at=JULY)
        fail_refund(late, failed_at=JULY + timedelta(days=2))
        once = shown(client, "/ledger/2021-06/")
        fail_refund(early, failed_at=JULY + timedelta(days=2))
        twice = shown(client, "/ledger/2021-06/")

    assert "Restated on July 3, 2021: a refund of €4 given in June 2021." in once
    assert "Restated on July 5, 2021: a refund of €4 given in June 2021 did not arrive, and counts again." in once
    assert "Restated on July 5, 2021: 2 refunds of gifts in June 2021, €14 together, did not arrive" in twice
    assert ("Raised €10" in once, "Raised €20" in twice, "Given back" in twice) == (True, True, False)


def test_one_late_refund_is_said_in_the_singular_and_by_the_drives_own_calendar(client):
    drive = make_drive(zone="America/New_York")
    gift = make_gift(drive, 25_00)
    still_june, july_there = datetime(2021, 7, 1, 3, 59, tzinfo=UTC), datetime(2021, 7, 1, 4, 1, tzinfo=UTC)
    with time_machine.travel(JULY, tick=False):
        refund_gift(gift, amount=Money(10_00, "EUR"), refunded_at=still_june)
        assert "Restated" not in shown(client, "/ledger/2021-06/")

        refund_gift(gift, amount=Money(5_00, "EUR"), refunded_at=july_there)

        assert "Restated on July 1, 2021: a refund of €5 given in June 2021." in shown(client, "/ledger/2021-06/")


def test_every_month_since_the_first_is_listed_with_those_in_which_nothing_came(client):
    drive = make_drive()
    make_gift(drive, 100_00, occurred_at=JUNE.replace(month=3))
    make_gift(drive, 5_100_00, occurred_at=MAY)
    spend(drive, 4_900_00, month="2021-05")
    spend(None, 20_00, month="2021-05")

    rows = [row for row in account(client) if len(row) == 5]

    assert rows == [
        ["Month", "Raised", "Of the goal", "Gifts", "Spent"],
        ["June 2021", "€0.00", "0\xa0%", "0", ""],
        ["May 2021", "€5,100.00", "102\xa0%", "1", "€4,920.00"],
        ["April 2021", "€0.00", "0\xa0%", "0", ""],
        ["March 2021", "€100.00", "2\xa0%", "1", ""],
    ]
    assert 'href="/ledger/2021-04/"' in client.get("/ledger/").content.decode()


def test_the_months_are_drawn_as_bars_with_the_table_beside_them(client):
    drive = make_drive(goal_minor=1_000_00)
    for month, minor in ((4, 1_000_00), (5, 500_00), (6, 250_00)):
        make_gift(drive, minor, occurred_at=JUNE.replace(month=month))

    html = client.get("/ledger/").content.decode()

    bars = re.findall(r'(?s)<rect class="chart__bar".*?height="(\d+)"', html)
    assert bars == ["108", "54", "27"]
    assert re.findall(r'(?s)chart__letter".*?>(\w+)<', html) == ["A", "2021", "M", "J"]
    assert ('role="img"' in html, "style=" in html) == (True, False)


def test_two_months_are_no_drawing(client):
    drive = make_drive()
    make_gift(drive, occurred_at=MAY)
    make_gift(drive)

    assert "chart__bar" not in client.get("/ledger/").content.decode()


def test_spending_stands_by_categories_with_notes_and_says_what_was_corrected(client):
    drive = make_drive()
    wages = spend(drive, 1_200_00, category="Wages", note="Nell and Tobiah")
    spend(drive, 300_00, category="Wages", note="Ottilie")
    spend(drive, 80_00, category="Printing")
    correct_spending(
        wages,
        Wording(Money(1_100_00, "EUR"), "Wages", "Nell and Tobiah"),
        reason="Less tax.",
        by=None,
        once="a-first-form",
    )

    words = shown(client)

    assert (
        "What it was spent on Wages €1,400.00 Nell and Tobiah Corrected on June 10, 2021: €1,200 stood here before."
        " Less tax. €1,100.00 Ottilie €300.00 Printing €80.00 Spent €1,480.00" in words
    )


def test_withdrawn_spending_is_seen_to_have_stood_there(client):
    spending = spend(make_drive(), 80_00, category="Boats", note="A boat")
    correct_spending(spending, Wording(Money(0, "EUR"), "Boats", "A boat"), reason="We have no boat.", by=None)

    html = client.get("/ledger/").content.decode()

    assert "Withdrawn on June 10, 2021: €80 stood here. We have no boat." in shown(client)
    assert re.search(r"<s>A boat</s>", html)


def test_what_the_whole_paper_spent_stands_beside_drives_by_calendar_months_alone(client):
    make_drive(slug="the-tin")
    make_drive(slug="mid-month", reset_day=15, is_current=False)
    spend(None, 640_00, category="Rent")

    assert "What the paper spent in June 2021 Rent €640.00 Spent €640.00" in shown(client)
    assert "Rent" not in shown(client, "/ledger/mid-month/")


def test_each_drive_has_its_own_address_and_the_one_on_every_page_the_short_one(client):
    tin = make_drive(slug="the-tin", title="The tin")
    roof = make_drive(slug="the-roof", title="The roof", kind="open", is_current=False, goal_minor=None)
    make_gift(tin, 10_00)
    make_gift(roof, 77_00)

    assert "Raised €10" in shown(client, "/ledger/")
    assert "Raised €10" in shown(client, "/ledger/the-tin/2021-06/")
    assert "Raised €77" in shown(client, "/ledger/the-roof/")
    html = client.get("/ledger/").content.decode()
    assert 'href="http://testserver/ledger/the-tin/"' in html or "/ledger/the-tin/" in html
    assert 'href="/ledger/the-roof/"' in html


@pytest.mark.parametrize(
    "path",
    [
        "/ledger/2021-07/",
        "/ledger/2021-05/",
        "/ledger/2021-13/",
        "/ledger/2021-00/",
        "/ledger/1-1/",
        "/ledger/all/",
        "/ledger/nothing/",
        "/ledger/hidden/",
        "/ledger/hidden/2021-06/",
        "/ledger/hidden/2021-06.csv",
        "/ledger/the-roof/2021-06/",
        "/ledger/the-roof/all/",
        "/ledger/2021-07.csv",
        "/ledger/all.csv",
        "/ledger/2021-06.csv?part=2",
        "/ledger/2021-06.csv?part=0",
        "/ledger/2021-06.csv?part=x",
        "/ledger/2021-06.csv?part=99999999999999999999",
        "/ledger/book.csv?part=²",
    ],
)
def test_a_month_that_was_not_or_a_drive_that_is_hidden_is_not_found(client, path):
    make_gift(make_drive())
    make_gift(make_drive(slug="hidden", is_visible=False, is_current=False))
    make_gift(make_drive(slug="the-roof", kind="open", is_current=False))

    assert client.get(path).status_code == 404
    assert client.post(path.partition("?")[0]).status_code in {404, 405}


def test_no_name_no_address_no_message_and_no_note_of_a_giver_is_on_any_page_of_the_book(client):
    drive = make_drive()
    giver = make_supporter(name="Canary Name", public_name="Canary Public", email="canary@example.org")
    gift = make_gift(drive, supporter=giver, is_anonymous=False, message="Canary message", note="Canary note")
    refund_gift(gift, amount=Money(1_00, "EUR"), note="Canary refund")

    for path in ("/ledger/", "/ledger/2021-06/", "/ledger/check/"):
        assert "anary" not in client.get(path).content.decode()
    for path in ("/ledger/2021-06.csv", "/ledger/book.csv"):
        assert b"anary" not in b"".join(client.get(path).streaming_content)


def test_without_a_drive_the_ledger_says_so_and_leads_to_the_others(client):
    make_drive(slug="the-roof", title="The roof", kind="open", is_current=False)

    words = shown(client)

    assert ("There is no drive at the moment." in words, "Other drives: The roof" in words) == (True, True)


def test_the_old_page_of_the_meter_leads_to_the_ledger(client):
    response = client.get("/meter/")

    assert (response.status_code, response["Location"]) == (301, "/ledger/")


def test_a_page_takes_the_same_queries_for_one_gift_and_for_many(client, django_assert_num_queries):
    drive = make_drive()
    make_gift(drive)
    spend(drive)
    client.get("/ledger/")
    client.get("/ledger/2021-06/")
    with django_assert_num_queries(15):
        client.get("/ledger/")
    with django_assert_num_queries(12):
        client.get("/ledger/2021-06/")

    for day in range(1, 9):
        gift = make_gift(drive, 10_00 + day, occurred_at=JUNE.replace(day=day, month=1 + day % 5))
        refund_gift(gift, amount=Money(1_00, "EUR"))
        spend(drive, 50_00 + day, category=f"Category {day}", month=f"2021-0{1 + day % 5}")
        spend(drive, 60_00 + day, category=f"Category {day}")

    with django_assert_num_queries(15):
        client.get("/ledger/")
    with django_assert_num_queries(12):
        client.get("/ledger/2021-06/")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Check", "drive-check"),
        ("2026-11", "drive-2026-11"),
        ("All", "drive-all"),
        ("Owners!", "drive-owners"),
        ("The tin", "the-tin"),
    ],
)
def test_a_drives_address_is_that_of_no_other_page_of_the_ledger(title, slug):
    assert free_slug(title) == slug


def test_the_ledger_is_written_as_the_paper_writes(client):
    make_publication(language="de")
    drive = make_drive(is_current=False)
    Drive.objects.update(is_current=False)
    drive.is_current = True
    drive.save()
    make_gift(drive, 1_360_00)

    words = shown(client)

    assert ("Juni 2021" in words, "1.360\xa0€" in words, "27,2\xa0%" in words) == (True, True, True)
