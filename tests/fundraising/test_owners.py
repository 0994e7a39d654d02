"""Who owns the paper, who gave much, and how much came from people nobody knows."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from html5lib import HTMLParser

from commonpress.accounts.rules import Role
from commonpress.changes.models import Change
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.ownership import state_ownership
from commonpress.fundraising.models.ownership import OwnershipStatement
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import large
from tests.factories.accounts import make_person
from tests.factories.fundraising import (
    JUNE,
    make_bank_details,
    make_drive,
    make_gift,
    make_rate,
    make_supporter,
    release,
)
from tests.factories.newsroom import make_publication
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ADDRESS = "/admin/fundraising/owners/"


@pytest.fixture(autouse=True)
def paper():
    with time_machine.travel(JUNE, tick=False):
        make_publication(zone="America/Chicago")
        yield


def shown(client):
    html = client.get("/ledger/owners/").content.decode()
    HTMLParser(strict=True).parse(html)
    main = html.partition("<main")[2].partition("</main")[0]
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", main))


def state(desk, **typed):
    form = {"legal_name": "Quay Readers’ Society", "large_from_major": "5000", **typed}
    return desk.post(ADDRESS, form)


def named(drive, name, minor, **fields):
    supporter = make_supporter(name=name, public_name=name, email=f"{name.lower()}@example.org")
    make_gift(drive, minor, supporter=supporter, is_anonymous=False, **fields)
    return supporter


def test_what_is_stated_is_shown_with_its_day_and_nothing_empty(desk, client):
    response = state(
        desk,
        contact="1 Bell Street\nQuernmouth",
        owners="Quay Readers’ Society | 75 %\nTown of Quernmouth | 25 %",
        beneficial_owners="Ulla Berent | chair of the society",
        advertising_year="2020",
        state_advertising="0",
        grants="Harbour Foundation | a reporter’s wage | €12,000, 2020",
    )

    words = shown(client)

    assert response.status_code == 302
    assert "Legal name Quay Readers’ Society Contact 1 Bell Street Quernmouth" in words
    assert "Quay Readers’ Society, 75 % Town of Quernmouth, 25 % Beneficial owners Ulla Berent, chair of" in words
    assert (
        "Advertising paid by public bodies, 2020 none Other funding Harbour Foundation, a reporter’s wage: €12,000, 2020"
        in words
    )
    assert "As of June 10, 2021 ." in words
    assert "outside the EU" not in words
    assert Change.objects.filter(key="ownership").exists()


def test_before_anything_is_stated_the_publisher_stands_there(client):
    make_publication(owner_name="Quay Readers’ Society")

    assert "Published by Quay Readers’ Society." in shown(client)


def test_each_statement_stays_and_the_desk_shows_who_changed_what(desk, client):
    state(desk, remarks="Founded in 2019.")
    state(desk, remarks="Founded in 2018.", contact="1 Bell Street")
    state(desk, remarks="Founded in 2018.", contact="1 Bell Street")

    page = text_of(desk.get(ADDRESS))

    assert OwnershipStatement.objects.count() == 2
    assert ("first stated" in page, "contact details, anything else readers should know" in page) == (True, True)
    assert ("Founded in 2018." in shown(client), "Founded in 2019." in shown(client)) == (True, False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"owners": "A | 1 % | more"}, "“A | 1 % | more” is not written as in the example."),
        ({"owners": " | 1 %"}, "is not written as in the example."),
        ({"grants": "\n".join(["A"] * 61)}, "60 lines at most."),
        ({"state_advertising": "12"}, "Write the year these figures are of."),
        ({"state_advertising": "much", "advertising_year": "2020"}, "Write the amount in figures only, as in 1234.50."),
        ({"large_from_major": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"advertising_year": "next"}, "Enter a whole number."),
    ],
)
def test_a_bad_value_gets_a_sentence_and_nothing_is_stated(client, typed, sentence):
    client.force_login(make_person("", Role.OWNER))
    response = state(client, contact="Keep this", **typed)

    assert (response.status_code, OwnershipStatement.objects.count()) == (422, 0)
    assert sentence in text_of(response)
    assert "Keep this" in text_of(response)


def test_only_owners_change_from_which_sum_on_supporters_are_named(desk, client):
    state(desk, large_from_major="1")
    assert OwnershipStatement.latest().large_from_major == 5_000

    client.force_login(make_person("", Role.OWNER))
    state(client, large_from_major="1000")

    assert OwnershipStatement.latest().large_from_major == 1_000


def test_who_gave_more_in_the_year_all_gifts_together_is_named_with_the_sum(client):
    drive = make_drive()
    ada, ben, cy = named(drive, "Ada", 3_000_00), named(drive, "Ben", 5_000_00), named(drive, "Cy", 9_000_00)
    for _ in range(2):
        make_gift(drive, 1_500_00, supporter=ada, is_anonymous=True, occurred_at=JUNE.replace(month=2))
    make_gift(drive, 4_000_00, supporter=ben, is_anonymous=False, occurred_at=datetime(2021, 1, 1, 5, 59, tzinfo=UTC))
    refund_gift(cy.gifts.get(), amount=Money(4_000_00, "EUR"))
    release(ada, ben, cy)

    words = shown(client)

    assert "Large supporters in 2021 Ada €6,000.00 Of" in words
    assert "Large supporters in 2020 Nobody who gave more than €5,000 in the year is named here." in words


def test_gifts_from_one_address_are_one_supporters(client):
    drive = make_drive()
    for name in ("Ada", "ADA"):
        supporter = make_supporter(public_name="Ada", email=f"{name}@Example.org")
        make_gift(drive, 3_000_00, supporter=supporter, is_anonymous=False)
        release(supporter)

    assert "Ada €6,000.00" in shown(client)


def test_a_gift_in_another_currency_counts_at_the_rate_of_its_day_or_by_itself(client):
    drive = make_drive()
    make_rate("USD", "EUR", "0.90", day="2021-06-10")
    ada = named(drive, "Ada", 1_00, amount=Money(6_000_00, "USD"))
    zoe = named(drive, "Zoe", 1_00, amount=Money(6_000_00, "CHF"))
    release(ada, zoe)

    words = shown(client)

    assert ("Ada €5,400.00" in words, "Zoe CHF\xa06,000.00" in words) == (True, True)


def test_a_name_nobody_released_and_one_who_did_not_agree_are_not_named_but_the_treasurer_sees_them(client):
    drive = make_drive()
    named(drive, "Waits", 6_000_00)
    anonymous = make_supporter(name="Rich Uncle", public_name="")
    make_gift(drive, 7_000_00, supporter=anonymous)
    make_gift(drive, 8_000_00)

    rows = large.large_supporters(2021, zone="America/Chicago", from_major=5_000)
    client.force_login(make_person("", Role.TREASURER))
    page = text_of(client.get(ADDRESS))

    assert [(row.name, row.supporter_pk is not None, row.agreed) for row in rows] == [
        ("", False, False),
        ("", True, False),
        ("", True, True),
    ]
    assert ("Waits" in shown(client), "Uncle" in shown(client)) == (False, False)
    assert "Rich Uncle, €7,000: to be asked whether readers may see the name" in page
    assert "Waits, €6,000: the name waits on the wall" in page
    assert "nobody known, €8,000" in page


def test_the_share_of_money_without_a_name_is_shown_from_sums(client):
    drive = make_drive()
    release(named(drive, "Ada", 600_00))
    make_gift(drive, 300_00, supporter=make_supporter(name="Ben", public_name=""))
    make_gift(drive, 100_00)
    refund_gift(make_gift(drive, 50_00), amount=Money(50_00, "EUR"))

    assert (
        "Of €1,000 given in the year, 40\xa0% came from people who are not named to readers."
        " We ourselves do not know who gave 10\xa0%." in shown(client)
    )


def test_without_a_threshold_nobody_is_named(client):
    release(named(make_drive(), "Ada", 60_000_00))
    state_ownership(OwnershipStatement(currency="EUR", large_from_major=0), by=None)

    words = shown(client)

    assert ("Ada" in words, "Nobody who gave" in words, "if they agree" in words) == (False, False, False)


def test_the_giving_page_says_who_is_named(client):
    make_drive()
    make_bank_details()

    assert "Who gives more than €5,000 in a year is named to readers with the sum, if they agree." in text_of(
        client.get("/give/")
    )


def test_the_page_of_owners_takes_the_same_queries_for_one_supporter_and_for_three(client, django_assert_num_queries):
    drive = make_drive()
    release(named(drive, "Ada", 6_000_00))
    client.get("/ledger/owners/")
    with django_assert_num_queries(10):
        client.get("/ledger/owners/")

    release(named(drive, "Ben", 7_000_00), named(drive, "Cy", 8_000_00))

    with django_assert_num_queries(10):
        client.get("/ledger/owners/")
