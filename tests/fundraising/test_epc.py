import pytest
import zxingcpp

from commonpress.fundraising import epc
from commonpress.fundraising.money import Money
from commonpress.fundraising.references import check_symbol, creditor_reference
from tests.factories.fundraising import IBAN
from tests.fundraising.qr_pictures import picture_of

CREDITOR_REFERENCE = creditor_reference("7K3MQ2X" + check_symbol("7K3MQ2X"))

TRANSFER = {
    "holder": "Fördern & Lesen e. V.",
    "iban": IBAN,
    "bic": "COBADEFFXXX",
    "amount": Money(10_50, "EUR"),
    "text": "7K3M Q2XH",
}


def test_the_code_has_the_lines_a_banking_app_expects():
    assert epc.payload(**TRANSFER).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "COBADEFFXXX",
        "Fördern & Lesen e. V.",
        "DE89370400440532013000",
        "EUR10.50",
        "",
        "",
        "7K3M Q2XH",
    ]


def test_another_library_reads_the_code_we_draw():
    code = epc.payload(**TRANSFER)

    (read,) = zxingcpp.read_barcodes(picture_of(epc.drawing(code)))

    assert read.bytes.decode() == code
    assert read.ec_level == "M"


def test_a_creditor_reference_stands_in_its_own_line_which_is_then_the_last():
    code = epc.payload(**TRANSFER | {"text": "", "reference": CREDITOR_REFERENCE})

    (read,) = zxingcpp.read_barcodes(picture_of(epc.drawing(code)))

    assert read.bytes.decode().split("\n")[7:] == ["EUR10.50", "", CREDITOR_REFERENCE]


def test_the_drawing_needs_no_style_of_its_own():
    assert "style=" not in epc.drawing(epc.payload(**TRANSFER))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iban": "DE89370400440532013001"},
        {"iban": "DE8937040044053201300"},
        {"iban": ""},
        {"bic": "COBADE"},
        {"amount": Money(10_00, "USD")},
        {"amount": Money(0, "EUR")},
        {"amount": Money(1_000_000_000_00, "EUR")},
        {"holder": ""},
        {"holder": "x" * 71},
        {"holder": "A\nB"},
        {"text": "x" * 141},
        {"reference": CREDITOR_REFERENCE},
        {"text": "", "reference": "RF00" + CREDITOR_REFERENCE[4:]},
        {"holder": "ß€漢字" * 17, "text": "漢" * 80},
    ],
)
def test_a_transfer_a_bank_would_refuse_is_refused_by_us(wrong):
    with pytest.raises(epc.WrongTransfer):
        epc.payload(**TRANSFER | wrong)


def test_a_code_is_only_for_euros_within_sepa():
    assert epc.reaches(IBAN, "EUR")
    assert not epc.reaches(IBAN, "USD")
    assert not epc.reaches("SA0380000000608010167519", "EUR")
