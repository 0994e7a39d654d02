"""Exports of pages elsewhere: read by their columns, or refused as a whole."""

from datetime import UTC, date, datetime

import pytest

from commonpress.fundraising.elsewhere import MOST_BYTES, MOST_ROWS, Row, WrongExport, read_export
from commonpress.fundraising.money import Money
from tests.fundraising.elsewhere import COLLECTIVE_CSV, euros

OURS_CSV = "date,amount,currency,id\n2021-06-03,12.5,EUR,a1\n2021-06-04T10:00:00,1000,jpy,a2\n"


def test_our_own_columns_are_read_in_any_order_with_any_usual_mark_between_them():
    expected = [
        Row("a1", date(2021, 6, 3), euros(12_50)),
        Row("a2", datetime(2021, 6, 4, 10, tzinfo=UTC), Money(1000, "JPY")),
    ]

    assert read_export(OURS_CSV.encode()) == expected
    assert read_export(b"\xef\xbb\xbf" + OURS_CSV.replace(",", ";").replace("\n", "\r\n").encode()) == expected
    assert read_export(b"ID\tnote\tAmount\tDate\tCurrency\na1\thello\t12.50\t2021-06-03\tEUR\n\n") == expected[:1]


def test_of_an_open_collectives_export_only_what_was_given_counts():
    assert read_export(COLLECTIVE_CSV.encode()) == [
        Row("aaaa1111", datetime(2021, 6, 3, 8, tzinfo=UTC), Money(5_00, "USD")),
        Row("aaaa3333", datetime(2021, 6, 4, 8, tzinfo=UTC), Money(7_00, "USD"), went_back=True),
        Row("aaaa5555", datetime(2021, 6, 6, 8, tzinfo=UTC), Money(20_25, "USD")),
    ]


def test_an_open_collectives_export_with_headings_is_read_as_well():
    data = (
        "Date & Time,Transaction ID,Credit/Debit,Kind,Gross Amount,Currency,Is Reverse,Is Reversed\n"
        "2021-06-03T08:00:00,77001,CREDIT,CONTRIBUTION,5,USD,,\n"
        "2021-06-03T08:00:00,77002,DEBIT,CONTRIBUTION,-5,USD,REVERSE,\n"
    )

    assert read_export(data.encode()) == [Row("77001", datetime(2021, 6, 3, 8, tzinfo=UTC), Money(5_00, "USD"))]


@pytest.mark.parametrize(
    ("data", "fault", "row"),
    [
        (b"", "columns", 0),
        (b"date,amount,currency\n2021-06-03,1,EUR\n", "columns", 0),
        (b"date,amount,currency,id,id\n", "columns", 0),
        (b"pledge_date,patron_id,patron_username,donation_currency,weekly_amount\n", "patrons", 0),
        (b"\xff\xfe\x00", "text", 0),
        (b"date,amount,currency,id\n\0", "text", 0),
        (b'date,amount,currency,id\n"' + b"x" * 200_000, "text", 0),
        (b"x" * (MOST_BYTES + 1), "size", 0),
        (b"date,amount,currency,id\n" + b"2021-06-03,1,EUR,a\n" * (MOST_ROWS + 1), "rows", 0),
        (b"date,amount,currency,id\n2021-06-03,1,EUR,a\n2021-06-03,1,EUR,a\n", "twice", 3),
        (b"date,amount,currency,id\n2021-06-03,1,EUR,\n", "id", 2),
        (b"date,amount,currency,id\n2021-06-03,1,EUR," + b"a" * 121 + b"\n", "id", 2),
        (b"date,amount,currency,id\n2021-06-03,1\n", "id", 2),
        (b"date,amount,currency,id\n03.06.2021,1,EUR,a\n", "date", 2),
        (b"date,amount,currency,id\n2021-02-30,1,EUR,a\n", "date", 2),
        (b"date,amount,currency,id\n2021-06-03,1,EURO,a\n", "currency", 2),
        (b"date,amount,currency,id\n2021-06-03,10.999,EUR,a\n", "amount", 2),
        (b"date,amount,currency,id\n2021-06-03,0.5,JPY,a\n", "amount", 2),
        (b"date,amount,currency,id\n2021-06-03,-5,EUR,a\n", "amount", 2),
        (b'date;amount;currency;id\n2021-06-03;"12,50";EUR;a\n', "amount", 2),
        (b"date,amount,currency,id\n2021-06-03,1e3,EUR,a\n", "amount", 2),
        (b"date,amount,currency,id\n2021-06-03,99999999999,EUR,a\n", "amount", 2),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_as_a_whole_and_says_where(data, fault, row):
    with pytest.raises(WrongExport) as wrong:
        read_export(data)

    assert (wrong.value.fault, wrong.value.row) == (fault, row)
