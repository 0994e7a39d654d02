import csv
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.db.models import Sum

from commonpress import cli
from commonpress.changes.models import Change
from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.gifts.layouts import LAYOUTS, mapped
from commonpress.exchange.gifts.load import import_table
from commonpress.exchange.models import Imported
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.refunds import fail_refund
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from commonpress.verbs import import_verb
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter
from tests.fundraising.invariant import assert_books_are_right

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOW = datetime(2021, 8, 1, tzinfo=UTC)
MAPPED = mapped({"id": "Nr", "amount": "Sum", "day": "On", "name": "Who", "email": "Mail"}, decimal=".")
GIVEWP = [
    ["Donation ID", "Donation Total", "Currency Code", "Donation Status", "Donation Date", "Donation Time",
     "First Name", "Last Name", "Email Address", "Payment Mode"],
    ["71", "25.00", "EUR", "Complete", "June 10, 2021", "4:05 pm", "Ada", "Fenwick", "ada@example.org", "live"],
    ["72", "1,250.00", "EUR", "Renewal", "2021-07-01", "", "Ada", "Fenwick", "ADA@example.org", "live"],
    ["73", "5.00", "EUR", "Abandoned", "2021-07-02", "", "Bo", "", "bo@example.org", "live"],
    ["74", "5.00", "EUR", "Complete", "2021-07-02", "", "Bo", "", "bo@example.org", "test"],
]  # fmt: skip
STRIPE = [
    ["balance_transaction_id", "created_utc", "currency", "gross", "fee", "net", "reporting_category", "charge_id"],
    ["txn_1", "2021-06-10 12:00:00", "eur", "15.00", "0.52", "14.48", "charge", "ch_1"],
    ["txn_2", "2021-06-30 23:59:59", "eur", "10.00", "0.40", "9.60", "charge", "ch_2"],
    ["txn_3", "2021-07-20 12:00:00", "eur", "-5.00", "0.00", "-5.00", "refund", "ch_1"],
    ["txn_4", "2021-07-21 12:00:00", "eur", "-24.08", "0.00", "-24.08", "payout", ""],
]
GHOST = [
    ["id", "name", "email", "amount", "currency", "created_at", "donation_message"],
    ["64f0", "Ada", "ada@example.org", "1500", "eur", "2021-06-10 12:00:00", "Keep on"],
]
LIBERAPAY = [
    ["id", "ctime", "amount", "currency", "fee", "status"],
    ["9", "2021-06-10 12:00:00+00:00", "8.00", "EUR", "0.45", "succeeded"],
    ["10", "2021-06-11 12:00:00+00:00", "8.00", "EUR", "", "failed"],
]
OPEN_COLLECTIVE = [
    ["datetime", "shortId", "type", "kind", "isRefund", "shortRefundId", "amount", "paymentProcessorFee", "currency",
     "oppositeAccountName"],
    ["2021-06-10T12:00:00", "aa11", "CREDIT", "CONTRIBUTION", "", "bb22", "10.00", "-0.59", "EUR", "Ada"],
    ["2021-06-12T12:00:00", "bb22", "DEBIT", "CONTRIBUTION", "REFUND", "aa11", "-10.00", "0.59", "EUR", "Ada"],
    ["2021-06-12T12:00:00", "cc33", "DEBIT", "EXPENSE", "", "", "-3.00", "0", "EUR", "Bo"],
]  # fmt: skip


@pytest.fixture(autouse=True)
def _in_august():
    with time_machine.travel(NOW, tick=False):
        yield
        assert_books_are_right()


@pytest.fixture
def drive():
    return make_drive(slug="the-roof", zone="UTC")


@pytest.fixture
def file(tmp_path):
    def write(table, name="gifts.csv", **options):
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out, **options).writerows(table)
        return path

    return write


def bring_in(path, kind="gifts", **options):
    return import_table(path, LAYOUTS.get(kind) or MAPPED, source=kind, drive="the-roof", **options)


def book():
    gifts = Gift.objects.order_by("occurred_at", "pk")
    return [
        (gift.amount_minor, gift.fee_minor, f"{gift.occurred_at:%m-%d %H:%M}", str(gift.supporter)) for gift in gifts
    ]


@pytest.mark.parametrize(
    ("kind", "table", "told"),
    [
        (
            "givewp",
            GIVEWP,
            (
                [(25_00, 0, "06-10 16:05", "Ada Fenwick"), (1250_00, 0, "07-01 12:00", "Ada Fenwick")],
                {"abandoned": 1, "test: test": 1},
            ),
        ),
        (
            "stripe-balance",
            STRIPE,
            ([(15_00, 52, "06-10 12:00", "None"), (10_00, 40, "06-30 23:59", "None")], {"payout": 1}),
        ),
        ("ghost-tips", GHOST, ([(15_00, 0, "06-10 12:00", "Ada")], {})),
        ("liberapay", LIBERAPAY, ([(8_00, 45, "06-10 12:00", "None")], {"failed": 1})),
        ("open-collective", OPEN_COLLECTIVE, ([(10_00, 59, "06-10 12:00", "Ada")], {"debit expense": 1})),
    ],
)
def test_each_systems_table_is_read_and_file_and_book_agree_to_the_cent(drive, file, kind, table, told):
    expected, left_out = told

    report = bring_in(file(table), kind)

    assert (book(), dict(report.left_out), report.agrees) == (expected, left_out, True)
    assert set(Gift.objects.values_list("source", "is_anonymous")) == {("elsewhere", True)}


def test_a_refund_is_brought_in_with_its_gift_in_its_own_month_and_restates_that_of_the_gift(drive, file):
    report = bring_in(file(STRIPE), "stripe-balance")

    assert report.of_file == report.of_book == {("2021-06", "EUR"): 25_00, ("2021-07", "EUR"): -5_00}
    assert Refund.objects.get().refunded_at == datetime(2021, 7, 20, 12, tzinfo=UTC)
    assert meters.meter(drive, JUNE).received == Money(20_00, "EUR")
    assert "2021-07   EUR             -5.00           -5.00            0.00" in list(report.lines())
    assert list(report.lines())[-1] == "File and book agree to the cent."


def test_a_second_run_and_an_overlapping_file_change_nothing_twice(drive, file):
    bring_in(file(STRIPE[:3]), "stripe-balance")

    again = bring_in(file(STRIPE[:3]), "stripe-balance")
    longer = bring_in(file(STRIPE), "stripe-balance")

    assert (again.made.total(), again.known["gifts"], again.agrees) == (0, 2, True)
    assert (longer.made["refunds"], longer.known["gifts"], longer.agrees) == (1, 2, True)
    assert (Gift.objects.count(), Refund.objects.count(), Entry.objects.count()) == (2, 1, 3)


def lies(drive):
    lines = Line.objects.filter(entry__drive=drive, account__in=[Account.ELSEWHERE, Account.FEES, Account.REFUNDS])
    return {row["account"]: row["total"] for row in lines.values("account").annotate(total=Sum("amount_minor"))}


def test_a_fee_that_came_back_with_a_refund_is_no_cost_any_more(drive, file):
    report = bring_in(file(OPEN_COLLECTIVE), "open-collective")

    assert lies(drive) == {"asset:elsewhere": 0, "expense:fees": 0, "contra:refunds": 10_00}
    assert (report.agrees, meters.meter(drive, JUNE).received) == (True, Money(0, "EUR"))


@pytest.mark.parametrize(("fee", "fees"), [("0.00", 92), ("-0.20", 72), ("0.15", 1_07)])
def test_a_fee_stays_comes_back_or_grows_as_the_file_says_of_the_refund(drive, file, fee, fees):
    row = [{4: fee}.get(place, cell) for place, cell in enumerate(STRIPE[3])]

    bring_in(file([*STRIPE[:3], row]), "stripe-balance")

    assert lies(drive) == {"asset:elsewhere": 20_00 - fees, "expense:fees": fees, "contra:refunds": 5_00}


def test_a_fee_that_came_back_goes_out_again_with_a_refund_that_failed(drive, file):
    bring_in(file(OPEN_COLLECTIVE), "open-collective")

    fail_refund(Refund.objects.get())

    assert lies(drive) == {"asset:elsewhere": 9_41, "expense:fees": 59, "contra:refunds": 0}


def test_a_refund_of_a_gift_from_an_earlier_file_is_laid_beside_the_book_by_itself(drive, file):
    bring_in(file(STRIPE[:3]), "stripe-balance")

    report = bring_in(file([STRIPE[0], STRIPE[3]]), "stripe-balance")

    assert (report.of_file, report.of_book) == ({("2021-07", "EUR"): -5_00},) * 2
    assert list(report.lines())[-1] == "File and book agree to the cent."


def test_what_the_desk_gave_back_does_not_count_against_the_file(drive, file):
    bring_in(file(STRIPE), "stripe-balance")
    refund_gift(Gift.objects.get(amount_minor=10_00), amount=Money(3_00, "EUR"))

    assert bring_in(file(STRIPE), "stripe-balance").agrees


def test_two_systems_with_like_ids_are_told_apart(drive, file):
    table = [["Nr", "Sum", "On"], ["1", "5.00", "2021-06-10"]]
    for source in ("the old shop", "the older shop"):
        import_table(file(table), MAPPED, source=source, drive="the-roof")

    assert Gift.objects.count() == 2


def test_a_dry_run_compares_to_the_cent_and_leaves_nothing_behind(drive, file):
    report = bring_in(file(STRIPE), "stripe-balance", dry_run=True)

    assert (report.agrees, report.made["gifts"], report.made["refunds"]) == (True, 2, 1)
    assert (Gift.objects.count(), Entry.objects.count(), Imported.objects.count()) == (0, 0, 0)


BAD = [
    (["1", "25.000", "2021-06-10"], "has more decimals than its currency: “25.000”"),
    (["1", "1.000,00", "2021-06-10"], "has an amount that can be read in two ways: “1.000,00”"),
    (["1", "-5.00", "2021-06-10"], "has an amount below zero: “-5.00”"),
    (["1", "1e3", "2021-06-10"], "has something else where its amount should be: “1e3”"),
    (["1", "12.", "2021-06-10"], "has an amount that lacks figures before or after its mark: “12.”"),
    (["1", "012", "2021-06-10"], "has an amount that begins with a zero: “012”"),
    (["1", "１００", "2021-06-10"], "has something else where its amount should be: “１００”"),
    (["1", "0.00", "2021-06-10"], "has an amount of zero: “0.00”"),
    (["1", "100000000", "2021-06-10"], "has an amount that is too large: “100000000”"),
    (["1", "NaN", "2021-06-10"], "has something else where its amount should be: “NaN”"),
    (["", "5.00", "2021-06-10"], "has no id"),
    (
        ["1", "5.00", "06/10/2021"],
        "has a day that can be read in two ways or in none: “06/10/2021”. Write it as in 2021-06-30",
    ),
    (["1", "5.00", "2021-08-02"], "is of 2021-08-02, which is still to come"),
    (["1", "5.00", "1999-12-31"], "is of 1999-12-31, before the year 2000"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_bad_row_is_named_with_its_line_and_keeps_everything_out(drive, file, row, reason):
    good = ["7", "25.00", "2021-06-10"]

    report = bring_in(file([["Nr", "Sum", "On"], good, row, ["8", *good[1:]]]))

    assert [(bad.line, bad.reason) for bad in report.bad] == [(3, reason)]
    assert (report.agrees, Gift.objects.count(), Imported.objects.count()) == (False, 0, 0)
    assert f"  line 3 {reason}." in list(report.lines())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({3: "-15.01"}, "takes back 15.01 EUR of ch_1, of which 15.00 EUR are left"),
        ({2: "usd"}, "takes back 5.00 USD of ch_1, of which 15.00 EUR are left"),
        ({7: "ch_9"}, "takes back a gift that is not known: ch_9"),
        ({4: "-5.00"}, "gives back a fee of 5.00, which is not less than its amount"),
        ({7: ""}, "is a refund and does not say of which gift"),
        ({1: "2023-07-20 12:00:00"}, "is of 2023-07-20 12:00:00, which is still to come"),
        ({2: "xyz"}, "is in “XYZ”, which is no currency"),
    ],
)
def test_a_refund_that_cannot_be_is_a_bad_row(drive, file, change, reason):
    row = [change.get(place, cell) for place, cell in enumerate(STRIPE[3])]

    report = bring_in(file([*STRIPE[:3], row]), "stripe-balance")

    assert [(bad.line, bad.reason) for bad in report.bad] == [(4, reason)]
    assert Gift.objects.count() == 0


def test_more_than_a_hand_left_of_a_gift_brought_in_before_is_a_bad_row_and_not_a_crash(drive, file):
    bring_in(file(STRIPE[:3]), "stripe-balance")
    refund_gift(Gift.objects.earliest("occurred_at"), amount=Money(11_00, "EUR"))

    [bad] = bring_in(file(STRIPE), "stripe-balance").bad

    assert bad.reason == "takes back 5.00 EUR of ch_1, of which 4.00 EUR are left"


def test_money_that_was_none_any_more_is_named_with_its_successor(drive, file):
    table = [STRIPE[0], ["txn_1", "2023-06-10 12:00:00", "hrk", "15.00", "0", "15.00", "charge", "ch_1"]]

    with time_machine.travel(datetime(2024, 1, 1, tzinfo=UTC), tick=False):
        [bad] = bring_in(file(table), "stripe-balance").bad

    assert bad.reason == "is in HRK, which has ended: EUR took its place"


def test_an_id_that_stands_twice_in_a_file_is_a_bad_row(drive, file):
    report = bring_in(file([["Nr", "Sum", "On"], ["1", "5.00", "2021-06-10"], ["1", "6.00", "2021-06-10"]]))

    assert [bad.reason for bad in report.bad] == ["has the id 1, which stands in line 2 already"]


def test_a_fee_that_leaves_nothing_of_the_gift_is_a_bad_row(drive, file):
    table = [STRIPE[0], ["txn_1", "2021-06-10 12:00:00", "eur", "0.30", "0.30", "0.00", "charge", "ch_1"]]

    assert [bad.reason for bad in bring_in(file(table), "stripe-balance").bad] == [
        "has a fee of 0.30, which is not less than its amount"
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no column “Nr”"),
        (b"Nr,Sum\n1,5.00\n", "has no column “On”. Its columns are: Nr, Sum."),
        (b"Nr,Sum,On\n1,\xff,2021-06-10\n", "is not UTF-8"),
        (b'Nr,Sum,On\n"1"x,5.00,2021-06-10\n', "is no table that can be read"),
        (b"Nr,Sum,On\n1," + b"9" * 200_000 + b",2021-06-10\n", "is no table that can be read"),
    ],
)
def test_what_is_no_table_of_gifts_is_refused_with_a_sentence(drive, tmp_path, content, sentence):
    path = tmp_path / "gifts.csv"
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError) as refused:
        bring_in(path)

    assert sentence in str(refused.value)


def test_a_table_with_semicolons_and_decimal_commas_is_read_when_told_so(drive, file):
    layout = mapped({"id": "nr", "amount": "Betrag", "day": "Tag"}, decimal=",")
    path = file([["Nr", "Betrag", "Tag"], ["1", "1.234,56", "2021-06-10"]], delimiter=";")

    assert import_table(path, layout, source="old", drive="the-roof").agrees
    assert Gift.objects.get().amount == Money(1234_56, "EUR")


def test_gifts_of_one_address_are_one_supporters_known_before_or_new(drive, file):
    known = make_supporter(email="ada@example.org")
    make_gift(drive, supporter=known)
    rows = [
        ["1", "5.00", "2021-06-10", "A. F.", "ADA@example.org"],
        ["2", "5.00", "2021-06-10", "Bo", "bo@example.org"],
        ["3", "5.00", "2021-06-11", "Bo H.", "Bo@example.org"],
        ["4", "5.00", "2021-06-11", "", ""],
    ]

    bring_in(file([["Nr", "Sum", "On", "Who", "Mail"], *rows]))

    assert [str(gift.supporter) for gift in Gift.objects.order_by("pk")][1:] == ["Ada Fenwick", "Bo", "Bo", "None"]
    assert set(Supporter.objects.values_list("public_name", flat=True)) == {"Ada", ""}


def test_nobody_is_thanked_and_the_pages_are_told_once(drive, file, run_jobs):
    before = set(Change.objects.values_list("pk", flat=True))
    rows = [[str(number), "5.00", f"2021-0{1 + number % 6}-10", "Ada", "ada@example.org"] for number in range(60)]

    bring_in(file([["Nr", "Sum", "On", "Who", "Mail"], *rows]))
    told = list(Change.objects.exclude(pk__in=before).values_list("key", flat=True))
    run_jobs()

    assert (told, mail.outbox) == ([drive.key], [])


def test_many_at_once_are_booked_as_one_by_one(drive, file):
    one_by_one = make_drive(is_current=False, match_minor=20_00, counts="net")
    drive.match_minor, drive.counts = 20_00, "net"
    drive.save()
    # A fee, another month, a currency without a rate, and a pool that runs out.
    gifts = [
        ("2021-06-10T12:00:00+00:00", "EUR", 15_00, 52),
        ("2021-05-31T23:59:59+00:00", "EUR", 10_00, 0),
        ("2021-06-10T12:00:00+00:00", "USD", 7_00, 0),
    ]
    rows = []
    for number, (at, code, minor, fee) in enumerate(gifts):
        amount, kept = Money(minor, code), Money(fee, code)
        make_gift(one_by_one, amount=amount, fee=kept, occurred_at=datetime.fromisoformat(at))
        rows.append([f"t{number}", at, code, str(amount.major), str(kept.major), "", "charge", f"c{number}"])

    assert bring_in(file([STRIPE[0], *rows]), "stripe-balance").agrees

    fields = ["occurred_at", "period_key", "currency", "amount_minor"]
    fields += ["meter_currency", "meter_minor", "matched_minor", "gifts"]
    many, each = (
        list(Entry.objects.filter(drive=one).order_by("pk").values_list(*fields)) for one in (drive, one_by_one)
    )
    assert many == each
    totals = ["period_key", "currency", "received_minor", "matched_minor", "gifts"]
    many, each = (sorted(one.totals.values_list(*totals)) for one in (drive, one_by_one))
    assert many == each


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(import_verb, "open_data_folder", lambda _given: tmp_path)
    monkeypatch.setattr(import_verb, "bring_up_to_date", lambda _folder, **_say: None)
    monkeypatch.setattr(import_verb, "need_publication", lambda _folder: None)
    return tmp_path


def test_the_verb_brings_a_table_in_and_shows_file_and_book(drive, file, folder, capsys):
    status = cli.main(["import", "stripe-balance", str(file(STRIPE)), "--drive", "the-roof"])

    told = capsys.readouterr().out.splitlines()
    assert (status, told[0], told[-1]) == (0, "Import finished.", "File and book agree to the cent.")
    assert Gift.objects.count() == 2


def test_the_verb_ends_with_1_where_a_row_is_bad(drive, file, folder, capsys):
    table = str(file([["Nr", "Sum", "On"], ["1", "x", "2021-06-10"]]))

    status = cli.main(["import", "gifts", table, "--drive", "the-roof", "--columns", "id=Nr,amount=Sum,day=On"])

    assert (status, Gift.objects.count()) == (1, 0)
    assert "  line 2 has something else where its amount should be: “x”." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["givewp"], "Say which drive they were given for, as in --drive the-roof."),
        (["givewp", "--drive", "no-such"], "There is no drive no-such. There are: the-roof."),
        (["gifts", "--drive", "the-roof"], "Say which column holds the id"),
        (["gifts", "--drive", "the-roof", "--columns", "colour=C"], "There is no field colour."),
    ],
)
@pytest.mark.usefixtures("drive", "folder")
def test_the_verb_says_what_it_needs(file, capsys, options, sentence):
    status = cli.main(["import", options[0], str(file(GIVEWP)), *options[1:]])

    assert (status, sentence in capsys.readouterr().err) == (2, True)
