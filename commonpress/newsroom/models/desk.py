import re
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from commonpress.changes.shown import shows
from commonpress.newsroom import editor
from commonpress.newsroom.models.addresses import FURTHER_PAGE, refuse_reserved
from commonpress.newsroom.models.archive import archive_of
from commonpress.newsroom.models.public_page import CommentsState, PublicPage

PERIOD = re.compile(rf"(?P<year>\d{{4}})(/(?P<month>\d{{2}})(/page/(?P<page>{FURTHER_PAGE.pattern}))?)?")


class Desk(PublicPage):
    """A section of the paper. Stories name their desk; they do not live under it.

    Template newsroom/desk.html, at /the-desk/, /the-desk/2026/, /the-desk/2026/05/ and its further pages. Expects:
    page and desk (this), archive (models.archive.Archive).
    """

    # Named, because a story's `desk` would otherwise clash with the page's own link to this table.
    page_ptr = models.OneToOneField(Page, parent_link=True, on_delete=models.CASCADE, related_name="as_desk")
    dek = models.CharField(_("line under the name"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(
        _("place in the navigation"), default=10, help_text=_("Desks stand by this number, the smallest first.")
    )
    is_in_navigation = models.BooleanField(
        _("in the navigation and on the front"),
        default=True,
        help_text=_("Without it the desk keeps its address and its archive."),
    )
    comments_state = models.CharField(max_length=6, choices=CommentsState, default=CommentsState.OFF, editable=False)

    parent_page_types = ["newsroom.Front"]
    subpage_types: list[str] = []
    template = "newsroom/desk.html"
    context_object_name = "desk"
    edit_handler = editor.desk_screen
    base_form_class = editor.PublicPageForm
    search_auto_update = False

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")

    @property
    def name(self) -> str:
        return self.title

    @property
    def keys(self) -> list[str]:
        # Desks stand in the navigation of every page.
        return ["publication", f"desk:{self.pk}"]

    @property
    def linked_path(self) -> str:
        """Return its address, or nothing while it is withdrawn: its stories go on naming it."""
        return self.path_here if self.live else ""

    def clean(self) -> None:
        super().clean()
        refuse_reserved(self.slug)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        period = PERIOD.fullmatch("/".join(path_components))
        if period is None:
            return super().route(request, path_components)
        if not self.live:
            raise Http404
        return RouteResult(self, kwargs={name: int(part) for name, part in period.groupdict().items() if part})

    def get_context(
        self,
        request: HttpRequest,
        *args: Any,
        year: int | None = None,
        month: int | None = None,
        page: int = 1,
        **kwargs: Any,
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        shows(f"desk:{self.pk}")
        stories = self.stories.published()
        context["archive"] = archive_of(stories, base=self.path_here, year=year, month=month, page=page)
        return context
