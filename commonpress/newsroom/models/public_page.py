import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommentsState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed: can be read, not added to")
    OFF = "off", _("Off: not shown")


class PublicPage(models.Model):
    """What our page types share, beside Wagtail's own Page (which stays the stock one)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Wagtail's first_published_at is the moment of the click; an import gives its own dates.
    first_public_at = models.DateTimeField(_("published"), null=True, blank=True, db_index=True)
    last_public_at = models.DateTimeField(_("last published"), null=True, blank=True, editable=False)
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True)
    comments_state = models.CharField(_("discussion"), max_length=6, choices=CommentsState, default=CommentsState.OPEN)

    class Meta:
        abstract = True
