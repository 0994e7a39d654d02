from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from commonpress.changes.shown import Keyed
from commonpress.database.prepared import Prepared

# As the stylesheet has it (theme/static/theme/css/tokens.css): a paper that keeps it needs no other one.
SPOT_COLOUR = "#b3261e"


def refuse_unknown_language(code: str) -> None:
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(gettext("Commonpress does not speak this language yet. Please choose one from the list."))


def refuse_unknown_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            gettext("There is no time zone “%(name)s”. Write it as in Europe/Berlin or America/Chicago."),
            params={"name": name},
        )


def refuse_unknown_currency(code: str) -> None:
    if code not in Locale("en").currencies:
        raise ValidationError(gettext("Write the currency as its three capital letters, as in EUR or USD."))


class Publication(Keyed, RevisionMixin, models.Model):  # type: ignore[misc]  # the mixin does not know its model
    """The paper itself: one row, edited on the desk, revisioned."""

    name = models.CharField(_("name"), max_length=80)
    tagline = models.CharField(_("line under the name"), max_length=140, blank=True)
    logo = models.ForeignKey(
        "newsroom.Photo", verbose_name=_("logo"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    spot_colour = models.CharField(
        _("spot colour"),
        max_length=7,
        default=SPOT_COLOUR,
        validators=[
            RegexValidator(r"^#[0-9a-f]{6}$", _("Write the colour as # and six digits from 0 to f, as in #b3261e."))
        ],
        help_text=_("Marks the meter, the kicker and the one button on a page."),
    )
    language = models.CharField(_("language"), max_length=10, default="en", validators=[refuse_unknown_language])
    zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[refuse_unknown_zone])
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[refuse_unknown_currency])
    contact_email = models.EmailField(_("contact address"), blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True, help_text=_("Stands in the date line."))
    owner_name = models.CharField(
        _("publisher"), max_length=140, blank=True, help_text=_("The person or body that answers for the paper.")
    )
    call_before = models.TextField(
        _("call for support before a story"), blank=True, help_text=_("One or two sentences. Empty: none is shown.")
    )
    call_after = models.TextField(
        _("call for support after a story"), blank=True, help_text=_("One or two sentences. Empty: none is shown.")
    )
    house_rules = models.TextField(
        _("house rules of the discussion"), blank=True, help_text=_("Stand beside the form for comments.")
    )
    set_up_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publication")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_publication")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        # What the receivers record belongs to the same transaction.
        with transaction.atomic():
            super().save(*args, **kwargs)

    @property
    def key(self) -> str:
        return "publication"

    @property
    def has_own_colour(self) -> bool:
        return self.spot_colour != SPOT_COLOUR

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @classmethod
    def load(cls) -> Self:
        """Return the publication, or an unsaved one with defaults before set-up."""
        return _publication.first(1) or cls(pk=1, name="Commonpress")


_publication = Prepared(lambda: Publication.objects.filter(pk=1).select_related("logo"))
