"""All that is kept of a supporter is told to them: what others said of them too."""

import pytest
import time_machine
from django.core.cache import cache

from commonpress.fundraising.actions.crypto import tell_of_transfer
from commonpress.fundraising.actions.erasure import erase_giver
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.statement import Movement, MovementGift, StatementImport
from commonpress.fundraising.money import Money
from commonpress.newsroom.models.publication import Publication
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter, release
from tests.fundraising.mine_door import let_in
from tests.fundraising.test_bitcoin import WITNESS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def drive():
    cache.clear()
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder"})
    with time_machine.travel(JUNE, tick=False):
        yield make_drive()


def test_what_the_bank_the_chain_and_the_staff_said_is_handed_over_too(client, drive, run_jobs):
    ada = make_supporter(email="ada@example.org")
    gift = make_gift(drive, 12_50, supporter=ada, message="Go on", is_anonymous=False)
    came = moved(12_50, payer_name="A. Fenwick", payer_last4="3000", text="For the divers")
    MovementGift.objects.create(movement=came, gift=gift)
    refund = refund_gift(gift, amount=Money(2_00, "EUR"), note="She asked for it")
    moved(-2_00, payer_name="Mrs Fenwick", text="Some of it back", refund=refund)
    release(ada)
    address = CryptoAddress.objects.create(label="Ours", address=WITNESS)
    tell_of_transfer(address, transaction_id="ab" * 32, email="Ada@example.org")
    let_in(client, run_jobs)

    told = client.get("/give/mine/data/").json()

    (given,) = told["gifts"]
    assert [(each["from"], each["amount"], each["account_ends_in"], each["text"]) for each in given["at_the_bank"]] == [
        ("A. Fenwick", "12.50", "3000", "For the divers"),
        ("Mrs Fenwick", "-2.00", "", "Some of it back"),
    ]
    assert [each["note_for_the_books"] for each in given["taken_back"]] == ["She asked for it"]
    assert [(each["transaction"], each["state"]) for each in told["bitcoin_told_of"]] == [("ab" * 32, "announced")]
    decided = [(each["about"], each["gift"], each["answer"]) for each in told["on_the_supporters_wall"]]
    assert decided == [("name", None, "shown"), ("message", gift.public_id, "shown")]


def test_what_the_bank_said_of_money_that_went_back_is_erased_too(drive):
    gift = make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    moved(-2_00, payer_name="Mrs Fenwick", text="Back", refund=refund_gift(gift, amount=Money(2_00, "EUR")))

    erase_giver(["ada@example.org"])

    assert Movement.objects.values_list("payer_name", "text").get() == ("", "")


def moved(minor, **said):
    """Return a movement on our account, as a statement has it."""
    day = JUNE.date()
    file = StatementImport.objects.create(
        file_name="June", kind="camt", digest="0", first_on=day, last_on=day, movements_in_file=1
    )
    facts = {"statement": file, "sameness": f"{minor}", "booked_on": day, "currency": "EUR", "line": 1}
    return Movement.objects.create(amount_minor=minor, state=Movement.State.SETTLED, **facts | said)
