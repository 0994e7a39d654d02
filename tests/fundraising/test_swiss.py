import pytest
import zxingcpp

from commonpress.fundraising import swiss
from commonpress.fundraising.epc import WrongTransfer
from commonpress.fundraising.money import Money
from commonpress.fundraising.references import check_symbol, creditor_reference
from tests.fundraising.qr_pictures import picture_of_swiss

CREDITOR_REFERENCE = creditor_reference("7K3MQ2X" + check_symbol("7K3MQ2X"))
# The examples that SIX and the standard of IBANs print: they belong to nobody.
SWISS_IBAN, LIECHTENSTEIN_IBAN, QR_IBAN = "CH9300762011623852957", "LI21088100002324013AA", "CH4431999123000889012"
BILL = {
    "iban": SWISS_IBAN,
    "holder": "Verein für Lesende",
    "street": "Rue du Lac",
    "number": "1268/2/22",
    "postcode": "2501",
    "town": "Biel",
    "country": "CH",
    "amount": Money(199_95, "CHF"),
    "reference": CREDITOR_REFERENCE,
}


def test_the_code_has_the_lines_of_the_guidelines():
    assert swiss.payload(**BILL).split("\n") == [
        *("SPC", "0200", "1"),
        SWISS_IBAN,
        *("S", "Verein für Lesende", "Rue du Lac", "1268/2/22", "2501", "Biel", "CH"),
        *("", "", "", "", "", "", ""),
        *("199.95", "CHF"),
        *("", "", "", "", "", "", ""),
        *("SCOR", CREDITOR_REFERENCE, "", "EPD"),
    ]


def test_typesetters_quotes_and_dashes_are_made_plain():
    assert (
        swiss.payload(**BILL | {"holder": "Readers\u2019 Society \u2013 Biel"}).split("\n")[5]
        == "Readers' Society - Biel"
    )


def test_without_a_reference_the_code_says_so():
    assert swiss.payload(**BILL | {"reference": "", "text": "For the paper"}).split("\n")[27:] == [
        *("NON", "", "For the paper", "EPD")
    ]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"iban": LIECHTENSTEIN_IBAN, "country": "LI", "amount": Money(1, "EUR")},
        {"amount": Money(999_999_999_99, "CHF"), "street": "", "number": ""},
        {"holder": "Readers\u2019 Society \u2013 Biel"},
        {"holder": "Ü" * 70, "street": "Ș" * 70, "number": "1" * 16, "postcode": "2" * 16, "town": "é" * 35},
    ],
)
def test_another_library_reads_the_code_we_draw_through_the_cross_in_its_middle(given):
    code = swiss.payload(**BILL | given)

    (read,) = zxingcpp.read_barcodes(picture_of_swiss(swiss.drawing(code)))

    assert read.bytes.decode() == code
    assert read.ec_level == "M"


def test_the_drawing_is_46_millimetres_of_56_with_a_cross_of_7_and_needs_no_style():
    drawing = swiss.drawing(swiss.payload(**BILL))

    assert 'viewBox="0 0 56 56"' in drawing
    assert 'x="5" y="5" width="46" height="46"' in drawing
    assert '<rect x="24.5" y="24.5" width="7" height="7" fill="#fff"/>' in drawing
    assert "style=" not in drawing


@pytest.mark.parametrize(
    "wrong",
    [
        {"iban": "CH9300762011623852958"},
        {"iban": "DE89370400440532013000"},
        {"iban": QR_IBAN},
        {"amount": Money(0, "CHF")},
        {"amount": Money(1_000_000_000_00, "CHF")},
        {"amount": Money(5_00, "USD")},
        {"holder": ""},
        {"holder": "x" * 71},
        {"holder": "A\nB"},
        {"holder": "Газета"},
        {"street": "x" * 71},
        {"number": "x" * 17},
        {"postcode": ""},
        {"town": ""},
        {"country": "ch"},
        {"country": ""},
        {"text": "x" * 141},
        {"reference": "7K3MQ2X9"},
        {"reference": "RF00" + CREDITOR_REFERENCE[4:]},
    ],
)
def test_a_bill_a_bank_would_refuse_is_refused_by_us(wrong):
    with pytest.raises(WrongTransfer):
        swiss.payload(**BILL | wrong)


def test_accounts_for_the_banks_own_slips_are_known():
    assert [swiss.is_of_slips(iban) for iban in (QR_IBAN, SWISS_IBAN, LIECHTENSTEIN_IBAN)] == [True, False, False]
    assert not swiss.is_of_slips("DE89310000000000000000")


def test_a_code_is_for_francs_and_euros_to_an_ordinary_account_there():
    assert swiss.reaches(SWISS_IBAN, "CHF")
    assert swiss.reaches(LIECHTENSTEIN_IBAN, "EUR")
    assert not swiss.reaches(SWISS_IBAN, "USD")
    assert not swiss.reaches(QR_IBAN, "CHF")
    assert not swiss.reaches("DE89370400440532013000", "EUR")
