"""Receipts and annual statements as they are printed: every word ready for their templates."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import override

from commonpress.fundraising.amounts import exact_text
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books
from commonpress.fundraising.queries.annual import AnnualStatement
from commonpress.fundraising.receipting import issuer_now
from commonpress.lib import formats
from commonpress.newsroom.models.publication import Publication


def receipt_html(receipt: Receipt, *, pdf: str = "", is_pdf: bool = False) -> str:
    """Return a receipt's page, in the language and wording it was issued in; `pdf` is the address of its PDF."""
    publication = Publication.load()
    language = receipt.language
    corrections = list(receipt.corrections.select_related("refund").order_by("year", "serial"))
    corrected = receipt.corrects
    with override(language):
        context = {
            "receipt": receipt,
            "issuer": receipt.issuer,
            "wording": f"fundraising/receipts/wording_{receipt.wording}.html",
            "amount": exact_text(receipt.amount, language),
            "cover": exact_text(Money(receipt.cover_minor, receipt.currency), language) if receipt.cover_minor else "",
            "day": formats.day(receipt.day, language),
            "issued_on": day_here(receipt.issued_at, publication, language),
            "source": Gift.Source(receipt.source).label,
            "is_erased": receipt.gift.supporter is None or receipt.gift.supporter.erased_at is not None,
            "corrected_number": corrected.number if corrected else "",
            "is_mistake": receipt.refund is not None and receipt.refund.reason == Refund.Reason.MISTAKE,
            "corrections": [
                {
                    "number": each.number,
                    "amount": exact_text(each.amount, language),
                    "day": formats.day(each.day, language),
                    "void_since": void_since(each, publication, language),
                }
                for each in corrections
            ],
            "void_since": void_since(receipt, publication, language),
            # A refund that is still to be paid out has no paper yet.
            "left": exact_text(books.remaining_in_book(receipt.gift), language) if corrections else "",
        }
        return render_to_string("fundraising/receipt.html", context | {"pdf": pdf, "is_pdf": is_pdf})


def void_since(paper: Receipt, publication: Publication, language: str) -> str:
    """Return the day on which what a correction says went back came back to us, or empty."""
    failed_at = paper.refund.failed_at if paper.refund else None
    return day_here(failed_at, publication, language) if failed_at else ""


def annual_html(statement: AnnualStatement, *, pdf: str = "", is_pdf: bool = False) -> str:
    """Return the page of a supporter's year, by today's books."""
    publication = Publication.load()
    language = publication.language
    issuer = issuer_now(publication)
    now = timezone.now()
    with override(language):
        context = {
            "statement": statement,
            "issuer": issuer,
            "is_of_charity": bool(issuer["charity_status"] and issuer["registration_number"]),
            "as_of": day_here(now, publication, language),
            "is_over": now.astimezone(publication.tzinfo).year > statement.year,
            "rows": [
                {
                    "day": formats.day(movement.day, language),
                    "what": movement.drive_title,
                    "source": movement.source,
                    "number": movement.number,
                    "amount": exact_text(movement.amount, language).replace("-", "\u2212"),
                }
                for movement in statement.movements
            ],
            "totals": [
                {
                    "given": exact_text(total.given, language),
                    "returned": exact_text(total.returned, language) if total.returned else "",
                    "kept": exact_text(total.kept, language),
                }
                for total in statement.totals
            ],
        }
        return render_to_string("fundraising/annual.html", context | {"pdf": pdf, "is_pdf": is_pdf})


def annual_address(row: Supporter, year: int) -> str:
    """Return where the owner of a supporter's address finds their year; it lasts as long as the address is in the row."""
    return settings.PUBLIC_URL + reverse("fundraising:annual", args=[year, row.pk, annual_token(row, year)])


def annual_token(row: Supporter, year: int) -> str:
    said = f"{year}:{row.pk}:{row.email.lower()}"
    return salted_hmac("commonpress.fundraising.annual", said, algorithm="sha256").hexdigest()[:32]


def accepts_annual(row: Supporter, year: int, token: str) -> bool:
    return bool(row.email) and constant_time_compare(token, annual_token(row, year))


def day_here(moment: datetime, publication: Publication, language: str) -> str:
    return formats.day(moment.astimezone(publication.tzinfo).date(), language)


def receipt_address(receipt: Receipt) -> str:
    return settings.PUBLIC_URL + receipt.get_absolute_url()
