"""Receipts on the desk: issued, sent again, looked for; who issues them; the statements of a year."""

import re

import pytest
import time_machine
from django.core import mail

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.receipts import issue_receipt
from commonpress.fundraising.models.issuer import Issuer
from commonpress.fundraising.models.receipt import Receipt
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter
from tests.fundraising.responses import text_of

pytestmark = pytest.mark.django_db
ROOT = "/admin/fundraising"


@pytest.fixture(autouse=True)
def _a_paper():
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder", "owner_name": "Alder Press Ltd."})


@pytest.fixture
def owner(client):
    client.force_login(make_person("", Role.OWNER))
    return client


def screens():
    gift = make_gift(make_drive(is_current=False), supporter=make_supporter(email="ada@example.org"))
    return {
        "list": f"{ROOT}/receipts/",
        "results": f"{ROOT}/receipts/results/",
        "years": f"{ROOT}/receipts/years/",
        "issuer": f"{ROOT}/receipts/issuer/",
        "send": f"{ROOT}/gifts/{gift.public_id}/receipt/",
    }


SEEN = {
    Role.OWNER: {"list": 200, "results": 200, "years": 200, "issuer": 200, "send": 405},
    Role.TREASURER: {"list": 200, "results": 200, "years": 200, "issuer": 403, "send": 405},
    Role.EDITOR: {"list": 403, "results": 403, "years": 403, "issuer": 403, "send": 403},
    Role.REPORTER: {"list": 403, "results": 403, "years": 403, "issuer": 403, "send": 403},
    Role.MODERATOR: {"list": 403, "results": 403, "years": 403, "issuer": 403, "send": 403},
    None: {"list": 403, "results": 403, "years": 403, "issuer": 403, "send": 403},
}


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_what_is_for_it(client, role):
    client.force_login(make_person("", *([role] if role else [])))

    assert {name: client.get(address).status_code for name, address in screens().items()} == SEEN[role]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REPORTER, Role.MODERATOR, None])
def test_nobody_else_sends_or_names_anything(client, role):
    client.force_login(make_person("", *([role] if role else [])))

    answers = [client.post(address, {"legal_name": "Us", "year": "2021"}) for address in screens().values()]

    assert {answer.status_code for answer in answers} == {403}
    assert (Receipt.objects.count(), Issuer.load()) == (0, None)


def test_a_treasurer_does_not_say_who_issues_receipts(desk):
    assert desk.post(f"{ROOT}/receipts/issuer/", {"legal_name": "Us"}).status_code == 403
    assert Issuer.load() is None


def test_strangers_are_led_to_sign_in(client):
    for address in screens().values():
        assert client.get(address).url == f"/accounts/login/?next={address}"


def test_a_receipt_is_issued_and_sent_from_the_gifts_screen(desk, run_jobs):
    gift = make_gift(make_drive(), supporter=make_supporter(email=""))
    gift.supporter.email = "ada@example.org"
    gift.supporter.save()
    screen = f"{ROOT}/gifts/{gift.public_id}/"
    assert "Issue and send it" in text_of(desk.get(screen))

    desk.post(f"{screen}receipt/")
    desk.post(f"{screen}receipt/")
    run_jobs()

    shown = text_of(desk.get(screen))
    assert ("receipt 2021-000001" in shown, "sent 2 times" in shown, "Send it once more" in shown) == (True, True, True)
    assert len(mail.outbox) == 2


def test_without_an_address_it_is_issued_to_be_printed(desk, run_jobs):
    gift = make_gift(make_drive(), supporter=make_supporter(email=""))
    screen = f"{ROOT}/gifts/{gift.public_id}/"

    answer = desk.post(f"{screen}receipt/", follow=True)

    assert "Receipt 2021-000001 is issued. Print it: no address is known to send it to." in text_of(answer)
    assert (Receipt.objects.count(), Letter.objects.count()) == (1, 0)
    assert "Issue it" not in text_of(desk.get(screen))


def test_an_anonymous_gift_has_no_receipt(desk):
    gift = make_gift(make_drive())
    screen = f"{ROOT}/gifts/{gift.public_id}/"

    refused = desk.post(f"{screen}receipt/")

    assert ("Issue it" in text_of(desk.get(screen)), refused.status_code, Receipt.objects.count()) == (False, 409, 0)


def test_a_gift_that_went_back_still_shows_its_papers(desk, run_jobs):
    gift = make_gift(make_drive(), supporter=make_supporter(email="ada@example.org"))
    run_jobs()
    refund_gift(gift, amount=gift.amount)
    run_jobs()

    shown = text_of(desk.get(f"{ROOT}/gifts/{gift.public_id}/"))

    assert ("receipt 2021-000001" in shown, "correction 2021-000002" in shown) == (True, True)


def test_receipts_are_found_by_number_and_by_name(desk):
    drive = make_drive()
    for name in ("Ada", "Odo"):
        issue_receipt(make_gift(drive, supporter=make_supporter(name=name)))

    def found(words):
        return re.findall(r">\s*(2021-\d{6})\s*<", text_of(desk.get(f"{ROOT}/receipts/results/?q={words}")))

    assert found("2021-000002") == ["2021-000002"]
    assert found("ada") == ["2021-000001"]
    assert found("nobody") == []
    assert found("9999-99999999999999999999") == []


def name_issuer(owner, **typed):
    return owner.post(f"{ROOT}/receipts/issuer/", {"legal_name": "Alder Press Ltd.", **typed})


def test_an_owner_says_who_issues_receipts(owner):
    assert "Alder Press Ltd." in text_of(owner.get(f"{ROOT}/receipts/issuer/"))

    answer = name_issuer(owner, address="1 Quay\r\nAlder", charity_status="a charity", registration_number="12")

    issuer = Issuer.load()
    assert answer.status_code == 302
    assert (issuer.address, issuer.is_charity) == ("1 Quay\nAlder", True)
    name_issuer(owner, legal_name="Other")
    assert (Issuer.load().legal_name, Issuer.load().is_charity) == ("Other", False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"goods_statement": "Your gift is tax-deductible."}, "Only who has a charitable status may speak of tax."),
        (
            {"tax_wording": "Ihre Spende ist steuerlich absetzbar."},
            "Only who has a charitable status may speak of tax.",
        ),
        ({"tax_wording": "Gift Aid applies.", "charity_status": "a charity"}, "Only who has a charitable status"),
        ({"tax_wording": "Thank you."}, "This is printed with a charitable status only."),
        ({"charity_status": "a charity"}, "Write the number too: without it nobody can look the status up."),
        ({"registration_number": "12"}, "Write the status this number stands for."),
        (
            {"charity_status": "a charity", "registration_number": "12", "says_no_tax_receipt": "on"},
            "With a charitable status, receipts cannot say that too.",
        ),
        ({"legal_name": ""}, "This field is required."),
    ],
)
def test_what_receipts_may_not_say_is_refused_with_a_sentence(owner, typed, sentence):
    answer = name_issuer(owner, **typed)

    assert (answer.status_code, Issuer.load()) == (422, None)
    assert sentence in text_of(answer)


def test_a_body_may_be_called_charitable(owner):
    name_issuer(owner, legal_name="Alder gemeinnützige GmbH")

    assert Issuer.load().legal_name == "Alder gemeinnützige GmbH"


def test_the_statements_of_a_year_that_is_over_are_sent_by_a_button(desk, run_jobs):
    make_gift(make_drive(), supporter=make_supporter(email="ada@example.org"))
    run_jobs()
    mail.outbox.clear()
    with time_machine.travel("2022-01-15T12:00Z", tick=False):
        desk.force_login(make_person("", Role.TREASURER))
        offered = re.findall(r'<option value="(\d+)"', text_of(desk.get(f"{ROOT}/receipts/years/")))
        early = desk.post(f"{ROOT}/receipts/years/", {"year": "2022"})
        answer = desk.post(f"{ROOT}/receipts/years/", {"year": "2021"}, follow=True)
        run_jobs()

    assert (offered, early.status_code) == (["2021"], 422)
    assert "The statements for 2021 are on their way." in text_of(answer)
    assert [letter.subject for letter in mail.outbox] == ["The Alder: your support in 2021"]


def test_before_a_year_is_over_there_is_nothing_to_send(desk):
    make_gift(make_drive(), supporter=make_supporter(email="ada@example.org"))

    shown = text_of(desk.get(f"{ROOT}/receipts/years/"))

    assert ("No year in which something came is over yet." in shown, "Send them" in shown) == (True, False)


def test_the_list_takes_the_same_queries_for_one_receipt_and_for_thirty(desk, django_assert_max_num_queries):
    drive, ada = make_drive(), make_supporter()
    issue_receipt(make_gift(drive, supporter=ada))
    desk.get(f"{ROOT}/receipts/results/")
    with django_assert_max_num_queries(40) as one:
        desk.get(f"{ROOT}/receipts/results/")
    for _ in range(29):
        issue_receipt(make_gift(drive, supporter=ada, occurred_at=JUNE))
    with django_assert_max_num_queries(40) as thirty:
        desk.get(f"{ROOT}/receipts/results/")

    assert len(thirty) == len(one)
