import re

import pytest
import zxingcpp
from PIL import Image

from commonpress.fundraising import epc
from commonpress.fundraising.money import Money
from tests.factories.fundraising import IBAN

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


def picture_of(svg):
    """Draw our SVG as an image: the code is one path of moves (m) and strokes (h) on a grid of modules."""
    modules = int(re.search(r'viewBox="0 0 (\d+)', svg)[1]) // 4
    image = Image.new("L", (modules, modules), 255)
    (path,) = re.findall(r'class="qrline" stroke="#000" d="([^"]+)"', svg)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        step = [float(number) for number in numbers.split()]
        if command == "M":
            x, y = step
        elif command == "m":
            x, y = x + step[0], y + step[1]
        else:
            for column in range(int(x), int(x + step[0])):
                image.putpixel((column, int(y)), 0)
            x += step[0]
    return image.resize((modules * 6, modules * 6), Image.Resampling.NEAREST)


def test_another_library_reads_the_code_we_draw():
    code = epc.payload(**TRANSFER)

    (read,) = zxingcpp.read_barcodes(picture_of(epc.drawing(code)))

    assert read.bytes.decode() == code
    assert read.ec_level == "M"


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
