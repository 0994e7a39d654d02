"""The book to take away: what it holds of a month, a year or all of it, in three formats."""

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.generic import View

from commonpress.fundraising.journals import beancount_lines, csv_lines, hledger_lines
from commonpress.fundraising.queries import journal
from commonpress.fundraising.queries.book_months import book_month
from commonpress.fundraising.views.desk.screens import ForTreasurers
from commonpress.newsroom.middleware import publication_of


class Export(ForTreasurers, View):
    """Answers /exports/2021-06.csv, /exports/2021.beancount, /exports/all.journal: never a name of a supporter."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, span: str, kind: str, **kwargs: Any) -> HttpResponseBase:
        publication = publication_of(request)
        moments: dict[str, Any] = {}
        if span != "all":
            first, last = (span, span) if "-" in span else (f"{span}-01", f"{span}-12")
            moments["begins_at"] = book_month(first, publication.zone).begins_at
            moments["until"] = book_month(last, publication.zone).until
        found = journal.bookings(publication.zone, **moments)
        title = f"{publication.name}, {span}"
        if kind == "csv":
            lines, content_type = csv_lines(found), "text/csv"
        elif kind == "beancount":
            lines, content_type = beancount_lines(found, accounts=journal.ACCOUNTS, title=title), "text/plain"
        else:
            lines, content_type = hledger_lines(found, accounts=journal.ACCOUNTS, title=title), "text/plain"
        response = StreamingHttpResponse(lines, content_type=f"{content_type}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="book-{span}.{kind}"'
        return response
