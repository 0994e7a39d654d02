from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from commonpress.changes.shown import keep
from commonpress.newsroom import editor
from commonpress.newsroom.models.addresses import FURTHER_PAGE, MONTH, Addressed
from commonpress.newsroom.models.archive import archive_of
from commonpress.newsroom.models.story import Story


class Year(Addressed, Page):
    """The folder of the stories first published in one year; its address is the year's archive.

    Template newsroom/archive.html, at /2026/, /2026/05/ and /2026/05/page/2/. Expects: page (this), archive (models.archive.Archive).
    The stories listed are those published in that time by date, wherever they stand in the tree.
    """

    parent_page_types = ["newsroom.Front"]
    subpage_types = ["newsroom.Story"]
    template = "newsroom/archive.html"
    edit_handler = editor.year_screen

    class Meta:
        verbose_name = _("year")
        verbose_name_plural = _("years")

    @property
    def number(self) -> int:
        return int(self.slug)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        match path_components:
            case [month] if MONTH.fullmatch(month):
                period = {"month": int(month)}
            case [month, "page", page] if MONTH.fullmatch(month) and FURTHER_PAGE.fullmatch(page):
                period = {"month": int(month), "page": int(page)}
            case _:
                return super().route(request, path_components)
        if not self.live:
            raise Http404
        return RouteResult(self, kwargs=period)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The years beside its own are listed too; whatever is published anywhere changes the front.
        keep("front")
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    def get_context(
        self, request: HttpRequest, *args: Any, month: int | None = None, page: int = 1, **kwargs: Any
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        stories = Story.objects.published()
        context["archive"] = archive_of(stories, base="/", year=self.number, month=month, page=page)
        return context
