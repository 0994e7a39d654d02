"""Receipts: numbered without gaps, once for each gift, saying for good what they said."""

import re
import zlib
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction
from html5lib import HTMLParser

from commonpress.fundraising import pdf
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.receipts import issue_receipt, save_issuer, send_receipt
from commonpress.fundraising.actions.refunds import fail_refund, pay_out
from commonpress.fundraising.effects.receipts import receipt_corrected
from commonpress.fundraising.errors import NoReceipt
from commonpress.fundraising.models.issuer import Issuer
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.newsroom.models.publication import Publication
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

JULY = datetime(2021, 7, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_day_in_june():
    Publication.objects.update_or_create(
        pk=1, defaults={"name": "The Alder", "owner_name": "Alder Press Ltd.", "zone": "Europe/Berlin"}
    )
    with time_machine.travel(JUNE, tick=False):
        yield


def a_gift(minor=25_00, **fields):
    supporter = fields.pop("supporter", None) or make_supporter(email="ada@example.org")
    return make_gift(fields.pop("drive", None) or make_drive(is_current=False), minor, supporter=supporter, **fields)


def test_a_gift_is_thanked_for_with_its_receipt(run_jobs):
    gift = a_gift()

    run_jobs()

    receipt = Receipt.objects.get()
    (letter,) = mail.outbox
    assert (receipt.number, receipt.gift, receipt.amount, receipt.name) == (
        "2021-000001",
        gift,
        Money(25_00, "EUR"),
        "Ada Fenwick",
    )
    assert f"http://localhost:8000/give/receipt/2021-000001/{receipt.token}/" in letter.body
    assert (letter.attachments, receipt.sent_times) == ([], 1)
    (html,) = letter.alternatives
    assert receipt.token in html.content


def test_a_job_that_runs_twice_writes_one_receipt_and_counts_one_letter(run_jobs):
    from commonpress.fundraising.effects.gifts import gift_received

    gift = a_gift()

    gift_received(gift.pk)
    gift_received(gift.pk)
    run_jobs()

    assert (Receipt.objects.count(), Receipt.objects.get().sent_times, len(mail.outbox)) == (1, 1, 1)


def test_numbers_begin_anew_each_year_by_the_publications_calendar():
    with time_machine.travel("2021-12-31T22:59Z", tick=False):
        before = issue_receipt(a_gift())
    with time_machine.travel("2021-12-31T23:00Z", tick=False):
        first = issue_receipt(a_gift())
        second = issue_receipt(a_gift())

    assert [receipt.number for receipt in (before, first, second)] == ["2021-000001", "2022-000001", "2022-000002"]


def test_a_number_of_a_receipt_that_was_not_written_after_all_is_given_again():
    first = issue_receipt(a_gift())
    with pytest.raises(RuntimeError), transaction.atomic():
        issue_receipt(a_gift())
        raise RuntimeError

    second = issue_receipt(a_gift())

    assert (first.number, second.number) == ("2021-000001", "2021-000002")


def test_nobody_known_gets_no_receipt(run_jobs):
    gift = make_gift(make_drive())

    run_jobs()

    with pytest.raises(NoReceipt):
        issue_receipt(gift)
    assert Receipt.objects.count() == 0


def test_who_is_known_by_name_alone_gets_one_when_a_treasurer_issues_it(run_jobs):
    gift = a_gift(supporter=make_supporter(email=""))
    run_jobs()
    assert Receipt.objects.count() == 0

    receipt = send_receipt(gift)
    run_jobs()

    assert (receipt.number, receipt.sent_times, mail.outbox) == ("2021-000001", 0, [])


def test_a_receipt_says_for_good_what_it_said():
    gift = a_gift(drive=make_drive(title="June", is_current=False))
    receipt = issue_receipt(gift)
    save_issuer(Issuer(legal_name="Other Ltd.", address="Elsewhere"))
    gift.supporter.name = "Ada Other"
    gift.supporter.save()
    gift.drive.title = "July"
    gift.drive.save()

    again = issue_receipt(gift)

    assert again == receipt
    assert (again.name, again.drive_title, again.issuer["legal_name"]) == ("Ada Fenwick", "June", "Alder Press Ltd.")
    later = issue_receipt(a_gift(drive=gift.drive, supporter=gift.supporter))
    assert (later.name, later.drive_title, later.issuer["legal_name"]) == ("Ada Other", "July", "Other Ltd.")


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 1},
        {"serial": 7},
        {"year": 2020},
        {"name": "Somebody Else"},
        {"issuer": {"legal_name": "Others"}},
        {"issued_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"drive_title": "x"},
    ],
)
def test_the_database_itself_refuses_to_change_a_receipt(change):
    receipt = issue_receipt(a_gift())

    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk)._raw_delete("default")

    Receipt.objects.filter(pk=receipt.pk).update(name="", sent_times=3)
    assert Receipt.objects.get().number == receipt.number


def test_a_refund_gets_a_paper_of_its_own_that_names_the_receipt(run_jobs):
    gift = a_gift()
    receipt = issue_receipt(gift)
    run_jobs()
    mail.outbox.clear()

    refund = refund_gift(gift, amount=Money(10_00, "EUR"))
    run_jobs()

    correction = Receipt.objects.get(refund=refund)
    (letter,) = mail.outbox
    assert (correction.number, correction.kind, correction.corrects, correction.amount) == (
        "2021-000002",
        "correction",
        receipt,
        Money(10_00, "EUR"),
    )
    assert "€10.00 of the gift your receipt 2021-000001 is about went back" in letter.body
    assert correction.token in letter.body


def test_the_receipt_of_a_gift_that_went_back_in_part_says_so(client, run_jobs):
    gift = a_gift()
    receipt = issue_receipt(gift)
    refund_gift(gift, amount=Money(10_00, "EUR"), reason=Refund.Reason.RETURNED)
    run_jobs()

    shown = text_of(client.get(receipt.get_absolute_url()))

    assert "Corrected: €10.00 less, on June 10, 2021." in shown
    assert ">2021-000002<" in shown
    assert "Left of the gift: €15.00" in shown


def test_what_went_back_before_there_was_a_receipt_is_corrected_with_it():
    gift = a_gift()
    refund_gift(gift, amount=Money(10_00, "EUR"))

    issue_receipt(gift)

    assert list(Receipt.objects.order_by("serial").values_list("kind", "amount_minor")) == [
        ("receipt", 25_00),
        ("correction", 10_00),
    ]


@pytest.mark.parametrize("is_paid_out", [True, False])
def test_what_failed_before_there_was_a_receipt_is_corrected_by_nothing(is_paid_out, run_jobs):
    gift = a_gift()
    fail_refund(refund_gift(gift, amount=Money(10_00, "EUR"), is_paid_out=is_paid_out))

    issue_receipt(gift)
    run_jobs()

    assert list(Receipt.objects.values_list("kind", "amount_minor")) == [("receipt", 25_00)]
    assert [letter.subject for letter in mail.outbox] == ["The Alder has received your gift"]


def test_a_refund_gets_its_paper_when_it_is_paid_out_with_that_day(client, run_jobs):
    gift = a_gift()
    receipt = issue_receipt(gift)
    run_jobs()
    mail.outbox.clear()

    refund = refund_gift(gift, amount=Money(10_00, "EUR"), is_paid_out=False)
    issue_receipt(gift)
    run_jobs()
    before = (Receipt.objects.filter(kind="correction").count(), len(mail.outbox))
    pay_out(refund, paid_at=JULY)
    pay_out(refund, paid_at=JULY)
    run_jobs()

    correction = Receipt.objects.get(kind="correction")
    (letter,) = mail.outbox
    assert before == (0, 0)
    assert (correction.refund, f"{correction.day}") == (refund, "2021-07-03")
    assert "€10.00 of the gift your receipt 2021-000001 is about went back on July 3, 2021." in letter.body
    assert "Left of the gift: €15.00" in text_of(client.get(receipt.get_absolute_url()))


def test_a_refund_that_is_called_off_before_its_payment_tells_nobody(run_jobs):
    gift = a_gift()
    issue_receipt(gift)
    run_jobs()
    mail.outbox.clear()

    fail_refund(refund_gift(gift, amount=Money(10_00, "EUR"), is_paid_out=False))
    run_jobs()

    assert (Receipt.objects.count(), mail.outbox) == (1, [])


def test_a_refund_that_fails_before_its_letter_is_written_has_none_and_no_paper(run_jobs):
    gift = a_gift()
    issue_receipt(gift)
    run_jobs()
    mail.outbox.clear()
    refund = refund_gift(gift, amount=Money(10_00, "EUR"))
    fail_refund(refund)

    receipt_corrected(refund.pk)
    run_jobs()

    assert (Receipt.objects.count(), mail.outbox) == (1, [])


def test_a_refund_that_fails_after_its_paper_is_out_is_written_of_once_and_both_papers_say_so(client, run_jobs):
    gift = a_gift()
    receipt = issue_receipt(gift)
    refund_gift(gift, amount=Money(5_00, "EUR"))
    refund = refund_gift(gift, amount=Money(10_00, "EUR"))
    run_jobs()
    mail.outbox.clear()

    fail_refund(refund, failed_at=JULY)
    fail_refund(refund, failed_at=JULY)
    run_jobs()

    correction = Receipt.objects.get(refund=refund)
    (letter,) = mail.outbox
    on_receipt, on_correction = (text_of(client.get(paper.get_absolute_url())) for paper in (receipt, correction))
    assert f"your receipt {receipt.number} is about did not arrive with you: on July 3, 2021" in letter.body
    assert (correction.number in letter.body, receipt.token in letter.body) == (True, True)
    (html,) = letter.alternatives
    assert receipt.token in html.content
    assert on_receipt.count("The sum did not arrive and came back to us on July 3, 2021") == 1
    assert "Left of the gift: €20.00" in on_receipt
    assert (
        "This sum did not arrive and came back to us on July 3, 2021: this correction no longer holds." in on_correction
    )
    HTMLParser(strict=True).parse(client.get(correction.get_absolute_url()).content.decode())


def test_a_gift_that_went_back_whole_before_there_was_a_receipt_has_none(run_jobs):
    gift = a_gift()
    refund_gift(gift, amount=Money(25_00, "EUR"), reason=Refund.Reason.MISTAKE)

    run_jobs()

    with pytest.raises(NoReceipt):
        issue_receipt(gift)
    assert Receipt.objects.count() == 0


def test_a_receipt_sent_once_more_is_counted(run_jobs):
    gift = a_gift()
    run_jobs()
    mail.outbox.clear()

    send_receipt(gift)
    send_receipt(gift)
    run_jobs()

    assert (Receipt.objects.get().sent_times, len(mail.outbox)) == (3, 2)
    assert "Here is your receipt for €25.00 once more" in mail.outbox[0].body


def test_the_page_is_for_its_owner_alone(client):
    receipt = issue_receipt(a_gift())

    page = client.get(receipt.get_absolute_url())

    shown = text_of(page)
    HTMLParser(strict=True).parse(page.content.decode())
    for fact in ["2021-000001", "€25.00", "Ada Fenwick", "June 10, 2021", "Alder Press Ltd.", "bank transfer"]:
        assert fact in shown
    assert (page["Cache-Control"], page["X-Robots-Tag"], page["Referrer-Policy"], page.cookies) == (
        "no-store, private",
        "noindex",
        "same-origin",
        {},
    )
    assert ("style=" in shown, "<script" in shown) == (False, False)


def test_no_other_token_opens_it(client):
    receipt, other = issue_receipt(a_gift()), issue_receipt(a_gift())

    addresses = [
        f"/give/receipt/{receipt.number}/{other.token}/",
        f"/give/receipt/{receipt.number}/{other.token}/pdf/",
        f"/give/receipt/2021-000009/{receipt.token}/",
        f"/give/receipt/2021-1/{receipt.token}/",
        f"/give/receipt/{receipt.number}/{receipt.token[:-1]}/",
        "/give/receipt/99999-999999999999/x/",
    ]

    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)


def test_without_a_charitable_status_it_speaks_of_support_and_of_no_tax(client):
    save_issuer(Issuer(legal_name="Alder Press Ltd.", charity_status="half", goods_statement="Nothing was given back."))
    receipt = issue_receipt(a_gift())

    shown = text_of(client.get(receipt.get_absolute_url()))

    assert "Thank you for your support." in shown
    assert "Nothing was given back." in shown
    assert re.search(r"tax|donation|half", shown.split("<main")[1], re.IGNORECASE) is None


def test_it_can_say_that_it_is_none_for_the_tax_office(client):
    save_issuer(Issuer(legal_name="Alder Press Ltd.", says_no_tax_receipt=True))

    shown = text_of(client.get(issue_receipt(a_gift()).get_absolute_url()))

    assert "This is not a receipt for a tax-deductible donation." in shown


def test_with_status_and_number_it_speaks_of_a_donation_in_the_countrys_own_words(client):
    save_issuer(
        Issuer(
            legal_name="Alder Trust",
            charity_status="a registered charity",
            registration_number="1234567",
            tax_wording="Your donation is tax-deductible.",
        )
    )

    shown = text_of(client.get(issue_receipt(a_gift()).get_absolute_url()))

    for words in ["Receipt for a donation", "Registered under 1234567.", "Your donation is tax-deductible."]:
        assert words in shown


def test_it_is_printed_in_the_language_it_was_issued_in(client):
    Publication.objects.update(language="de")
    receipt = issue_receipt(a_gift())
    Publication.objects.update(language="en")

    page = client.get(receipt.get_absolute_url())

    assert '<html lang="de"' in text_of(page)
    assert "25,00\u00a0€" in page.content.decode()


@pytest.mark.parametrize(("currency", "minor", "text"), [("JPY", 2500, "JPY 2,500"), ("KWD", 1500, "KWD 1.500")])
def test_amounts_have_the_decimals_of_their_currency(client, currency, minor, text):
    receipt = issue_receipt(a_gift(minor, drive=make_drive(currency=currency, is_current=False)))

    assert text in text_of(client.get(receipt.get_absolute_url())).replace("\u00a0", " ")


def test_what_was_added_to_cover_a_fee_is_a_line_of_its_own(client):
    plain = issue_receipt(a_gift())
    covered = issue_receipt(a_gift(26_00, fee=Money(1_00, "EUR"), cover=Money(1_00, "EUR")))

    shown = text_of(client.get(covered.get_absolute_url()))

    assert ("€26.00" in shown, "added to cover the fee" in shown, "€1.00" in shown) == (True, True, True)
    assert "cover the fee" not in text_of(client.get(plain.get_absolute_url()))


needs_pdf = pytest.mark.skipif(
    not pdf.is_available(), reason="PDFs need the extra `pdf` (WeasyPrint) and Pango on this machine"
)


@needs_pdf
def test_the_pdf_is_made_of_the_same_page(client):
    receipt = issue_receipt(a_gift())
    page = text_of(client.get(receipt.get_absolute_url()))
    address = re.search(r'href="(/give/receipt/[^"]+/pdf/)"', page)[1]

    made = client.get(address)

    assert (made["Content-Type"], made["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="receipt-2021-000001.pdf"',
    )
    assert made.content.startswith(b"%PDF-")
    # Set in the paper's own face: the stylesheet and the font were found.
    assert b"Commonpress" in unpacked(made.content)


@needs_pdf
@pytest.mark.parametrize(
    "address", ["http://elsewhere.example/x.png", "file:///etc/hostname", "http://paper.invalid/static/../settings.py"]
)
def test_a_pdf_loads_nothing_but_our_own_files(address):
    from django.core.exceptions import SuspiciousOperation

    with pytest.raises((SuspiciousOperation, ValueError)):
        pdf.our_file(address)


def test_without_the_library_no_pdf_is_offered(client, monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    receipt = issue_receipt(a_gift())

    assert "pdf" not in text_of(client.get(receipt.get_absolute_url())).lower()
    assert client.get(f"{receipt.get_absolute_url()}pdf/").status_code == 404


def unpacked(made):
    """Return what a PDF's compressed parts say."""
    parts = re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)
    return b"".join(zlib.decompress(part) for part in parts if part.startswith(b"x"))
