from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable


class Byline(models.Model):
    """Who is credited: a name with a portrait and a biography, perhaps of a person with an account."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    role = models.CharField(_("what they do here"), max_length=80, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    portrait = models.ForeignKey(
        "newsroom.Photo", verbose_name=_("portrait"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="byline",
        help_text=_("Comments from this account on their own stories are marked as the author's."),
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("role"),
        FieldPanel("portrait"),
        FieldPanel("biography"),
        FieldPanel("person"),
    ]

    class Meta:
        verbose_name = _("byline")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/by/{self.slug}/"


class StoryByline(Orderable):
    """One credit on a story; their order is the order in print."""

    story = ParentalKey("newsroom.Story", on_delete=models.CASCADE, related_name="story_bylines")
    byline = models.ForeignKey(Byline, verbose_name=_("byline"), on_delete=models.PROTECT, related_name="story_bylines")

    panels = [FieldPanel("byline")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["story", "byline"], name="one_credit_per_byline_and_story")]
