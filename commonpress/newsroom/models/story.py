from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.fields import StreamField
from wagtail.models import Page

from commonpress.newsroom.blocks import body_blocks
from commonpress.newsroom.models.public_page import PublicPage


class StoryTag(TaggedItemBase):
    content_object = ParentalKey("newsroom.Story", on_delete=models.CASCADE, related_name="tagged_items")


class Story(PublicPage, Page):
    """A published piece. Wagtail's title is its headline; its parent is the year it was first public."""

    dek = models.TextField(_("dek"), blank=True, max_length=400, help_text=_("The line under the headline."))
    desk = models.ForeignKey(
        "newsroom.Desk",
        verbose_name=_("desk"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stories",
    )
    lead_photo = models.ForeignKey(
        "newsroom.Photo",
        verbose_name=_("lead photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    lead_caption = models.TextField(
        _("caption in this story"), blank=True, help_text=_("Empty: the photo's own caption stands.")
    )
    body = StreamField(body_blocks, verbose_name=_("body"), blank=True)
    tags = ClusterTaggableManager(through=StoryTag, blank=True, verbose_name=_("tags"))

    parent_page_types = ["newsroom.Year"]
    subpage_types: list[str] = []
    template = "newsroom/story.html"

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    @property
    def headline(self) -> str:
        return self.title
