import pytest
import time_machine

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.refund_requests import take_back
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from tests.factories.accounts import PASSWORD, make_person, sign_in_surely
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

REFUNDS = "/admin/fundraising/refunds/"


@pytest.fixture
def ben():
    return make_person("ben@paper.example", Role.OWNER, display_name="Ben")


def ask(gift, by, minor=600_00):
    return take_back(gift, amount=Money(minor, "EUR"), by=by)


def test_a_refund_above_the_limit_is_asked_for_and_approved_by_another(client, ben):
    with time_machine.travel(JUNE, tick=False):
        drive = make_drive()
        gift = make_gift(drive, 900_00)
        sign_in_surely(client, make_person("", Role.TREASURER))
        gift_address = f"/admin/fundraising/gifts/{gift.public_id}/"

        assert "Above €500 of one gift, a second person is asked." in text_of(client.get(gift_address))
        asked = client.post(gift_address, {"amount": "600", "reason": "returned"}, follow=True)
        address = f"{REFUNDS}asked/{RefundRequest.objects.get().public_id}/"
        own = text_of(client.get(address))
        sign_in_surely(client, ben)
        theirs = text_of(client.get(address))
        approved = client.post(address, {}, follow=True)

        assert "€600 is more than one person takes back." in text_of(asked)
        assert "Somebody else who keeps the books decides." in own
        assert ("Approve: take back €600" in own, "Withdraw it" in own) == (False, True)
        assert ("Approve: take back €600" in theirs, "Refuse it" in theirs) == (True, True)
        assert "€600 is taken back, and the meter restated." in text_of(approved)
        assert meters.meter(drive, JUNE).received == Money(300_00, "EUR")
        assert client.post(address, {}).status_code == 409


def test_who_asked_cannot_approve_by_hand_either_and_is_told_why(desk, ben):
    desk.post(
        f"/admin/fundraising/gifts/{make_gift(make_drive(), 900_00).public_id}/",
        {"amount": "600", "reason": "returned"},
    )

    response = desk.post(f"{REFUNDS}asked/{RefundRequest.objects.get().public_id}/", {})

    assert (response.status_code, Refund.objects.count()) == (403, 0)
    assert "so somebody else who keeps the books decides about it." in text_of(response)


def test_a_gift_refunded_meanwhile_is_said_so_to_who_approves(desk, ben):
    gift = make_gift(make_drive(), 900_00)
    request = ask(gift, ben)
    refund_gift(gift, amount=Money(400_00, "EUR"))

    response = desk.post(f"{REFUNDS}asked/{request.public_id}/", {})

    assert (response.status_code, Refund.objects.count()) == (409, 1)
    assert "That is more than is left of this gift." in text_of(response)


def test_a_request_is_refused_by_a_second_button(desk, ben):
    request = ask(make_gift(make_drive(), 900_00), ben)

    desk.post(f"{REFUNDS}asked/{request.public_id}/", {"second": "1"})

    request.refresh_from_db()
    assert request.state == RefundRequest.State.REFUSED


def test_who_has_a_password_is_asked_for_it_before_money_goes_back_and_then_it_goes(client):
    with time_machine.travel(JUNE, tick=False):
        ann = make_person("ann@paper.example", Role.TREASURER, password=PASSWORD)
        client.force_login(ann)
        gift = make_gift(make_drive(), 50_00)
        address = f"/admin/fundraising/gifts/{gift.public_id}/"

        assert client.get(address).status_code == 200
        answer = client.post(address, {"amount": "5", "reason": "returned", "once": "the-same-form"})
        before = Refund.objects.count()
        done = client.post(answer["Location"], {"password": PASSWORD})

        assert answer["Location"].startswith("/accounts/reauthenticate/")
        assert (before, done["Location"]) == (0, "/admin/fundraising/gifts/")
        assert Refund.objects.get().amount == Money(5_00, "EUR")


def test_who_has_no_password_is_sent_a_code_before_money_goes_back(client):
    client.force_login(make_person("ann@paper.example", Role.TREASURER))
    gift = make_gift(make_drive(), 50_00)

    answer = client.post(f"/admin/fundraising/gifts/{gift.public_id}/", {"amount": "5", "reason": "returned"})

    assert (answer.status_code, Refund.objects.count()) == (302, 0)
    assert answer["Location"].endswith(f"?next=%2Fadmin%2Ffundraising%2Fgifts%2F{gift.public_id}%2F")


@pytest.mark.parametrize("path", ["refund", "asked"])
def test_who_has_a_password_is_asked_for_it_before_a_refund_is_settled_too(client, ben, path):
    gift = make_gift(make_drive(), 900_00)
    refund = refund_gift(gift, amount=Money(5_00, "EUR"), is_paid_out=False)
    request = ask(gift, ben)
    client.force_login(make_person("ann@paper.example", Role.TREASURER, password=PASSWORD))
    address = f"{REFUNDS}{refund.public_id}/" if path == "refund" else f"{REFUNDS}asked/{request.public_id}/"

    assert client.post(address, {})["Location"].startswith("/accounts/reauthenticate/")


def test_what_is_to_be_paid_out_is_marked_paid_and_later_that_it_did_not_arrive(desk):
    drive = make_drive()
    gift = make_gift(drive, 50_00)
    desk.post(
        f"/admin/fundraising/gifts/{gift.public_id}/", {"amount": "5", "reason": "returned", "is_to_be_paid_out": "on"}
    )
    address = f"{REFUNDS}{Refund.objects.get().public_id}/"

    shown = [meters.meter(drive, JUNE).received.minor]
    desk.post(address, {})
    shown.append(meters.meter(drive, JUNE).received.minor)
    page = text_of(desk.get(address))
    desk.post(address, {"second": "1"})
    shown.append(meters.meter(drive, JUNE).received.minor)

    assert shown == [50_00, 45_00, 50_00]
    assert ("It is paid out" in page, "It did not arrive" in page) == (False, True)
    assert "It did not arrive</button>" not in text_of(desk.get(address))


def test_a_mistake_is_never_paid_out(desk):
    gift = make_gift(make_drive(), 50_00)

    response = desk.post(
        f"/admin/fundraising/gifts/{gift.public_id}/", {"amount": "5", "reason": "mistake", "is_to_be_paid_out": "on"}
    )

    assert (response.status_code, Refund.objects.count()) == (422, 0)
    assert "What was entered by mistake never came, so nothing is paid out." in text_of(response)


def test_a_correction_is_not_revived_by_a_button_that_its_page_does_not_have(desk):
    drive = make_drive()
    gift = make_gift(drive, 50_00)
    address = f"{REFUNDS}{refund_gift(gift, amount=Money(50_00, 'EUR'), reason=Refund.Reason.MISTAKE).public_id}/"

    answer = desk.post(address, {"second": "1"})

    assert (answer.status_code, meters.meter(drive, JUNE).received.minor) == (409, 0)
    assert "This was entered by mistake" in text_of(answer)
    assert "It did not arrive" not in text_of(desk.get(address))


def test_refunds_are_found_by_name_state_drive_and_source(desk):
    drive, other = make_drive(), make_drive(is_current=False)
    refund_gift(make_gift(drive, 50_00, supporter=make_supporter()), amount=Money(11_00, "EUR"))
    refund_gift(make_gift(other, 50_00, source="cash"), amount=Money(12_00, "EUR"), is_paid_out=False)

    def found(query):
        shown = text_of(desk.get(f"{REFUNDS}results/?{query}"))
        return [amount for amount in ("€11", "€12") if amount in shown]

    assert found("") == ["€11", "€12"]
    assert found("q=fenwick") == ["€11"]
    assert found("q=12.00") == ["€12"]
    assert found("period=2021-06") == ["€11", "€12"]
    assert found("state=pending") == ["€12"]
    assert found(f"drive={drive.pk}") == ["€11"]
    assert found("source=cash") == ["€12"]


def test_only_owners_set_how_much_one_person_takes_back(desk, client, ben):
    drive = make_drive()
    form = {
        "title": drive.title, "currency": "EUR", "kind": "month", "reset_day": "1", "zone": "UTC", "refund_limit": "50",
        "counts": "gross", "match_percent": "100",
    }  # fmt: skip

    desk.post(f"/admin/fundraising/drives/{drive.pk}/", form)
    by_the_treasurer = Drive.objects.get().refund_limit
    sign_in_surely(client, ben)
    client.post(f"/admin/fundraising/drives/{drive.pk}/", form)

    assert (by_the_treasurer, Drive.objects.get().refund_limit) == (Money(500_00, "EUR"), Money(50_00, "EUR"))
