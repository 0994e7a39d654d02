"""Receipts and annual statements, to be read, printed and kept: by whoever has the link from the letter."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commonpress.fundraising import papers, pdf
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.queries import givers
from commonpress.fundraising.queries.annual import AnnualStatement, annual_statement
from commonpress.lib.limits import address_prefix, limit
from commonpress.newsroom.middleware import publication_of

NUMBER = re.compile(r"([0-9]{4})-([0-9]{6,9})")


@require_safe
def receipt(request: HttpRequest, number: str, token: str) -> HttpResponse:
    found = receipt_or_404(request, number, token)
    address = f"{found.get_absolute_url()}pdf/" if pdf.is_available() else ""
    return HttpResponse(papers.receipt_html(found, pdf=address))


@require_safe
def receipt_as_pdf(request: HttpRequest, number: str, token: str) -> HttpResponse:
    found = receipt_or_404(request, number, token)
    return as_pdf(request, papers.receipt_html(found, is_pdf=True), f"receipt-{found.number}.pdf")


@require_safe
def annual(request: HttpRequest, year: int, pk: int, token: str) -> HttpResponse:
    address = f"{request.path}pdf/" if pdf.is_available() else ""
    return HttpResponse(papers.annual_html(statement_or_404(request, year, pk, token), pdf=address))


@require_safe
def annual_as_pdf(request: HttpRequest, year: int, pk: int, token: str) -> HttpResponse:
    statement = statement_or_404(request, year, pk, token)
    return as_pdf(request, papers.annual_html(statement, is_pdf=True), f"statement-{year}.pdf")


def receipt_or_404(request: HttpRequest, number: str, token: str) -> Receipt:
    limit(f"receipt:{address_prefix(request)}", times=60, seconds=60)
    parts = NUMBER.fullmatch(number)
    if parts is None:
        raise Http404
    named = Receipt.objects.filter(year=int(parts[1]), serial=int(parts[2]))
    found = named.select_related("gift__supporter", "gift__drive", "refund", "corrects").first()
    if found is None or not found.accepts(token):
        raise Http404
    return found


def statement_or_404(request: HttpRequest, year: int, pk: int, token: str) -> AnnualStatement:
    limit(f"receipt:{address_prefix(request)}", times=60, seconds=60)
    row = Supporter.objects.filter(pk=pk).first() if pk < 2**63 else None
    if row is None or not 2000 <= year <= 9998 or not papers.accepts_annual(row, year, token):
        raise Http404
    return annual_statement(givers.rows_at([row.email]), year, publication_of(request).tzinfo)


def as_pdf(request: HttpRequest, html: str, name: str) -> HttpResponse:
    if not pdf.is_available():
        raise Http404
    # Setting a page takes a good part of a second.
    limit(f"pdf:{address_prefix(request)}", times=10, seconds=60)
    response = HttpResponse(pdf.pdf_of(html), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
