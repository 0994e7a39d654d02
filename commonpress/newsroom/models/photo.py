from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition


class Photo(AbstractImage):
    """A picture with what a reader must be told of it: who took it, when, and what it shows."""

    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it. Required unless it is decorative."),
    )
    is_decorative = models.BooleanField(_("decorative: says nothing the text does not"), default=False)
    caption = models.TextField(_("caption"), blank=True, help_text=_("What, where, when."))
    photographer = models.CharField(_("photographer"), max_length=120, blank=True)
    agency = models.CharField(_("agency"), max_length=120, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    taken_on = models.DateField(_("date taken"), null=True, blank=True)
    # Served until the renditions stand; made at upload, inside the upload's own child process.
    preview_800 = models.ImageField(upload_to="previews", editable=False, blank=True)
    renditions_ready_at = models.DateTimeField(null=True, editable=False)

    admin_form_fields = (
        "title",
        "file",
        "alt",
        "is_decorative",
        "caption",
        "photographer",
        "agency",
        "licence",
        "taken_on",
        "collection",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_decorative=False) | models.Q(alt=""), name="decorative_photo_has_no_alt"
            )
        ]

    @property
    def default_alt_text(self) -> str:
        return self.alt

    @property
    def credit(self) -> str:
        """Return "Photographer / Agency", or whichever of them is known."""
        return " / ".join(part for part in (self.photographer, self.agency) if part)


class Rendition(AbstractRendition):
    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_spec")
        ]
