"""What search engines are told of: an index of months, so that a large archive is never read at once."""

import datetime as dt
from typing import Any

from django.db.models import CharField, Func, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep
from commonpress.newsroom.models.addresses import absolute
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.story import Story

Place = tuple[str, dt.datetime | None]


class MonthInUtc(Func):
    """The month of a stored moment, as in "2026-05"; Django's own would call into Python per row on SQLite."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 7)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM')"
        return self.as_sql(compiler, connection, template=template, **context)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    months = (
        Story.objects.published()
        .order_by()
        .annotate(month=MonthInUtc("first_public_at"))
        .values("month")
        .annotate(changed=Max("last_public_at"))
        .values_list("month", "changed")
        .order_by("-month")
    )
    chunks: list[Place] = [(absolute("/sitemap/pages.xml"), None)]
    chunks += [(absolute(f"/sitemap/{month}.xml"), changed) for month, changed in months]
    return answer(request, "newsroom/sitemap_index.xml", chunks)


@require_safe
def of_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    try:
        first = dt.datetime(year, month, 1, tzinfo=dt.UTC)
        end = (first + dt.timedelta(days=31)).replace(day=1)
    except (ValueError, OverflowError):
        raise Http404 from None
    rows = (
        Story.objects.published()
        .filter(first_public_at__gte=first, first_public_at__lt=end)
        .order_by("-first_public_at")
        .values_list("public_path", "last_public_at")
    )
    places = [(absolute(path), changed) for path, changed in rows]
    if not places:
        raise Http404
    return answer(request, "newsroom/sitemap.xml", places)


@require_safe
def of_pages(request: HttpRequest) -> HttpResponse:
    """List what is no story: the front, desks, plain pages, and bylines with something to read."""
    pages = [*Desk.objects.live(), *PlainPage.objects.live()]
    bylines = Byline.objects.filter(story_bylines__story__live=True).distinct()
    places: list[Place] = [(absolute("/"), None)]
    places += [(absolute(page.path_here), page.last_public_at) for page in pages]
    places += [(absolute(byline.get_absolute_url()), None) for byline in bylines]
    return answer(request, "newsroom/sitemap.xml", places)


def answer(request: HttpRequest, template: str, places: list[Place]) -> HttpResponse:
    keep("front", "publication")
    return render(request, template, {"places": places}, content_type="application/xml; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = ["/admin/", "/accounts/", "/-/", "/search/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
