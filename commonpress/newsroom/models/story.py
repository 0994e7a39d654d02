import datetime as dt
from typing import Any, Self

from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import Tag, TaggedItemBase
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from commonpress.newsroom import editor
from commonpress.newsroom.blocks import body_blocks
from commonpress.newsroom.models.addresses import free_slug, slug_for
from commonpress.newsroom.models.byline import Byline, StoryByline
from commonpress.newsroom.models.public_page import PublicPage


class StoryTag(TaggedItemBase):
    content_object = ParentalKey("newsroom.Story", on_delete=models.CASCADE, related_name="tagged_items")


class StoryQuerySet(PageQuerySet):
    def published(self) -> Self:
        """Return what readers may see; Wagtail's own `public` asks something else."""
        return self.filter(live=True, first_public_at__isnull=False)

    def newest_first(self) -> Self:
        return self.order_by("-first_public_at", "-pk")

    def with_all_its_page_shows(self) -> Self:
        """Return stories with desk, bylines, portraits and lead photo in two queries."""
        credits_ = StoryByline.objects.select_related("byline__portrait")
        return self.select_related("desk", "lead_photo").prefetch_related(models.Prefetch("story_bylines", credits_))

    def cards(self) -> Self:
        """Return stories with all a list shows of them (desk, bylines, lead photo) in two queries, without bodies."""
        return self.defer("body").select_related("desk", "lead_photo").prefetch_related("story_bylines__byline")


class Story(PublicPage):
    """A published piece. Wagtail's title is its headline; its parent is the year it was first public.

    Template newsroom/story.html, at /2026/the-slug/. Expects: page and story (this), desk (or None),
    bylines (list of Byline, in order), tags (list of taggit Tag, by name), published_at (never None: in a
    preview it is the hour planned, or now), was_updated (whether a last change is worth telling).
    """

    slug: str
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

    objects = PageManager.from_queryset(StoryQuerySet)()

    parent_page_types = ["newsroom.Year"]
    subpage_types: list[str] = []
    template = "newsroom/story.html"
    context_object_name = "story"
    edit_handler = editor.story_screen
    base_form_class = editor.StoryForm
    # Kept up by actions/publishing.py: Wagtail would index each autosave.
    search_auto_update = False

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        indexes = [
            models.Index(fields=["-first_public_at"], name="story_by_date"),
            models.Index(fields=["desk", "-first_public_at"], name="story_by_desk_and_date"),
        ]

    @property
    def headline(self) -> str:
        return self.title

    @property
    def bylines(self) -> list[Byline]:
        """Return who is credited, in order; one query unless the credits were prefetched."""
        credits_ = self.story_bylines.all()
        if "story_bylines" not in getattr(self, "_prefetched_objects_cache", {}):
            credits_ = credits_.select_related("byline__portrait")
        return list(dict.fromkeys(credit.byline for credit in credits_))

    @cached_property
    def tags_by_name(self) -> list[Tag]:
        """Return its tags in the order of their names, asked for once however many parts of a page show them."""
        return sorted(self.tags.all(), key=lambda tag: tag.name.casefold())

    @property
    def keys(self) -> list[str]:
        """Return the keys of what lists it, but for the year's archive (its parent says which)."""
        return [
            "front",
            *([f"desk:{self.desk_id}"] if self.desk_id else []),
            *(f"tag:{tag.slug}" for tag in self.tags.all()),
            *(f"byline:{credit.byline_id}" for credit in self.story_bylines.all()),
        ]

    @property
    def was_updated(self) -> bool:
        """Tell whether it was changed an hour or more after it was published; small slips are mended before."""
        if not self.first_public_at or not self.last_public_at:
            return False
        return self.last_public_at - self.first_public_at >= dt.timedelta(hours=1)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.take_free_slug()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        self.take_free_slug()
        super().minimal_clean()

    def take_free_slug(self) -> None:
        """Give the story a slug nobody else has in its year; a scheduled one must not fail at night for it."""
        parent = self.get_parent() if self.path else getattr(self, "_cached_parent_obj", None)
        if parent is not None:
            self.slug = free_slug(self.slug or slug_for(self.title), parent=parent, page=self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context.update(
            desk=self.desk,
            bylines=self.bylines,
            tags=self.tags_by_name,
            published_at=self.shown_date,
            was_updated=self.was_updated,
        )
        return context
