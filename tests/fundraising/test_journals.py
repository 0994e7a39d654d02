import csv
import io
import re
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from beancount import loader
from beancount.core.data import Open, Transaction

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.refunds import fail_refund
from commonpress.fundraising.journals import COLUMNS, account_name, beancount_lines, text_cell
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import journal
from commonpress.newsroom.models.publication import Publication
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_rate, make_supporter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

JULY = datetime(2021, 7, 20, tzinfo=UTC)
BOOK = [
    ("Assets:Bank", "EUR", Decimal("57.00")),
    ("Assets:Bank", "JPY", Decimal(500)),
    ("Assets:Cash", "EUR", Decimal("12.34")),
    ("Assets:Elsewhere", "EUR", Decimal("9.40")),
    ("Expenses:Fees", "EUR", Decimal("0.60")),
    ("Income:FeeCover", "EUR", Decimal("-0.50")),
    ("Income:Gifts", "EUR", Decimal("-81.84")),
    ("Income:Gifts", "JPY", Decimal(-500)),
    ("Income:Refunds", "EUR", Decimal("3.00")),
]


def a_book():
    """Write a book with all that can be in one: a refund, one that failed, a mistake, fees, another currency."""
    drive = make_drive(slug="the-roof")
    gift = make_gift(drive, 60_00, supporter=make_supporter(), note="=2+2", message="Ada says hello")
    make_gift(drive, 12_34, source=Gift.Source.CASH)
    make_gift(drive, 10_00, source=Gift.Source.ELSEWHERE, fee=Money(60, "EUR"), cover=Money(50, "EUR"))
    make_gift(drive, amount=Money(500, "JPY"))
    refund_gift(make_gift(drive, 51_00), amount=Money(51_00, "EUR"), reason=Refund.Reason.MISTAKE, refunded_at=JUNE)
    fail_refund(refund_gift(gift, amount=Money(5_00, "EUR"), refunded_at=JUNE), failed_at=JUNE)
    refund_gift(gift, amount=Money(3_00, "EUR"), refunded_at=JULY, note="Ada wrote")
    return drive


@pytest.fixture
def exported(client):
    with time_machine.travel(JULY, tick=False):
        client.force_login(make_person("", Role.TREASURER))

        def export(name):
            response = client.get(f"/admin/fundraising/exports/{name}")
            assert response.streaming
            assert response["Content-Disposition"] == f'attachment; filename="book-{name}"'
            return b"".join(response.streaming_content).decode()

        yield export


def sums(postings):
    found = Counter()
    for account, currency, amount in postings:
        found[account, currency] += amount
    return sorted((account, currency, amount) for (account, currency), amount in found.items() if amount)


def test_beancount_accepts_the_journal_and_comes_to_the_same_sums(exported):
    a_book()

    entries, errors, _options = loader.load_string(exported("all.beancount"))

    booked = [entry for entry in entries if isinstance(entry, Transaction)]
    assert errors == []
    assert len(booked) == 9
    assert sums((p.account, p.units.currency, p.units.number) for entry in booked for p in entry.postings) == BOOK
    assert {entry.meta["source_key"].split(":")[0] for entry in booked} == {"gift", "refund"}


def test_the_journals_lead_to_the_meter(exported):
    drive = make_drive(slug="the-roof", match_minor=50_00)
    make_rate("JPY", "EUR", "0.0075", day="2021-06-10")
    make_gift(drive, amount=Money(1_000, "JPY"))
    make_gift(drive, 12_34)

    entries, _errors, _options = loader.load_string(exported("all.beancount"))
    rows = list(csv.DictReader(io.StringIO(exported("all.csv"))))

    meta = [entry.meta for entry in entries if isinstance(entry, Transaction)]
    assert [(each["counted"], each["matched"], each.get("rate")) for each in meta] == [
        ("7.50 EUR", "7.50 EUR", "0.0075"),
        ("12.34 EUR", "12.34 EUR", None),
    ]
    assert sum(Decimal(row["counted"]) for row in rows if row["counted"]) == Decimal("19.84")


def test_beancount_accepts_a_book_of_nothing_and_a_paper_with_quotes_in_its_name(exported):
    Publication.objects.update(name='The "Alder" \\ Bridge; Paper')

    entries, errors, options = loader.load_string(exported("all.beancount"))

    assert errors == []
    assert {type(entry) for entry in entries} == {Open}
    title = next(beancount_lines([], accounts=[], title='The "Alder" \\ Bridge'))
    assert title == 'option "title" "The \\"Alder\\" \\\\ Bridge"\n\n'
    assert options["title"]


# What of hledger's journal we write: comments, accounts, and bookings with their tags and postings.
HLEDGER = re.compile(
    r"; [^\n]+\n\n"
    r"(?:account [A-Z][A-Za-z]*(?::[A-Z][A-Za-z]*)+\n)+"
    r"(?:\n\d{4}-\d{2}-\d{2} \* [^\n;|]+\n"
    r"(?:    ; [a-z_]+:[^\n,]+\n)+"
    r"(?:    [A-Z][A-Za-z]*(?::[A-Z][A-Za-z]*)+  -?\d+(?:\.\d+)? [A-Z]{3}\n){2,})*"
)
POSTING = re.compile(r"^    ([A-Z][A-Za-z:]+)  (-?[\d.]+) ([A-Z]{3})$", re.MULTILINE)


def test_the_hledger_journal_follows_its_grammar_and_comes_to_the_same_sums(exported):
    a_book()

    text = exported("all.journal")

    assert HLEDGER.fullmatch(text)
    assert sums((account, currency, Decimal(amount)) for account, amount, currency in POSTING.findall(text)) == BOOK


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed: apt-get install hledger")
def test_hledger_itself_accepts_the_journal(exported, tmp_path):
    a_book()
    file = tmp_path / "book.journal"
    file.write_text(exported("all.journal"))

    subprocess.run(["hledger", "-f", str(file), "check", "--strict"], check=True, capture_output=True)


def test_the_table_has_a_line_for_each_leg_and_the_same_sums(exported):
    a_book()

    rows = list(csv.DictReader(io.StringIO(exported("all.csv"))))

    assert tuple(rows[0]) == COLUMNS
    assert sums((row["account"], row["currency"], Decimal(row["amount"])) for row in rows) == BOOK
    assert {row["drive"] for row in rows} == {"the-roof"}


@pytest.mark.parametrize("kind", ["csv", "beancount", "journal"])
def test_no_supporter_and_no_note_is_in_an_export(exported, kind):
    a_book()

    text = exported(f"all.{kind}")

    assert "gift:" in text
    assert not re.search("Ada|Fenwick|=2|hello", text)


def test_a_july_refund_of_a_june_gift_is_exported_in_july(exported):
    a_book()

    june, july, year = (exported(f"{span}.csv").count("\r\n") for span in ("2021-06", "2021-07", "2021"))

    assert (june, july, year) == (1 + 2 * 8 + 2, 1 + 2, 1 + 2 * 9 + 2)
    assert "2021-07-20" in exported("2021-07.csv")
    assert exported("2020.csv").count("\r\n") == 1


def test_a_month_is_the_papers_own_by_its_zone(exported):
    Publication.objects.create(zone="Pacific/Kiritimati")
    make_gift(make_drive(), occurred_at=datetime(2021, 5, 31, 10, tzinfo=UTC))

    assert "2021-06-01" in exported("2021-06.csv")


@pytest.mark.parametrize("name", ["2021-13.csv", "21.csv", "all.exe", "all", "2021-06.csv/"])
def test_what_is_no_export_is_not_there(client, name):
    client.force_login(make_person("", Role.TREASURER))

    assert client.get(f"/admin/fundraising/exports/{name}", follow=True).status_code == 404


def test_text_that_a_spreadsheet_would_reckon_with_is_only_text():
    cells = ["=1+1", "+1", "-x", "@x", "\t=1", "\r=1", "the-roof", ""]

    assert [text_cell(cell) for cell in cells] == ["'=1+1", "'+1", "'-x", "'@x", "'\t=1", "'\r=1", "the-roof", ""]


def test_every_account_has_a_name_in_the_journals():
    assert account_name("asset:provider:stripe") == "Assets:Provider:Stripe"
    assert len({account_name(account) for account in journal.ACCOUNTS}) == len(journal.ACCOUNTS)


def test_an_export_takes_the_same_queries_for_one_booking_and_for_three(django_assert_num_queries):
    drive = make_drive()
    make_gift(drive)
    with django_assert_num_queries(2):
        assert len(list(journal.bookings("UTC"))) == 1
    make_gift(drive)
    make_gift(drive)

    with django_assert_num_queries(2):
        assert len(list(journal.bookings("UTC"))) == 3
