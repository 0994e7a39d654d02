from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from commonpress.changes.shown import Keyed
from commonpress.newsroom.models.addresses import slug_for


class Byline(Keyed, models.Model):  # type: ignore[misc, django-manager-missing]  # a mixin; its credits hang on Wagtail's ParentalKey
    """Who is credited: a name with a portrait and a biography, perhaps of a person with an account."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("slug"),
        max_length=80,
        unique=True,
        blank=True,
        allow_unicode=True,
        help_text=_("Last part of the address /by/.../. Empty: made from the name."),
        error_messages={"unique": _("Another byline has this address. Please choose another.")},
    )
    role = models.CharField(
        _("what they do here"), max_length=80, blank=True, help_text=_("As in: Reporter, courts and council.")
    )
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
        error_messages={"unique": _("This account already has a byline.")},
    )

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name = " ".join(self.name.split())
        if self.name and not any(sign.isalpha() for sign in self.name):
            raise ValidationError({"name": gettext("Write a name readers can read aloud.")})
        self.slug = self.slug or free_byline_slug(self.name, but=self)

    def get_absolute_url(self) -> str:
        return f"/by/{self.slug}/"

    @property
    def key(self) -> str:
        return f"byline:{self.pk}"


def free_byline_slug(name: str, *, but: Byline | None = None) -> str:
    """Return the slug of a name, with -2, -3 ... where others have it."""
    wanted = slug_for(name)
    others = Byline.objects.filter(slug__startswith=wanted)
    if but is not None and but.pk:
        others = others.exclude(pk=but.pk)
    taken = set(others.values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


class StoryByline(Orderable):
    """One credit on a story; their order is the order in print.

    That a byline stands once on a story is held by the form: with a constraint, swapping two would fail,
    because rows are saved one after the other.
    """

    story = ParentalKey("newsroom.Story", on_delete=models.CASCADE, related_name="story_bylines")
    byline = models.ForeignKey(Byline, verbose_name=_("byline"), on_delete=models.PROTECT, related_name="story_bylines")
