import pytest
import zxingcpp

from commonpress.fundraising import bitcoin
from tests.fundraising.qr_pictures import picture_of

# From BIP 173 and BIP 350, and of the first block and a known script: nobody is meant to send anything there.
WITNESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
TAPROOT = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
TO_A_KEY = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
TO_A_SCRIPT = "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"


@pytest.mark.parametrize("address", [WITNESS, TAPROOT, TO_A_KEY, TO_A_SCRIPT])
def test_an_address_of_each_kind_is_taken_with_the_spaces_around_it_dropped(address):
    assert bitcoin.read_address(f" {address}\n") == address


def test_a_bech32_address_in_capitals_is_the_same_in_small_letters():
    assert bitcoin.read_address(WITNESS.upper()) == WITNESS


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "bitcoin",
        WITNESS[:-1],
        WITNESS + "q",
        WITNESS[:-1] + "5",
        "B" + WITNESS[1:],
        TO_A_KEY.lower(),
        TO_A_KEY.replace("z", "Z"),
        # A Cyrillic letter that looks like the Latin a, and a full-width 1.
        TO_A_KEY.replace("a", "\u0430"),
        "\uff11" + TO_A_KEY[1:],
        "0" + TO_A_KEY[1:],
        WITNESS.replace("w508", "w5 08"),
        # With the checksum of the other kind (BIP 350).
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
        # Of a future witness version, which many wallets refuse.
        "BC1SW50QGDZ25J",
        # Of the test network.
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
        "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
        # Of other chains, and keys.
        "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9",
        "0x742d35Cc6634C0532925a3b844Bc454e4438f44e",
        "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
        "x" * 5000,
    ],
)
def test_what_is_no_address_of_the_main_network_is_refused(typed):
    with pytest.raises(bitcoin.WrongAddress):
        bitcoin.read_address(typed)


def test_one_wrong_letter_anywhere_in_an_address_is_noticed():
    for address in (WITNESS, TO_A_KEY):
        for place, right in enumerate(address):
            with pytest.raises(bitcoin.WrongAddress):
                bitcoin.read_address(address[:place] + ("q" if right != "q" else "p") + address[place + 1 :])


def test_the_uri_names_whom_and_what_for_and_no_amount():
    code = bitcoin.uri(WITNESS, label="Fördern & Lesen", message="Paper? 100 %")

    assert code == f"bitcoin:{WITNESS}?label=F%C3%B6rdern%20%26%20Lesen&message=Paper%3F%20100%20%25"
    assert bitcoin.uri(WITNESS, label="") == f"bitcoin:{WITNESS}"


def test_another_library_reads_the_code_we_draw():
    code = bitcoin.uri(TAPROOT, label="The Alder Bridge Paper", message="Gift")

    (read,) = zxingcpp.read_barcodes(picture_of(bitcoin.drawing(code)))

    assert (read.bytes.decode(), "style=" in bitcoin.drawing(code)) == (code, False)


def test_a_transaction_id_is_64_hexadecimal_digits():
    assert bitcoin.read_transaction_id(" " + "AB" * 16 + "\n" + "01" * 16) == "ab" * 16 + "01" * 16


@pytest.mark.parametrize("typed", ["", "a" * 63, "a" * 65, "g" * 64, "\uff11" * 64, "0x" + "a" * 62])
def test_what_is_no_transaction_id_is_none(typed):
    assert bitcoin.read_transaction_id(typed) is None
