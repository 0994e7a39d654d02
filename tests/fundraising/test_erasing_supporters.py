"""What goes and what stays when somebody who gave is forgotten."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache

from commonpress.accounts.erasing import erase
from commonpress.accounts.models import Badge
from commonpress.fundraising.actions.badges import show_support
from commonpress.fundraising.actions.erasure import erase_giver, forget_names_on_receipts
from commonpress.fundraising.actions.receipts import issue_receipt
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.models.way_in import WayIn
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter, promise
from tests.fundraising.mine_door import let_in, post
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _a_day_in_june():
    cache.clear()
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder"})
    with time_machine.travel(JUNE, tick=False):
        yield


@pytest.fixture
def drive():
    return make_drive()


def test_the_book_stays_and_says_no_name(drive):
    gift = make_gift(drive, supporter=make_supporter(email="Ada@example.org"), message="From Ada", is_anonymous=False)
    entries = Entry.objects.count()

    assert erase_giver(["ada@example.org"]) == 1

    gift.refresh_from_db()
    ada = Supporter.objects.get()
    assert (ada.name, ada.public_name, ada.email, ada.erased_at) == ("", "", "", JUNE)
    assert (gift.supporter, gift.message, gift.is_anonymous) == (ada, "", True)
    assert (Entry.objects.count(), books.received_by_book(drive, "2021-06")) == (entries, Money(25_00, "EUR"))
    assert meters.meter(drive, JUNE).received == Money(25_00, "EUR")


def test_open_pledges_are_taken_back_and_the_meter_with_them(drive):
    pledge = promise(drive, 30_00, email="ada@example.org", message="Soon")
    others = promise(drive, 7_00, email="odo@example.org")

    erase_giver(["ada@example.org"])

    pledge.refresh_from_db()
    others.refresh_from_db()
    assert (pledge.state, pledge.message, others.state) == ("cancelled", "", "open")
    assert meters.meter(drive, JUNE).promised == Money(7_00, "EUR")


def test_letters_and_keys_and_the_mark_go_too(drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    make_gift(drive, supporter=make_supporter(email="odo@example.org"))
    ada = make_person("ada@example.org")
    show_support(ada)
    WayIn.objects.create(email="ada@example.org")
    run_jobs()

    erase_giver(["ada@example.org"])

    assert [letter.to for letter in Letter.objects.all()] == ["odo@example.org"]
    assert (WayIn.objects.count(), Badge.objects.count()) == (0, 0)


def test_somebody_else_in_capitals_is_left_alone(drive):
    make_gift(drive, supporter=make_supporter(email="ada@mail.example"))

    assert erase_giver(["ada@maıl.example", ""]) == 0
    assert Supporter.objects.get().name == "Ada Fenwick"


def test_a_receipt_keeps_its_name_for_ten_years_and_then_loses_it(drive, client):
    receipt = issue_receipt(make_gift(drive, supporter=make_supporter(email="ada@example.org")))
    issue_receipt(make_gift(drive, supporter=make_supporter(name="Odo", email="odo@example.org")))

    erase_giver(["ada@example.org"])
    forget_names_on_receipts(datetime(2031, 12, 31, tzinfo=UTC))
    receipt.refresh_from_db()
    assert receipt.name == "Ada Fenwick"
    forget_names_on_receipts(datetime(2032, 1, 1, tzinfo=UTC))

    assert sorted(Receipt.objects.values_list("name", flat=True)) == ["", "Odo"]
    shown = text_of(client.get(receipt.get_absolute_url()))
    assert ("the name is no longer kept" in shown, "€25.00" in shown) == (True, True)


def test_an_operator_who_need_not_keep_them_loses_the_names_at_once(drive, settings):
    settings.RECEIPT_YEARS = 0
    issue_receipt(make_gift(drive, supporter=make_supporter(email="ada@example.org")))

    erase_giver(["ada@example.org"])

    assert Receipt.objects.get().name == ""


def test_who_deletes_their_account_is_forgotten_by_every_confirmed_address(drive):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    make_gift(drive, supporter=make_supporter(email="ada@work.example"))
    make_gift(drive, supporter=make_supporter(email="ada@unproved.example"))
    ada = make_person("ada@example.org")
    ada.emailaddress_set.create(email="ada@work.example", verified=True)
    ada.emailaddress_set.create(email="ada@unproved.example", verified=False)

    erase(ada)

    assert sorted(Supporter.objects.values_list("email", flat=True)) == ["", "", "ada@unproved.example"]


def test_the_page_says_what_stays_and_asks_once_more(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    promise(drive, 30_00, email="ada@example.org")
    let_in(client, run_jobs)

    looked = text_of(client.get("/give/mine/erase/"))
    not_sure = post(client, "/give/mine/erase/")

    for words in ["Your open promise is taken back.", "keep your name until 10 years after the year of issue"]:
        assert words in looked
    assert (not_sure.status_code, Supporter.objects.filter(email="").count()) == (422, 0)
    assert "Tick the box if you are sure. Nothing is erased yet." in text_of(not_sure)


def test_who_is_sure_is_erased_and_out(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    let_in(client, run_jobs)
    secret = client.cookies["gifts"].value

    done = post(client, "/give/mine/erase/", sure="yes")

    assert "You are erased" in text_of(done)
    client.cookies["gifts"] = secret
    assert "€25" not in text_of(client.get("/give/mine/")).split("<main")[1].split("</main")[0]
    mail.outbox.clear()
    cache.clear()
    post(client, "/give/mine/", email="ada@example.org")
    run_jobs()
    assert (mail.outbox, Gift.objects.count()) == ([], 1)
