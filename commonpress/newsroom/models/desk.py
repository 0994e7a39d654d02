from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from commonpress.newsroom.models.public_page import PublicPage


class Desk(PublicPage, Page):
    """A section of the paper. Stories name their desk; they do not live under it."""

    # Named, because a story's `desk` would otherwise clash with the page's own link to this table.
    page_ptr = models.OneToOneField(Page, parent_link=True, on_delete=models.CASCADE, related_name="as_desk")
    dek = models.CharField(_("line under the name"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the navigation"), default=10)

    parent_page_types = ["newsroom.Front"]
    subpage_types: list[str] = []
    template = "newsroom/desk.html"
    content_panels = [*Page.content_panels, FieldPanel("dek"), FieldPanel("position")]

    class Meta:
        verbose_name = _("desk")
