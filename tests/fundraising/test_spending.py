import re

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from commonpress.accounts.rules import Role
from commonpress.changes.models import Change
from commonpress.fundraising.actions.spending import Wording, correct_spending
from commonpress.fundraising.errors import NothingIsDifferent
from commonpress.fundraising.models.spending import Spending, SpendingCategory, SpendingCorrection
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import spending as queries
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, spend
from tests.factories.photos import CANARY, picture_file, tattling_jpeg
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def send(desk, **typed):
    form = {"drive": "", "month": "2021-06", "new_category": "Wages", "amount": "1200", **typed}
    return desk.post("/admin/fundraising/spending/new/", form)


def correct(desk, spending, **typed):
    form = {"category": spending.category.name, "amount": "900", "note": "", "reason": "Two months in one.", **typed}
    return desk.post(f"/admin/fundraising/spending/{spending.public_id}/", form)


def test_a_treasurer_publishes_what_was_spent_under_a_new_category(desk):
    drive = make_drive()

    response = send(desk, drive=drive.pk, note="Three part-time wages")

    spending = Spending.objects.get()
    assert response.status_code == 302
    assert (spending.amount, spending.month, str(spending.category)) == (Money(1_200_00, "EUR"), "2021-06", "Wages")
    assert (spending.note, spending.drive, bool(spending.document)) == ("Three part-time wages", drive, False)
    assert spending.entered_by == response.wsgi_request.user
    assert Change.objects.filter(key="spending").count() == 1


def test_a_category_written_in_other_letters_is_the_one_that_stands(desk):
    make_drive()
    send(desk)

    send(desk, new_category="WAGES")

    assert SpendingCategory.objects.get().name == "Wages"
    assert Spending.objects.filter(category__name="Wages").count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"month": "2021-07"}, "That month is still to come."),
        ({"month": "06/2021"}, "Write the month as in 2026-11: year and month."),
        ({"month": "2021-13"}, "Write the month as in 2026-11: year and month."),
        ({"amount": "12.345"}, "EUR has 2 decimals at most. Write the amount as in 1234.50."),
        ({"amount": "-5"}, "Write the amount without a minus, as in 1234.50."),
        ({"new_category": ""}, "Choose a category, or write a new one below."),
        ({"drive": "77"}, "Select a valid choice. That choice is not one of the available choices."),
        ({"document": SimpleUploadedFile("bill.pdf", b"MZ" + b"\0" * 99)}, "This file is called a PDF and is none."),
        ({"document": SimpleUploadedFile("bill.pdf", PDF[:-7])}, "This PDF is cut off: its end is missing."),
        ({"document": SimpleUploadedFile("bill.html", b"<script>alert(1)</script>")}, "A PDF is taken as well."),
        ({"document": SimpleUploadedFile("bill.pdf", PDF + b"\0" * 10 * 1024 * 1024)}, "larger than 10.0\xa0MB"),
    ],
)
def test_a_bad_value_gets_a_sentence_and_nothing_is_published(desk, typed, sentence):
    make_drive()

    response = send(desk, note="Keep this", **typed)

    assert (response.status_code, Spending.objects.count()) == (422, 0)
    assert sentence in response.content.decode().replace("&#x27;", "'")
    assert 'value="Keep this"' in text_of(response)


def test_the_form_sent_twice_publishes_once_and_with_other_words_is_refused(desk):
    make_drive()
    once = re.search(r'name="once" value="([^"]+)"', text_of(desk.get("/admin/fundraising/spending/new/")))[1]

    answers = [send(desk, once=once).status_code, send(desk, once=once).status_code]
    another = send(desk, once=once, amount="40")

    assert (answers, another.status_code, Spending.objects.count()) == ([302, 302], 409, 1)


def test_without_a_drive_by_calendar_months_spending_needs_a_drive(desk):
    make_drive(kind="open")

    response = send(desk)

    assert (response.status_code, Spending.objects.count()) == (422, 0)
    assert "the whole paper" not in text_of(desk.get("/admin/fundraising/spending/new/"))


def test_a_correction_leaves_what_stood_there_before_with_its_reason(desk):
    spending = spend(make_drive(), 1_200_00, note="Wages of May")

    response = correct(desk, spending, note="Wages of June")

    spending.refresh_from_db()
    before = spending.corrections.get()
    assert response.status_code == 302
    assert (spending.amount, spending.note) == (Money(900_00, "EUR"), "Wages of June")
    assert (before.amount, before.note, before.category) == (Money(1_200_00, "EUR"), "Wages of May", "Wages")
    assert (before.reason, before.corrected_at, before.corrected_by) == (
        "Two months in one.",
        JUNE,
        response.wsgi_request.user,
    )


def test_a_correction_sent_twice_is_one_and_one_that_changes_nothing_is_refused(desk):
    spending = spend(make_drive(), 1_200_00)

    for _time in range(2):
        correct(desk, spending, once="the-same-form")
    again = correct(desk, spending, once="another-form")

    assert (again.status_code, spending.corrections.count()) == (422, 1)
    assert "All of this stands there already." in text_of(again)


def test_a_correction_needs_its_reason(desk):
    spending = spend(make_drive(), 1_200_00)

    response = correct(desk, spending, reason=" ")

    assert (response.status_code, spending.corrections.count()) == (422, 0)
    assert 'value="900"' in text_of(response)


def test_what_should_not_stand_there_is_withdrawn_and_still_seen_to_have_stood(desk):
    spending = spend(make_drive(), 1_200_00, note="Twice")

    response = correct(desk, spending, withdraw="1", amount="not an amount", reason="Entered twice.")

    spending.refresh_from_db()
    assert (response.status_code, spending.amount_minor, spending.note) == (302, 0, "Twice")
    assert spending.corrections.get().amount == Money(1_200_00, "EUR")
    assert queries.by_month(spending.drive) == {"2021-06": 0}


def test_two_corrections_at_once_do_not_lose_what_the_first_left():
    spending = spend(make_drive(), 1_200_00)
    seen_before = Spending.objects.get()

    correct_spending(spending, Wording(Money(900_00, "EUR"), "Wages"), reason="First", by=None)
    correct_spending(seen_before, Wording(Money(800_00, "EUR"), "Wages"), reason="Second", by=None)

    assert [row.amount.minor for row in spending.corrections.all()] == [1_200_00, 900_00]
    with pytest.raises(NothingIsDifferent):
        correct_spending(spending, Wording(Money(800_00, "EUR"), "Wages"), reason="Third", by=None)


def test_a_bill_is_handed_out_as_a_file_that_runs_nothing(desk, client):
    send(desk, drive=make_drive().pk, document=SimpleUploadedFile("Rent, Ada Fenwick.pdf", PDF))
    address = Spending.objects.get().document_address

    response = client.get(address)

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="2021-06-wages.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_picture_of_a_bill_is_made_anew_without_where_it_was_taken(desk, client):
    photo = tattling_jpeg()
    send(desk, drive=make_drive().pk, document=SimpleUploadedFile("bill.jpg", photo))

    response = client.get(Spending.objects.get().document_address)
    content = b"".join(response.streaming_content)

    assert (response["Content-Type"], content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert (CANARY.encode() in photo, CANARY.encode() in content) == (True, False)


def test_a_document_taken_away_is_gone_and_the_row_says_it_was_there(desk, client, django_capture_on_commit_callbacks):
    spending = spend(make_drive(), 1_200_00, document=ContentFile(PDF, name="document.pdf"))
    address, storage, name = spending.document_address, spending.document.storage, spending.document.name

    with django_capture_on_commit_callbacks(execute=True):
        correct(desk, spending, amount="1200", takes_document_away="on", reason="A name was to be read in it.")

    assert client.get(address).status_code == 404
    assert storage.exists(name) is False
    assert spending.corrections.get().is_document_changed is True


@pytest.mark.parametrize("path", ["/ledger/documents/01ARZ3NDEKTSV4RRFFQ69G5FAV/", "/ledger/documents/x/"])
def test_a_document_nobody_published_is_not_found(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 405


def test_a_document_cannot_be_reached_as_a_picture_of_the_paper(client):
    spending = spend(make_drive(), document=ContentFile(picture_file(), name="document.jpg"))

    assert client.get(f"/media/{spending.document.name}").status_code == 404


def test_a_category_is_renamed_everywhere_and_deleted_only_when_nothing_stands_under_it(desk):
    spending = spend(make_drive())
    unused = SpendingCategory.objects.create(name="Boats")
    root = "/admin/fundraising/spending/categories"

    desk.post(f"{root}/{spending.category_id}/", {"name": "Staff"})
    taken = desk.post(f"{root}/{spending.category_id}/", {"name": "boats"})
    kept = desk.post(f"{root}/{spending.category_id}/", {"delete": "1"})
    desk.post(f"{root}/{unused.pk}/", {"delete": "1"})

    assert list(SpendingCategory.objects.values_list("name", flat=True)) == ["Staff"]
    assert (taken.status_code, kept.status_code) == (422, 409)


def test_the_list_of_spending_takes_the_same_queries_for_one_and_for_three(desk, django_assert_num_queries):
    drive = make_drive()
    spend(drive)
    desk.get("/admin/fundraising/spending/results/")
    with django_assert_num_queries(11) as one:
        desk.get("/admin/fundraising/spending/results/")
    spend(drive, 30_00, category="Rent")
    spend(None, 40_00, category="Print")

    with django_assert_num_queries(len(one)):
        shown = text_of(desk.get("/admin/fundraising/spending/results/"))

    assert ("the whole paper" in shown, "€30" in shown) == (True, True)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR])
def test_nobody_else_publishes_or_corrects_spending(client, role):
    spending = spend(make_drive(), 1_200_00)
    client.force_login(make_person("", role))

    answers = [send(client).status_code, correct(client, spending).status_code]

    assert (answers, Spending.objects.count(), spending.corrections.count()) == ([403, 403], 1, 0)


REWRITES = [
    "UPDATE fundraising_spendingcorrection SET reason = 'Because.'",
    "UPDATE fundraising_spendingcorrection SET amount_minor = 1",
    "DELETE FROM fundraising_spendingcorrection",
    "UPDATE fundraising_spending SET amount_minor = 1",
    "UPDATE fundraising_spending SET note = 'For something else.'",
    "UPDATE fundraising_spending SET month = '2021-07'",
    "UPDATE fundraising_spending SET drive_id = NULL",
    "DELETE FROM fundraising_spending WHERE id NOT IN (SELECT spending_id FROM fundraising_spendingcorrection)",
]


# What replaces a row on SQLite is an insertion like any other on PostgreSQL, which refuses it for its keys.
REPLACING = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
REPLACEMENTS = [
    (
        f"{REPLACING} INTO fundraising_spending (id, public_id, month, category_id, amount_minor, currency, note, document,"
        " entered_at) SELECT id, public_id, '2021-07', category_id, amount_minor, currency, note, document, entered_at"
        " FROM fundraising_spending WHERE id NOT IN (SELECT spending_id FROM fundraising_spendingcorrection)"
    ),
    (
        f"{REPLACING} INTO fundraising_spendingcorrection (id, spending_id, amount_minor, category, note,"
        " is_document_changed, reason, corrected_at) SELECT id, spending_id, 1, category, note, is_document_changed,"
        " 'Because.', corrected_at FROM fundraising_spendingcorrection"
    ),
]


@pytest.mark.parametrize("statement", REWRITES + REPLACEMENTS)
def test_the_database_itself_keeps_what_was_published_and_what_stood_there_before(statement):
    drive, tess = make_drive(), make_person("tess@commonpress.example", Role.TREASURER)
    spend(drive, 50_00)
    says = Wording(category="Wages", amount=Money(900_00, "EUR"), note="")
    correct_spending(spend(drive, 1_200_00), says, reason="Two months in one.", by=tess)
    before = list(Spending.objects.order_by("id").values()), list(SpendingCorrection.objects.values())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert (list(Spending.objects.order_by("id").values()), list(SpendingCorrection.objects.values())) == before
    tess.delete()
    assert SpendingCorrection.objects.get().corrected_by is None
