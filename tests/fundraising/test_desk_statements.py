"""The treasurer's screens for bank statements: read, lay out, look, book, settle."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from commonpress.accounts.rules import Role
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.models.statement import Movement, StatementImport
from commonpress.fundraising.queries import meters
from tests.factories.accounts import PASSWORD, make_person, sign_in_surely
from tests.factories.fundraising import JUNE, make_bank_details, make_drive, make_supporter, promise
from tests.fundraising.responses import text_of
from tests.fundraising.statements import PAYER_IBAN, camt, entry, german, mt940

pytestmark = pytest.mark.django_db

ROOT = "/admin/fundraising"


@pytest.fixture
def desk(client):
    """A treasurer's browser, after the days of the statements."""
    with time_machine.travel(datetime(2021, 6, 20, 9, tzinfo=UTC), tick=False):
        make_bank_details()
        sign_in_surely(client, make_person("", Role.TREASURER))
        yield client


def send(desk, raw, name="june.xml"):
    file = SimpleUploadedFile(name, raw if isinstance(raw, bytes) else raw.encode())
    return desk.post(f"{ROOT}/statements/new/", {"file": file})


def take(desk, *entries):
    return desk.post(send(desk, camt(*entries)).url, follow=True)


def queued(desk, *entries):
    take(desk, *(entries or [entry(text="Keep going")]))
    return Movement.objects.get(state="queued")


def screens():
    statement = StatementImport.objects.create(
        file_name="a", kind="camt", digest="d", first_on=JUNE, last_on=JUNE, movements_in_file=1
    )
    movement = Movement.objects.create(
        statement=statement, sameness="s", booked_on=JUNE, amount_minor=5, currency="EUR", line=1, state="queued"
    )
    paths = ("statements", "statements/new", f"statements/{statement.pk}", "movements", "movements/results")
    return [*(f"{ROOT}/{path}/" for path in paths), f"{ROOT}/movements/{movement.pk}/"]


@pytest.mark.parametrize("role", [Role.TREASURER, Role.OWNER])
def test_treasurers_and_owners_see_every_screen(client, role):
    client.force_login(make_person("", role))

    for address in screens():
        assert client.get(address).status_code == 200, address
    assert client.get(f"{ROOT}/statements/table/nothing/").url == f"{ROOT}/statements/new/"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REPORTER, Role.MODERATOR, None])
def test_nobody_else_sees_or_does_anything_there(client, role):
    client.force_login(make_person("", role) if role else make_person())

    for address in [*screens(), f"{ROOT}/statements/table/nothing/"]:
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"undo": "1", "leave-out": "1", "note": "x"}).status_code == 403, address
    assert Movement.objects.get().state == "queued"


def test_strangers_are_led_to_sign_in(client):
    for address in screens():
        assert client.get(address).url == f"/accounts/login/?next={address}"
        assert client.post(address, {}).url == f"/accounts/login/?next={address}"


def test_a_statement_is_looked_at_before_it_is_booked(desk):
    drive = make_drive()
    pledge = promise(drive, 25_00)

    answer = send(desk, camt(entry(text=pledge.reference), entry("7.00", text="Keep going"), entry(way="DBIT")))
    shown = text_of(desk.get(answer.url))

    assert Gift.objects.count() == 0
    assert re.findall(r'<th scope="row">([^<]+)</th> <td class="amount">([^<]+)</td>', shown) == [
        ("matched by their reference", "1"),
        ("for you to settle", "1"),
        ("known already", "0"),
        ("went out", "1"),
        ("to be booked", "€25.00"),
    ]
    assert ("Keep going" in shown, f"pledge {pledge.grouped_reference}" in shown) == (True, True)


def test_another_sum_than_was_promised_is_said_before_and_after_it_is_booked(desk):
    drive = make_drive()
    same, less = promise(drive, 17_00), promise(drive, 25_00)
    raw = camt(entry("17.00", text=same.reference), entry("20.00", text=less.reference))

    page = send(desk, raw).url
    preview = text_of(desk.get(page))
    desk.post(page)
    booked = text_of(desk.get(f"{ROOT}/movements/?state=booked"))
    movement = Movement.objects.get(amount_minor=20_00)

    said = "received €20.00, promised €25.00"
    assert f"<td>pledge {same.grouped_reference}</td>" in preview
    assert f"<td>pledge {less.grouped_reference}, {said}</td>" in preview
    assert booked.count("promised") == 1
    assert f"booked by its reference; {said}" in booked
    assert said in text_of(desk.get(f"{ROOT}/movements/{movement.pk}/"))


def test_another_sum_than_was_promised_is_said_where_a_movement_is_settled(desk):
    drive = make_drive()
    pledge = promise(drive, 25_00)
    slip = pledge.reference[:-1] + ("2" if pledge.reference[-1] != "2" else "3")

    movement = queued(desk, entry("20.00", text=slip))

    shown = text_of(desk.get(f"{ROOT}/movements/{movement.pk}/"))
    assert f"pledge {pledge.grouped_reference}, promised €25.00" in shown


def test_a_list_of_movements_asks_no_more_for_three_than_for_one(desk, django_assert_num_queries):
    drive = make_drive()
    take(desk, entry("20.00", text=promise(drive, 25_00).reference))
    with django_assert_num_queries(16) as one:
        desk.get(f"{ROOT}/movements/?state=booked")
    asked = len(one)

    take(desk, *(entry("20.00", text=promise(drive, 25_00).reference) for _number in range(2)))

    with django_assert_num_queries(asked):
        desk.get(f"{ROOT}/movements/?state=booked")


def test_booking_it_moves_the_meter_and_says_what_waits(desk):
    drive = make_drive()
    pledge = promise(drive, 25_00)

    booked = take(desk, entry(text=pledge.reference), entry("7.00", text="Keep going"))
    again = take(desk, entry(text=pledge.reference), entry("7.00", text="Keep going"))

    assert "Booked. 1 movement waits for you." in text_of(booked)
    assert (meters.meter(drive, JUNE).received.minor, Movement.objects.count()) == (25_00, 2)
    assert re.search(r"known already</th> <td class=\"amount\">2</td>", text_of(again))


def test_the_button_pressed_twice_books_once(desk):
    pledge = promise(make_drive(), 25_00)
    page = send(desk, camt(entry(text=pledge.reference))).url

    answers = [desk.post(page).status_code for _time in range(2)]

    assert (answers, Gift.objects.count()) == ([302, 302], 1)


def test_a_file_that_was_looked_at_can_be_forgotten(desk):
    page = send(desk, camt(entry())).url

    desk.post(page, {"drop": "1"})

    assert (StatementImport.objects.count(), desk.get(page).status_code) == (0, 404)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty. Fetch it from your bank once more."),
        (b"PK\x03\x04", "This is an archive. Unpack it and choose the files inside, one after another."),
        (b"%PDF-1.7", "This is a PDF, made for people. Fetch the statement as CAMT.053, MT940 or CSV."),
        (b"x" * 5_000_001, "The file is larger than 5 MB. Fetch the statement in shorter stretches of time."),
        (camt(entry())[:400], "The file ends too soon: a part of it is missing. Fetch it from your bank once more."),
        (camt(entry(), iban=PAYER_IBAN), "This is the statement of another account (…4300)."),
        (camt(entry(), entry("25.001")), "Line 4: “25.001” has more decimals than the currency."),
        (camt(entry(day="2021-06-31")), "cannot be read as a day."),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "The file holds instructions no statement has"),
        ("Dear bank, hello", "Line 1"),
    ],
)
def test_a_file_that_is_wrong_gets_a_sentence_and_nothing_is_booked(desk, raw, sentence):
    promise(make_drive(), 25_00)

    response = send(desk, raw)

    if response.status_code == 302:  # a table, of which its layout is asked
        response = desk.post(
            response.url, {"header_line": "1", "delimiter": ",", "encoding": "utf-8", "booked_on": "hello"}
        )
        sentence = "This field is required."
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert (StatementImport.objects.count(), Movement.objects.count()) == (0, 0)


def test_no_file_at_all_is_asked_for(desk):
    response = desk.post(f"{ROOT}/statements/new/", {})

    assert (response.status_code, "This field is required." in text_of(response)) == (422, True)


LAYOUT = {
    "header_line": "1",
    "delimiter": ";",
    "encoding": "utf-8",
    "booked_on": "Buchungstag",
    "date_order": "DMY",
    "amount": "Betrag",
    "decimal_mark": ",",
    "currency": "Währung",
    "payer": "Name Zahlungsbeteiligter",
    "payer_account": "IBAN Zahlungsbeteiligter",
    "text": "Verwendungszweck",
    "account": "IBAN Auftragskonto",
}


def row(reference, amount="25,00"):
    return f"10.06.2021;Ada Fenwick;{PAYER_IBAN};{reference};{amount};EUR"


def test_a_table_is_laid_out_once_and_remembered(desk):
    drive = make_drive()
    first, second = promise(drive, 25_00), promise(drive, 25_00)

    page = send(desk, german(row(first.reference)), "june.csv").url
    shown = text_of(desk.get(page))
    desk.post(desk.post(page, LAYOUT).url)
    desk.post(desk.post(send(desk, german(row(first.reference), row(second.reference)), "july.csv").url, LAYOUT).url)

    assert '<option value="Verwendungszweck" selected>' in shown
    assert ("NL…4300" in shown, PAYER_IBAN in shown) == (True, False)
    assert meters.meter(drive, JUNE).received.minor == 50_00
    shown = text_of(desk.get(send(desk, german(row("x"), row("y")), "august.csv").url))
    assert '<option value="IBAN Zahlungsbeteiligter" selected>' in shown


def test_what_was_chosen_of_a_table_is_kept_when_a_row_is_wrong(desk):
    page = send(desk, german(row("Hello"), row("Hello", "1e3")), "june.csv").url

    response = desk.post(page, LAYOUT | {"payer": "Verwendungszweck"})

    shown = text_of(response)
    assert (response.status_code, Movement.objects.count()) == (422, 0)
    assert "Line 3: “1e3” cannot be read as an amount." in shown
    assert shown.count('<option value="Verwendungszweck" selected>') == 2
    assert desk.post(page, LAYOUT | {"amount": "Nothing"}).status_code == 422


def test_a_table_cut_wrongly_is_cut_anew(desk):
    page = send(desk, german(row("Hello")).replace(";", "|"), "june.csv").url

    wrong = text_of(desk.post(page, {"look": "1", "header_line": "1", "delimiter": ",", "encoding": "utf-8"}))
    right = text_of(desk.post(page, {"look": "1", "header_line": "1", "delimiter": "|", "encoding": "utf-8"}))

    assert '<option value="Betrag">' not in wrong
    assert '<option value="Betrag">' in right


def test_mt940_is_read_by_what_it_is_and_not_by_its_name(desk):
    pledge = promise(make_drive(), 25_00)

    desk.post(send(desk, mt940(("C", "25,00", f"166?20SVWZ+{pledge.reference}")), "export.txt").url)

    assert Gift.objects.get().pledge == pledge


def settle(desk, movement, **typed):
    return desk.post(f"{ROOT}/movements/{movement.pk}/", typed)


def test_the_queue_shows_what_waits_and_everything_when_asked(desk):
    pledge = promise(make_drive(), 25_00)
    take(
        desk,
        entry(text=pledge.reference, name="Booked Person"),
        entry("7.00", text="Keep going", name="Waiting Person"),
    )

    def found(query):
        shown = text_of(desk.get(f"{ROOT}/movements/results/?{query}"))
        return [name for name in ("Booked Person", "Waiting Person") if name in shown]

    assert (found(""), found("state=booked"), found("q=waiting")) == (
        ["Waiting Person"],
        ["Booked Person"],
        ["Waiting Person"],
    )


def test_pledges_that_may_be_meant_are_offered_first(desk):
    drive = make_drive()
    same_sum, near = promise(drive, 25_00), promise(drive, 30_00)
    promise(drive, 99_00)
    slip = near.reference[:-1]

    movement = queued(desk, entry(text=f"Ref {slip}"))
    shown = text_of(desk.get(f"{ROOT}/movements/{movement.pk}/"))

    offered = re.findall(r'<option value="pledge:(\w+)"', shown)
    assert list(dict.fromkeys(offered)) == [near.reference, same_sum.reference]


def test_a_movement_becomes_a_pledges_gift(desk):
    drive = make_drive()
    pledge = promise(drive, 30_00)
    movement = queued(desk)
    address = f"{ROOT}/movements/{movement.pk}/?reference={pledge.reference.lower()}"

    assert f'value="pledge:{pledge.reference}"' in text_of(desk.get(address))
    desk.post(address, {"to_1": f"pledge:{pledge.reference}", "amount_1": "25"})

    pledge.refresh_from_db()
    assert (pledge.state, pledge.gift.amount_minor, Movement.objects.get().state) == ("confirmed", 25_00, "settled")


def test_a_movement_is_split_between_a_pledge_and_a_new_gift(desk):
    drive = make_drive()
    pledge = promise(drive, 10_00)
    movement = queued(desk)
    form = {"to_1": f"drive:{drive.pk}", "amount_1": "15", "to_2": f"pledge:{pledge.reference}", "amount_2": "10.00"}
    giver = {"name": "Ada Fenwick", "email": "ada@example.org"}

    desk.post(f"{ROOT}/movements/{movement.pk}/?reference={pledge.grouped_reference}", form | giver)

    gifts = Gift.objects.order_by("amount_minor")
    assert list(gifts.values_list("amount_minor", "supporter__email", "pledge__reference")) == [
        (10_00, None, pledge.reference),
        (15_00, "ada@example.org", None),
    ]


def test_who_gave_from_the_account_before_is_offered(desk):
    drive = make_drive()
    known = make_supporter(email="ada@example.org")
    pledge = promise(drive, 25_00, email="ada@example.org", public_name="Ada")
    take(desk, entry(text=pledge.reference))
    gave = Gift.objects.get().supporter

    movement = queued(desk, entry("7.00", text="Another one"))
    shown = text_of(desk.get(f"{ROOT}/movements/{movement.pk}/"))
    settle(desk, movement, to_1=f"drive:{drive.pk}", amount_1="7", giver=str(gave.pk))

    assert f'<option value="{gave.pk}">' in shown
    assert known != gave
    assert Gift.objects.get(amount_minor=7_00).supporter == gave


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "This field is required."),
        ({"amount_1": "24"}, "The parts do not come to €25."),
        ({"amount_1": "25.001"}, "EUR has 2 decimals at most."),
        ({"to_2": "same"}, "Write how much of it goes there."),
        ({"amount_2": "5"}, "Choose where this part goes."),
        ({"to_1": "pledge:NOTONE"}, "Select a valid choice."),
        ({"email": "ada"}, "Enter a valid email address."),
    ],
)
def test_a_settlement_that_is_not_right_gets_a_sentence_and_keeps_what_was_typed(desk, typed, sentence):
    drive = make_drive()
    movement = queued(desk)
    form = {"to_1": f"drive:{drive.pk}", "amount_1": "25", "note": "Keep this", **typed}
    if not typed:
        form.pop("to_1")
    if typed.get("to_2"):
        form["to_2"] = f"drive:{drive.pk}"

    response = settle(desk, movement, **form)

    assert (response.status_code, Gift.objects.count()) == (422, 0)
    assert (sentence in text_of(response), 'value="Keep this"' in text_of(response)) == (True, True)


def test_the_form_of_a_movement_sent_twice_makes_one_gift(desk):
    drive = make_drive()
    movement = queued(desk)
    form = {"to_1": f"drive:{drive.pk}", "amount_1": "25"}

    answers = [settle(desk, movement, **form).status_code for _time in range(2)]

    assert (answers, Gift.objects.count()) == ([302, 302], 1)


def test_what_is_no_gift_is_left_out_with_a_reason(desk):
    drive = make_drive()
    movement = queued(desk)

    without = settle(desk, movement, **{"leave-out": "1", "note": "", "to_1": f"drive:{drive.pk}"})
    assert (without.status_code, Movement.objects.get().state) == (422, "queued")
    assert "Write why it is no gift" in text_of(without)
    assert f'<option value="drive:{drive.pk}" selected>' in text_of(without)
    settle(desk, movement, **{"leave-out": "1", "note": "Interest of the bank"})

    movement.refresh_from_db()
    assert (movement.state, movement.note, Gift.objects.count()) == ("ignored", "Interest of the bank", 0)


def test_what_a_movement_became_can_be_undone_from_its_page(desk):
    drive = make_drive()
    pledge = promise(drive, 25_00)
    take(desk, entry(text=pledge.reference))
    address = f"{ROOT}/movements/{Movement.objects.get().pk}/"

    assert "Undo it" in text_of(desk.get(address))
    desk.post(address, {"undo": "1"})

    assert (meters.meter(drive, JUNE).received.minor, Movement.objects.get().state) == (0, "queued")
    assert "Book it" in text_of(desk.get(address))


def test_money_that_went_back_takes_its_gift_back(desk):
    drive = make_drive()
    pledge = promise(drive, 25_00)
    movement = queued(desk, entry(text=pledge.reference), entry(way="DBIT", more="<RvslInd>true</RvslInd>"))
    gift = Gift.objects.get()

    shown = text_of(desk.get(f"{ROOT}/movements/{movement.pk}/"))
    assert (f'value="{gift.public_id}"' in shown, "A transfer went back" in shown) == (True, True)
    assert settle(desk, movement, gift="").status_code == 422
    settle(desk, movement, gift=gift.public_id)

    assert (meters.meter(drive, JUNE).received.minor, Movement.objects.get(pk=movement.pk).state) == (0, "settled")
    assert "Undo it" not in text_of(desk.get(f"{ROOT}/movements/{movement.pk}/"))


def test_more_than_one_person_takes_back_is_asked_for_on_the_gifts_page_and_then_chosen_here(desk, client):
    drive = make_drive()
    pledge = promise(drive, 600_00)
    movement = queued(
        desk, entry("600.00", text=pledge.reference), entry("600.00", way="DBIT", more="<RvslInd>true</RvslInd>")
    )
    gift = Gift.objects.get()
    address = f"{ROOT}/movements/{movement.pk}/"

    refused = settle(desk, movement, gift=gift.public_id)
    ben = make_person("", Role.OWNER)
    desk.post(f"{ROOT}/gifts/{gift.public_id}/", {"amount": "600", "reason": "returned", "is_to_be_paid_out": "on"})
    sign_in_surely(client, ben)
    client.post(f"{ROOT}/refunds/asked/{RefundRequest.objects.get().public_id}/", {})
    refund = Refund.objects.get()
    shown = text_of(client.get(address))
    done = client.post(address, {"gift": refund.public_id, "note": "Came back on Monday"}, follow=True)

    assert (refused.status_code, "Ask for the refund on the gift&#x27;s own page" in text_of(refused)) == (409, True)
    assert f'<option value="{refund.public_id}">refund (to be paid out) of: 2021-06-10, €600' in shown
    assert "The refund is paid out, and this was its money." in text_of(done)
    movement.refresh_from_db()
    assert (movement.refund, movement.note) == (refund, "Came back on Monday")
    assert meters.meter(drive, JUNE).received.minor == 0


@pytest.mark.parametrize("what", ["take back", "undo"])
def test_who_has_a_password_is_asked_for_it_before_a_movement_takes_a_gift_back_and_then_it_does(desk, client, what):
    drive = make_drive()
    pledge = promise(drive, 25_00)
    movement = queued(desk, entry(text=pledge.reference), entry(way="DBIT", more="<RvslInd>true</RvslInd>"))
    form = {"gift": Gift.objects.get().public_id}
    if what == "undo":
        movement, form = Movement.objects.get(state="booked"), {"undo": "1"}
    client.force_login(make_person("ann@paper.example", Role.TREASURER, password=PASSWORD))

    answer = settle(client, movement, **form)
    before = meters.meter(drive, JUNE).received.minor
    client.post(answer["Location"], {"password": PASSWORD})

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert (before, meters.meter(drive, JUNE).received.minor) == (25_00, 0)


def test_the_queue_takes_the_same_queries_for_one_and_for_three(desk, django_assert_num_queries):
    take(desk, entry(text="One"))
    address = f"{ROOT}/movements/results/"
    desk.get(address)
    with django_assert_num_queries(10):
        desk.get(address)
    take(desk, entry(text="Two"), entry(text="Three"))

    with django_assert_num_queries(10):
        desk.get(address)
