from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable, Page


class Front(Page):
    """The front page: the stories an editor has picked, in order, then the newest."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["newsroom.Year", "newsroom.Desk", "newsroom.PlainPage"]
    max_count = 1
    template = "newsroom/front.html"

    content_panels = [
        *Page.content_panels,
        InlinePanel("picks", heading=_("Stories in the editor's order"), label=_("story"), max_num=12),
    ]

    class Meta:
        verbose_name = _("front")


class Pick(Orderable):
    """A story an editor put on the front; the first is the lead."""

    front = ParentalKey(Front, on_delete=models.CASCADE, related_name="picks")
    story = models.ForeignKey("newsroom.Story", verbose_name=_("story"), on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("story")]
