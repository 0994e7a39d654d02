"""Reading statements: CAMT.053, MT940 and tables give the same movements, and what is wrong is refused whole."""

from dataclasses import replace
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.fundraising.money import Money
from commonpress.fundraising.statements.accounts import hide_accounts, is_same_account
from commonpress.fundraising.statements.guesses import kind_of, layout_of
from commonpress.fundraising.statements.problems import StatementProblem
from commonpress.fundraising.statements.records import MOST_BYTES
from commonpress.fundraising.statements.table import Mapping
from tests.factories.fundraising import IBAN
from tests.fundraising.statements import GERMAN, GERMAN_HEADER, PAYER_IBAN, camt, entry, german, mt940, read

DAY = date(2021, 6, 10)


def problem(raw, **how):
    with pytest.raises(StatementProblem) as refused:
        read(raw, **how)
    return refused.value.fault, refused.value.line


def only(statement):
    [movement] = statement.movements
    return movement


@pytest.mark.parametrize("version", ["02", "04", "06", "08"])
def test_every_version_of_camt_is_read(version):
    movement = only(read(camt(entry(bank_id="B1"), version=version)))

    assert (movement.amount, movement.booked_on, movement.text) == (Money(25_00, "EUR"), DAY, "7K3M Q2XH")
    assert (movement.payer.name, movement.payer.last4, movement.bank_id) == ("Ada Fenwick", "4300", "B1")
    assert (movement.account, movement.is_return, movement.line) == (IBAN, False, 3)


def test_the_same_transfer_is_the_same_from_each_kind_of_file():
    words = f"166?00GUTSCHRIFT?20SVWZ+7K3M Q2XH?30ABNANL2A?31{PAYER_IBAN}?32Ada Fenwick"
    row = f"10.06.2021;Ada Fenwick;{PAYER_IBAN};7K3M Q2XH;25,00;EUR"

    found = {
        (movement.account, movement.booked_on, movement.amount, movement.payer, movement.text)
        for movement in (
            only(read(camt(entry()))),
            only(read(mt940(("C", "25,00", words)))),
            only(read(german(row), GERMAN)),
        )
    }

    assert len(found) == 1


def test_each_transfer_of_a_batch_is_a_movement_of_its_own():
    parts = "".join(
        f'<TxDtls><Refs><AcctSvcrRef>T{number}</AcctSvcrRef></Refs><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>Part {number}</Ustrd></RmtInf></TxDtls>"
        for number, amount in enumerate(["10.00", "15.00"])
    )
    batch = (
        '<Ntry><Amt Ccy="EUR">25.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2021-06-10</Dt></BookgDt>'
        f"<NtryDtls>{parts}</NtryDtls></Ntry>"
    )

    apart = read(camt(batch)).movements
    together = only(read(camt(batch.replace("15.00", "14.00"))))

    assert [(m.amount.minor, m.text, m.bank_id) for m in apart] == [(10_00, "Part 0", "T0"), (15_00, "Part 1", "T1")]
    assert (together.amount.minor, together.text) == (25_00, "Part 0\nPart 1")


def test_what_is_only_announced_by_the_bank_is_left_out():
    pending = entry().replace("BOOK", "PDNG")

    assert len(read(camt(entry(), pending)).movements) == 1
    assert problem(camt(pending)) == ("nothing_in_it", None)


def test_a_debit_is_below_zero_and_a_reversal_is_known_as_one():
    statement = read(camt(entry(way="DBIT"), entry(way="DBIT", more="<RvslInd>true</RvslInd>")))

    assert [(m.amount.minor, m.is_return) for m in statement.movements] == [(-25_00, False), (-25_00, True)]


def test_a_creditor_reference_is_part_of_the_text():
    structured = "</Ustrd><Strd><CdtrRefInf><Ref>RF187K3MQ2XH</Ref></CdtrRefInf></Strd><Ustrd>"

    assert only(read(camt(entry(text=f"Thanks{structured}")))).text == "Thanks\nRF187K3MQ2XH"


def test_no_account_of_a_supporter_is_left_in_a_movement():
    spaced = "NL91 ABNA 0417 1643 00"
    raw = camt(entry(text=f"From {spaced} with thanks, {PAYER_IBAN.lower()}, ref 7K3M Q2XH", name=f"Ada {PAYER_IBAN}"))

    movement = only(read(raw))

    assert movement.text == "From NL…4300 with thanks, NL…4300, ref 7K3M Q2XH"
    assert PAYER_IBAN not in repr(movement)
    assert hide_accounts("DE89 3704 0044 0532 0130 00 7K3M Q2XH") == "DE…3000 7K3M Q2XH"
    assert hide_accounts(f"IBAN{PAYER_IBAN}BIC") == "IBANNL…4300BIC"
    assert hide_accounts("RF18 7K3M Q2XH and DE12 nonsense") == "RF18 7K3M Q2XH and DE12 nonsense"


def test_the_payers_mark_tells_the_same_account_however_it_is_written():
    one = only(read(camt(entry()))).payer.mark
    spaced = only(read(camt(entry().replace(PAYER_IBAN, "nl91 abna 0417 1643 00")))).payer.mark
    other = only(read(camt(entry().replace(PAYER_IBAN, "NL02ABNA0123456789")))).payer.mark

    assert (one == spaced, one == other, len(one)) == (True, False, 24)


@pytest.mark.parametrize(
    ("words", "payer", "text", "last4"),
    [
        (
            f"166?00CREDIT?20EREF+NOTPROVIDED?21SVWZ+For the paper 7K3M Q2X?22H?31{PAYER_IBAN}?32ADA?33FENWICK",
            "ADA FENWICK",
            "For the paper 7K3M Q2XH",
            "4300",
        ),
        ("051?00UEBERWEISUNG?20Spende 7K3M Q2XH?3212?32J. M\u00d6LLER", "J. M\u00d6LLER", "Spende 7K3M Q2XH", ""),
        (
            f"/TRTP/SEPA OVERBOEKING/IBAN/{PAYER_IBAN}/BIC/ABNANL2A/NAME/A FENWICK/REMI/7K3M Q2XH/EREF/NOTPROVIDED",
            "A FENWICK",
            "7K3M Q2XH",
            "4300",
        ),
        (f"/CNTP/{PAYER_IBAN}/ABNANL2A/A FENWICK///REMI/USTD//7K3M Q2XH/", "A FENWICK", "7K3M Q2XH", "4300"),
        (
            "GIRO AUS KONTO\nABSENDER: ADA FENWICK\nMITTEILUNGEN: 7K3M Q2XH",
            "ADA FENWICK",
            "GIRO AUS KONTO\n7K3M Q2XH",
            "",
        ),
    ],
    ids=["German", "German without keywords", "Dutch", "Dutch with parties", "Swiss"],
)
def test_each_countrys_words_in_mt940_are_understood(words, payer, text, last4):
    movement = only(read(mt940(("C", "25,00", words))))

    assert (movement.payer.name, movement.text, movement.payer.last4) == (payer, text, last4)


def test_mt940_knows_reversals_by_their_mark_and_returns_by_their_code():
    movements = read(
        mt940(("C", "5,", "Hello"), ("RC", "5,00", "Back"), ("RD", "5,00", "Ours"), ("D", "5,00", "109?20X"))
    ).movements

    assert [(m.amount.minor, m.is_return) for m in movements] == [(500, False), (-500, True), (500, True), (-500, True)]


def test_the_year_of_a_booking_turns_with_the_day_of_value():
    raw = mt940(("C", "5,00", "Hello")).replace(":61:2106100610", ":61:2012310101")

    assert only(read(raw)).booked_on == date(2021, 1, 1)


@pytest.mark.parametrize(
    ("written", "is_ours"),
    [
        (IBAN, True),
        ("DE89 3704 0044 0532 0130 00", True),
        (f"{IBAN}EUR", True),
        ("37040044/0532013000", True),
        ("37040044/532013000EUR", True),
        (f"COBADEFF/{IBAN}", True),
        ("0532013000", True),
        ("37040044/0532013001", False),
        ("10010010/0532013000", False),
        ("NL91ABNA0417164300", False),
        ("3000", False),
        ("", False),
    ],
)
def test_our_account_is_known_as_each_bank_writes_it(written, is_ours):
    assert is_same_account(written, IBAN) is is_ours


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_table_is_read_in_each_encoding(encoding):
    raw = german("10.06.2021;Jonas Möller;;7K3M Q2XH;1.234,50;EUR").encode(encoding)

    movement = only(read(raw, replace(GERMAN, encoding=encoding)))

    assert (movement.payer.name, movement.amount) == ("Jonas Möller", Money(1_234_50, "EUR"))
    assert layout_of(raw).encoding == encoding


def test_a_table_may_have_a_column_for_each_direction_and_days_in_any_order():
    raw = 'Some Bank\n\nDate,Paid in,Paid out,Memo\n06/10/2021,"1,234.50",,One\n06/11/2021,,5.00,Two\n'
    mapping = Mapping(
        booked_on="Date",
        credit="Paid in",
        debit="Paid out",
        text="Memo",
        only_currency="USD",
        header_line=3,
        delimiter=",",
        decimal_mark=".",
        date_order="MDY",
    )

    movements = read(raw, mapping).movements

    assert [(m.booked_on.day, m.amount, m.text, m.line) for m in movements] == [
        (10, Money(1_234_50, "USD"), "One", 4),
        (11, Money(-5_00, "USD"), "Two", 5),
    ]


def test_the_layout_of_a_table_is_guessed_from_its_header_and_its_cells():
    raw = german("13.06.2021;Jonas Möller;;7K3M Q2XH;1.234,50;EUR", "14.06.2021;Ada;;Hello;-5,00;EUR").encode()

    found = layout_of(raw)

    assert found == replace(GERMAN, header_line=1)
    assert [m.amount.minor for m in read(raw, found).movements] == [1_234_50, -5_00]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        (b"PK\x03\x04 a zip that is called statement.xml", "archive"),
        (b"%PDF-1.7 called statement.xml", "pdf"),
        ("A letter about nothing", "unknown_kind"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        ("<html><body>Sign in</body></html>", "not_camt"),
        ("<Document", "truncated"),
        ("<a></b>", "broken_xml"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "encoding"),
        (camt(entry()).replace("camt.053", "camt.052"), "camt_of_another_kind"),
        (camt(entry(), version="99"), "camt_version"),
        (camt(), "nothing_in_it"),
        (camt(entry(), iban="NL91ABNA0417164300"), "another_account"),
        (camt(entry("25.001")), "decimals"),
        (camt(entry("1e3")), "amount"),
        (camt(entry("NaN")), "amount"),
        (camt(entry("-5.00")), "amount"),
        (camt(entry("１０")), "amount"),
        (camt(entry("9" * 16)), "amount_too_large"),
        (camt(entry().replace('Ccy="EUR"', 'Ccy="XXX"')), "currency"),
        (camt(entry().replace('Ccy="EUR"', "")), "currency"),
        (camt(entry(way="OTHER")), "direction"),
        (camt(entry(day="2021-06-31")), "day"),
        (camt(entry(day="10.06.2021")), "day"),
        (camt(entry(day="2021-07-01")), "day_to_come"),
        (camt(entry(day="1921-06-10")), "day"),
        (mt940(("C", "25,00", "Hello"), account="10010010/1234567"), "another_account"),
        (mt940(("C", "25,00", "Hello")).replace("C25,00", "C2x5,00"), "amount"),
        (mt940(("C", "25,00", "Hello")).replace("C25,00", "C25.00"), "amount"),
        (mt940(("C", "25,00", "Hello")).replace("210610", "211340"), "day"),
        (mt940(("C", "25,00", "Hello"), closing="C210610EUR120,00"), "balance"),
        (mt940(("C", "25,00", "Hello")).split(":62F")[0], "truncated"),
        (mt940(("C", "25,001", "Hello")), "decimals"),
        (mt940(("C", "25,00", "Hello")).replace(":60F:C210601EUR100,00", ":21:X"), "missing"),
    ],
)
def test_a_file_that_is_wrong_is_refused_whole(raw, fault):
    assert problem(raw)[0] == fault


def test_a_truncated_statement_is_refused_wherever_it_ends():
    raw = camt(*[entry(bank_id=f"B{number}") for number in range(5)])

    for end in range(60, len(raw.rstrip()), 37):
        assert problem(raw[:end])[0] in {"truncated", "broken_xml", "not_camt"}, end


def test_movements_that_do_not_lead_from_one_balance_to_the_other_are_refused():
    def balance(kind, amount):
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
            "<CdtDbtInd>CRDT</CdtDbtInd></Bal>"
        )

    right = balance("OPBD", "100.00") + balance("CLBD", "125.00")

    assert len(read(camt(entry(), balances=right)).movements) == 1
    assert problem(camt(entry(), entry(), balances=right))[0] == "balance"


BILLION_LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Document>&b;</Document>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]><Document>&x;</Document>'
QUADRATIC = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "{"x" * 50_000}">]><Document>{"&a;" * 50_000}</Document>'
DEEP = "<a>" * 100_000


@pytest.mark.parametrize(
    ("bomb", "fault"),
    [
        (BILLION_LAUGHS, "dtd"),
        (OUTSIDE, "dtd"),
        (QUADRATIC, "dtd"),
        (DEEP, "too_deep"),
        ('<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "dtd"),
        ("<a>&lt;&unknown;</a>", "broken_xml"),
    ],
    ids=["billion laughs", "external entity", "quadratic", "deep", "external dtd", "unknown entity"],
)
def test_an_xml_bomb_is_refused_before_it_goes_off(bomb, fault):
    assert problem(bomb)[0] == fault


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("10.06.2021;Ada;;Hello;25,001;EUR", "decimals"),
        ("10.06.2021;Ada;;Hello;25.00;EUR", "amount"),
        ("10.06.2021;Ada;;Hello;1e3;EUR", "amount"),
        ("10.06.2021;Ada;;Hello;NaN;EUR", "amount"),
        ("10.06.2021;Ada;;Hello;;EUR", "amount"),
        ("10.06.2021;Ada;;Hello;25,00;", "currency"),
        ("10.06.2021;Ada;;Hello;25,00;EURO", "currency"),
        ("2021-06-10;Ada;;Hello;25,00;EUR", "day"),
        ("31.06.2021;Ada;;Hello;25,00;EUR", "day"),
        ("10.06.2021;Ada;;Hello", "truncated"),
        ('10.06.2021;Ada;;"Hello;25,00;EUR', "quotes"),
    ],
)
def test_a_row_that_is_wrong_is_named_by_its_line(row, fault):
    good = "10.06.2021;Ada;;Hello;25,00;EUR"

    assert problem(german(good, row), mapping=GERMAN) == (fault, 3)


def test_columns_that_are_not_there_or_there_twice_are_named():
    assert problem(german("x"), mapping=replace(GERMAN, payer="Nobody")) == ("no_column", 1)
    assert problem(GERMAN_HEADER.replace("Währung", "Betrag"), mapping=replace(GERMAN, currency="")) == (
        "column_twice",
        1,
    )
    assert problem(german("x"), mapping=replace(GERMAN, header_line=9)) == ("no_header", 9)
    assert problem(german("x").encode("latin-1"), mapping=GERMAN) == ("encoding", None)


def test_more_than_twenty_thousand_movements_are_refused():
    rows = german(*["10.06.2021;Ada;;Hello;25,00;EUR"] * 20_001)

    assert problem(rows, mapping=GERMAN)[0] == "too_many"


@pytest.mark.parametrize("before", range(960, 1_001, 3))
def test_an_account_at_the_end_of_a_long_text_is_not_left_in_half(before):
    text = only(read(camt(entry(text=f"{'x ' * (before // 2)}{PAYER_IBAN} and more {'y' * 900}")))).text

    assert PAYER_IBAN[:8] not in text


@pytest.mark.parametrize("filling", ["\n" * 4_000_000, "&#10;x" * 600_000, " AB12" * 800_000])
def test_a_text_without_end_is_cut_and_does_not_keep_anybody_waiting(filling):
    began = process_time()

    [movement] = read(camt(entry(text=f"Hello {filling}"))).movements

    assert (movement.text[:5], len(movement.text) <= 1_000, process_time() - began < 20) == ("Hello", True, True)


def test_a_table_of_one_endless_line_is_refused():
    raw = b"a;" * 400_000

    assert problem(raw, mapping=layout_of(raw))[0] in {"no_header", "no_column"}
    assert problem(b'"' + b"x" * 400_000 + b'";b', mapping=layout_of(raw))[0] in {"quotes", "no_column", "no_header"}


WELL_FORMED = [
    camt(entry(), entry(way="DBIT")).encode(),
    mt940(("C", "25,00", "166?20Hello")).encode(),
    german("x").encode(),
]


@given(st.sampled_from(WELL_FORMED), st.integers(0, 2_000), st.integers(0, 40), st.binary(max_size=12))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(raw, place, length, put):
    damaged = raw[:place] + put + raw[place + length :]

    read_or_refuse(damaged)


@given(st.one_of(st.binary(max_size=400), st.text(alphabet=":0123456789CDRN,?/<>&;\n ABC86612F5", max_size=400)))
def test_a_file_of_anything_is_read_or_refused_and_nothing_else(raw):
    raw = raw if isinstance(raw, bytes) else raw.encode()

    read_or_refuse(raw)
    read_or_refuse(b":20:X\n:25:0532013000\n:60F:C210601EUR0,\n" + raw)
    read_or_refuse(GERMAN_HEADER.encode() + raw)


def read_or_refuse(raw):
    try:
        kind = kind_of(raw)
        read(raw, layout_of(raw) if kind == "csv" else None)
    except StatementProblem:
        pass
