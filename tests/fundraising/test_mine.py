"""The page of a supporter's gifts: what they see, and what they may do there."""

import pytest
from django.core import mail
from django.test import Client

from commonpress.accounts.models import Badge
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_gift, make_supporter, promise
from tests.fundraising.mine_door import counting, let_in, post
from tests.fundraising.responses import in_main, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("clock", "alder")]


def test_all_rows_of_an_address_are_gathered_and_no_others(client, drive, run_jobs):
    make_gift(drive, 11_00, supporter=make_supporter(email="ada@example.org"))
    make_gift(drive, 22_00, supporter=make_supporter(email="ADA@EXAMPLE.ORG"))
    make_gift(drive, 99_00, supporter=make_supporter(email="odo@example.org"))
    promise(drive, 33_00, email="Ada@Example.org")
    let_in(client, run_jobs)

    shown = in_main(client.get("/give/mine/"))

    assert [f"€{amount}" in shown for amount in (11, 22, 33, 99)] == [True, True, True, False]


def test_a_pledge_is_changed_and_the_meter_moves_by_the_difference(client, drive, run_jobs):
    pledge = promise(drive, 30_00, email="ada@example.org")
    let_in(client, run_jobs)

    answer = post(client, f"/give/mine/pledge/{pledge.public_id}/", amount="12.50")

    pledge.refresh_from_db()
    assert (answer.status_code, pledge.amount) == (303, Money(12_50, "EUR"))
    assert meters.meter(drive, JUNE).promised == Money(12_50, "EUR")
    assert "You promise €12.50 now." in text_of(client.get("/give/mine/"))


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "Write an amount, or take the promise back."),
        ("-5", "Write the amount without a minus"),
        ("10.999", "EUR has 2 decimals at most."),
        ("10000.01", "For more than €10,000 please write to us first."),
    ],
)
def test_a_pledge_cannot_be_changed_to_nonsense(client, drive, run_jobs, amount, sentence):
    pledge = promise(drive, 30_00, email="ada@example.org")
    let_in(client, run_jobs)

    answer = post(client, f"/give/mine/pledge/{pledge.public_id}/", amount=amount)

    pledge.refresh_from_db()
    assert (answer.status_code, pledge.amount) == (422, Money(30_00, "EUR"))
    assert sentence in text_of(answer)


def test_nobody_touches_what_is_anothers(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    odos = make_gift(drive, supporter=make_supporter(name="Odo", public_name="Odo", email="odo@example.org"))
    pledge = promise(drive, 30_00, email="odo@example.org")
    let_in(client, run_jobs)

    answers = [
        client.get(f"/give/mine/pledge/{pledge.public_id}/"),
        post(client, f"/give/mine/pledge/{pledge.public_id}/", amount="5"),
        post(client, f"/give/mine/receipt/{odos.public_id}/"),
    ]
    post(client, "/give/mine/name/", then="hide")

    pledge.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (pledge.amount, Supporter.objects.get(email="odo@example.org", name="Odo").public_name) == (
        Money(30_00, "EUR"),
        "Odo",
    )
    assert "odo" not in text_of(client.get("/give/mine/data/")).lower()


ACTS = ["leave", "name", "mark", "receipt/01ARZ3NDEKTSV4RRFFQ69G5FAV", "pledge/01ARZ3NDEKTSV4RRFFQ69G5FAV", "erase"]


@pytest.mark.parametrize("act", ACTS[1:])
def test_who_is_not_let_in_does_nothing(client, drive, act):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))

    refused = post(client, f"/give/mine/{act}/", sure="yes", then="hide", amount="5")

    assert refused.status_code == 403
    assert "Ask for a new one on the page of your gifts." in text_of(refused)
    assert Supporter.objects.get().public_name == "Ada"
    assert client.get("/give/mine/data/").status_code == 403


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_done_for_another_site(drive, act):
    strict = Client(enforce_csrf_checks=True)

    refused = strict.post(f"/give/mine/{act}/", {"sure": "yes"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert refused.status_code == 403


def test_a_receipt_is_made_and_then_mailed_for_who_asks(client, drive, run_jobs):
    gift = make_gift(drive, supporter=make_supporter(email=""))
    Supporter.objects.update(email="ada@example.org")
    let_in(client, run_jobs)
    mail.outbox.clear()

    post(client, f"/give/mine/receipt/{gift.public_id}/")
    assert (Receipt.objects.get().gift, Receipt.objects.get().sent_times) == (gift, 0)
    post(client, f"/give/mine/receipt/{gift.public_id}/")
    run_jobs()

    assert [letter.subject for letter in mail.outbox] == ["The Alder: your receipt 2021-000001"]


def test_a_name_is_shown_and_hidden_again_with_all_gifts(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org", public_name=""))
    promise(drive, email="ada@example.org")
    let_in(client, run_jobs)

    post(client, "/give/mine/name/", name=" Ada\u202e  F. ", then="show")
    shown = (set(Supporter.objects.values_list("public_name", flat=True)), anonymous())
    post(client, "/give/mine/name/", name="Ada F.", then="hide")
    hidden = (set(Supporter.objects.values_list("public_name", flat=True)), anonymous())

    assert shown == ({"Ada F."}, [False, False])
    assert hidden == ({""}, [True, True])
    assert Supporter.objects.filter(name="Ada Fenwick").exists()


def anonymous():
    return [Gift.objects.get().is_anonymous, Pledge.objects.get().is_anonymous]


@pytest.mark.parametrize(("name", "sentence"), [("", "Write the name that readers may see."), ("x" * 61, "60 letters")])
def test_a_name_that_is_none_is_refused_with_what_was_typed(client, drive, run_jobs, name, sentence):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    let_in(client, run_jobs)

    answer = post(client, "/give/mine/name/", name=name, then="show")

    assert (answer.status_code, Supporter.objects.get().public_name) == (422, "Ada")
    assert (sentence in text_of(answer), f'value="{name}"' in text_of(answer)) == (True, True)


def test_the_mark_beside_ones_comments_is_shown_and_hidden(client, drive):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    client.force_login(make_person("ada@example.org"))

    post(client, "/give/mine/mark/", show="yes")
    assert Badge.objects.count() == 1
    assert "Hide it" in text_of(client.get("/give/mine/"))
    post(client, "/give/mine/mark/", show="no")

    assert Badge.objects.count() == 0


def test_all_that_is_kept_is_handed_over(client, drive, run_jobs):
    gift = make_gift(drive, 12_50, supporter=make_supporter(email="ada@example.org"), message="Go on")
    promise(drive, 30_00, email="ada@example.org", message="Soon")
    let_in(client, run_jobs)

    answer = client.get("/give/mine/data/")

    told = answer.json()
    assert answer["Content-Disposition"] == 'attachment; filename="my-gifts.json"'
    assert [each["email"] for each in told["supporter"]] == ["ada@example.org"] * 2
    (given,) = told["gifts"]
    assert (given["number"], given["amount"], given["currency"], given["message"], given["received"]) == (
        gift.public_id,
        "12.50",
        "EUR",
        "Go on",
        "2021-06-10T12:00:00+00:00",
    )
    assert [receipt["number"] for receipt in given["receipts"]] == ["2021-000001"]
    assert [(each["amount"], each["message"]) for each in told["pledges"]] == [("30.00", "Soon")]
    assert "The Alder has received your gift" in [letter["subject"] for letter in told["letters"]]


def test_the_page_takes_the_same_queries_for_one_gift_and_for_thirty(client, drive, run_jobs):
    ada = make_supporter(email="ada@example.org")
    make_gift(drive, supporter=ada)
    let_in(client, run_jobs)
    counts = []
    for more in (0, 29):
        for _ in range(more):
            make_gift(drive, supporter=ada)
        run_jobs()
        with counting() as captured:
            client.get("/give/mine/")
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_who_shows_a_name_is_told_that_it_is_read_first(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    let_in(client, run_jobs)

    post(client, "/give/mine/name/", name="Ada F.", then="show")

    assert "Readers see this name with your gifts once one of us has read it." in text_of(client.get("/give/mine/"))
