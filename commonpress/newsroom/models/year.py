from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class Year(Page):
    """The folder of the stories first published in one year; its address is the year's archive."""

    parent_page_types = ["newsroom.Front"]
    subpage_types = ["newsroom.Story"]
    template = "newsroom/archive.html"

    class Meta:
        verbose_name = _("year")
