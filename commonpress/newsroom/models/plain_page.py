from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from commonpress.newsroom.blocks import body_blocks
from commonpress.newsroom.models.public_page import PublicPage


class PlainPage(PublicPage, Page):
    """A page that is not news: about, contact, privacy, imprint."""

    class Place(models.TextChoices):
        NONE = "", _("Nowhere")
        FOOT = "foot", _("In the foot")
        NAVIGATION = "navigation", _("In the navigation")

    body = StreamField(body_blocks, verbose_name=_("body"), blank=True)
    place = models.CharField(_("linked"), max_length=10, choices=Place, default=Place.FOOT, blank=True)
    position = models.PositiveSmallIntegerField(_("order among such pages"), default=10)

    parent_page_types = ["newsroom.Front", "newsroom.PlainPage"]
    subpage_types = ["newsroom.PlainPage"]
    template = "newsroom/plain_page.html"
    content_panels = [*Page.content_panels, FieldPanel("body"), FieldPanel("place"), FieldPanel("position")]

    class Meta:
        verbose_name = _("plain page")
