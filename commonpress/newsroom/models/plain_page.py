from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from commonpress.newsroom import editor
from commonpress.newsroom.blocks import body_blocks
from commonpress.newsroom.models.addresses import refuse_reserved
from commonpress.newsroom.models.public_page import CommentsState, PublicPage


class PlainPage(PublicPage):
    """A page that is not news: about, contact, privacy, imprint.

    Template newsroom/plain_page.html, at /the-slug/. Expects: page (this).
    """

    class Place(models.TextChoices):
        NONE = "", _("Nowhere")
        FOOT = "foot", _("In the foot")
        NAVIGATION = "navigation", _("In the navigation")

    body = StreamField(body_blocks, verbose_name=_("body"), blank=True)
    place = models.CharField(_("linked"), max_length=10, choices=Place, default=Place.FOOT, blank=True)
    position = models.PositiveSmallIntegerField(_("order among such pages"), default=10)
    comments_state = models.CharField(_("discussion"), max_length=6, choices=CommentsState, default=CommentsState.OFF)

    parent_page_types = ["newsroom.Front", "newsroom.PlainPage"]
    subpage_types = ["newsroom.PlainPage"]
    template = "newsroom/plain_page.html"
    edit_handler = editor.plain_page_screen
    base_form_class = editor.PlainPageForm
    search_auto_update = False

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    @property
    def keys(self) -> list[str]:
        # Linked from the navigation or the foot of every page.
        return ["publication"]

    def clean(self) -> None:
        super().clean()
        # One that has no place yet was asked by its form, which knows where it will stand.
        parent = self.get_parent()
        if parent is not None:
            refuse_reserved(self.slug, under=parent)
