"""The files from which anybody recomputes the bar, and the program that does it, as the page shows it."""

import csv
import html
import io
import re
import subprocess
import sys

import pytest
import time_machine
from django.core.cache import cache

from commonpress.changes.models import Change
from commonpress.fundraising.actions.books import seal_books
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.ledger import reading
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.fundraising.public_book import COLUMNS
from commonpress.fundraising.queries import seals
from tests.factories.fundraising import JUNE, make_drive, make_gift
from tests.factories.newsroom import make_publication

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def paper():
    cache.clear()
    with time_machine.travel(JUNE, tick=False):
        make_publication()
        yield


def fetched(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return b"".join(response.streaming_content).decode()


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def fill(drive):
    make_gift(drive, 1_300_00)
    make_gift(drive, amount=Money(70_00, "CHF"))
    make_gift(drive, 40_00, occurred_at=JUNE.replace(month=5))
    gift = make_gift(drive, 100_50, source=Gift.Source.CASH)
    refund_gift(gift, amount=Money(40_50, "EUR"))
    seal_books(JUNE)


def checked(client, tmp_path, text):
    """Run the program as it stands on the page with a file, and return what it printed, or why it stopped."""
    page = client.get("/ledger/check/").content.decode()
    program = html.unescape(re.search(r"(?s)<pre[^>]*><code>(.*?)</code></pre>", page)[1])
    (tmp_path / "check.py").write_text(program)
    (tmp_path / "book.csv").write_text(text)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "check.py", "book.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return (done.stdout + done.stderr).splitlines()


def test_the_file_of_a_month_has_a_line_a_booking_and_adds_up_to_the_meter(client):
    drive = make_drive(slug="the-tin", match_minor=500_00)
    fill(drive)

    response = client.get("/ledger/2021-06.csv")
    text = b"".join(response.streaming_content).decode()

    rows = rows_of(text)
    assert text.splitlines()[0] == ",".join(["position", *COLUMNS, "before", "hash"])
    assert [(row["kind"], row["amount"], row["currency"], row["counted"]) for row in rows] == [
        ("gift", "1300.00", "EUR", "1300.00"),
        ("gift", "70.00", "CHF", "70.00"),
        ("gift", "100.50", "EUR", "100.50"),
        ("refund", "-40.50", "EUR", "-40.50"),
    ]
    assert {row["period"] for row in rows} == {"2021-06"}
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="the-tin-2021-06.csv"',
    )
    assert response["X-Robots-Tag"] == "noindex"


def test_the_program_on_the_page_recomputes_the_bar_and_finds_the_chain_whole(client, tmp_path):
    drive = make_drive(slug="the-tin", match_minor=500_00)
    fill(drive)
    shown = client.get("/meter.json").json()

    printed = checked(client, tmp_path, fetched(client, "/ledger/2021-06.csv"))

    raised = (shown["received_minor"] + shown["matched_minor"]) / 100
    assert printed[:2] == [f"the-tin 2021-06 {raised:.2f} EUR", "the-tin 2021-06 70.00 CHF"]
    assert printed[-1].startswith("The last hash is ")


def test_the_whole_book_ends_with_the_hash_on_the_page(client, tmp_path):
    fill(make_drive(slug="the-tin"))

    printed = checked(client, tmp_path, fetched(client, "/ledger/book.csv"))

    head = seals.latest()
    assert (head.lines, printed[-1]) == (5, f"The last hash is {head.hash}")
    for path in ("/ledger/", "/ledger/check/"):
        assert head.hash in client.get(path).content.decode()


def test_the_program_notices_every_line_that_was_changed_taken_out_or_put_elsewhere(client, tmp_path):
    fill(make_drive(slug="the-tin"))
    book = fetched(client, "/ledger/book.csv")
    lines = book.splitlines()

    changed = checked(client, tmp_path, book.replace(",40.00,", ",41.00,", 1))
    taken_out = checked(client, tmp_path, "\n".join(lines[:2] + [renumbered(line, -1) for line in lines[3:]]))
    whole = checked(client, tmp_path, book)

    assert changed == ["The line at position 3 was rewritten."]
    assert taken_out == ["The line before position 2 was taken out or changed."]
    assert whole[-1].startswith("The last hash is ")


def renumbered(line, by):
    position, rest = line.split(",", 1)
    return f"{int(position) + by},{rest}"


def test_what_is_not_sealed_yet_counts_and_has_no_hash(client, tmp_path):
    drive = make_drive(slug="the-tin")
    make_gift(drive, 10_00)

    text = fetched(client, "/ledger/2021-06.csv")

    (row,) = rows_of(text)
    assert (row["position"], row["before"], row["hash"], row["counted"]) == ("", "", "", "10.00")
    assert checked(client, tmp_path, text) == [
        "the-tin 2021-06 10.00 EUR",
        "The last hash is still to come: no line here has one yet",
    ]
    assert fetched(client, "/ledger/book.csv").count("\n") == 1


def test_of_a_hidden_drive_the_whole_book_says_nothing_but_its_hashes(client, tmp_path):
    make_gift(make_drive(slug="the-tin"), 10_00)
    make_gift(make_drive(slug="secret-roof", is_current=False, is_visible=False), 77_00)
    make_gift(make_drive(slug="the-quay", is_current=False), 5_00)
    seal_books(JUNE)

    book = fetched(client, "/ledger/book.csv")

    assert ("secret" in book, "77" in re.sub(r"[0-9a-f]{64}", "", book)) == (False, False)
    assert checked(client, tmp_path, book)[:2] == ["the-tin 2021-06 10.00 EUR", "the-quay 2021-06 5.00 EUR"]


def test_a_long_month_comes_in_parts_that_the_program_takes_too(client, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LINES_A_PART", 3)
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    drive = make_drive(slug="the-tin")
    for minor in range(1_00, 8_00, 1_00):
        make_gift(drive, minor)
    seal_books(JUNE)

    parts = [fetched(client, f"/ledger/2021-06.csv?part={part}") for part in (1, 2, 3)]
    book = [fetched(client, f"/ledger/book.csv?part={part}") for part in (1, 2, 3)]

    assert [[row["amount"] for row in rows_of(part)] for part in parts] == [
        ["1.00", "2.00", "3.00"],
        ["4.00", "5.00", "6.00"],
        ["7.00"],
    ]
    assert parts == book
    assert checked(client, tmp_path, parts[1])[0] == "the-tin 2021-06 15.00 EUR"
    page = client.get("/ledger/").content.decode()
    assert re.findall(r'href="(/ledger/2021-06.csv[^"]*)"', page) == [
        "/ledger/2021-06.csv",
        "/ledger/2021-06.csv?part=2",
        "/ledger/2021-06.csv?part=3",
    ]
    assert client.get("/ledger/2021-06.csv?part=4").status_code == 404


def test_a_drive_without_months_has_one_file(client):
    make_gift(make_drive(slug="the-roof", kind="open"), 10_00)

    assert rows_of(fetched(client, "/ledger/all.csv")) == rows_of(fetched(client, "/ledger/the-roof/all.csv"))


def test_a_file_is_read_in_blocks_and_by_as_many_queries_as_blocks(client, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    drive = make_drive(slug="the-tin")
    for _ in range(7):
        make_gift(drive)

    with django_assert_num_queries(4):
        blocks = list(reading.lines_of_period(drive, "2021-06", 1))

    assert [block.count("\n") for block in blocks] == [1, 3, 3, 1]


def test_whoever_fetches_files_all_the_time_is_asked_to_wait(client):
    make_gift(make_drive())

    answers = [client.get("/ledger/2021-06.csv").status_code for _ in range(31)]

    assert (answers.count(200), answers[-1]) == (30, 429)


def test_sealing_is_told_to_the_pages_that_show_the_last_hash(client):
    make_gift(make_drive())

    seal_books(JUNE)

    assert Change.objects.filter(key="seals").exists()
