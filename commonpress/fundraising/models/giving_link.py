from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def require_https(address: str) -> None:
    """Refuse everything but a plain https address of a named host, with nothing in it that hides where it leads."""
    words = _("Write an https address, as in https://liberapay.com/alder. Nothing else is shown to readers.")
    try:
        parts = urlsplit(address)
        URLValidator(schemes=["https"])(address)
    except (ValueError, ValidationError):
        raise ValidationError(words) from None
    host = parts.hostname or ""
    # A name in front of @, a port, or letters of other scripts: what looks like one place and is another.
    if parts.username is not None or parts.port is not None or not host.isascii() or host.startswith("xn--"):
        raise ValidationError(words)
    if "." not in host or ".xn--" in host or not host.rpartition(".")[2].isalpha():
        raise ValidationError(words)


class GivingLink(models.Model):
    """A page elsewhere on which readers can give. The money arrives there; we count what we are told of it."""

    name = models.CharField(_("name"), max_length=40, help_text=_("As in: Liberapay."))
    address = models.URLField(_("address"), max_length=200, unique=True, validators=[require_https])
    position = models.PositiveSmallIntegerField(_("place in the list"), default=1)
    is_shown = models.BooleanField(_("shown to readers"), default=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("link elsewhere")
        verbose_name_plural = _("links elsewhere")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        return (urlsplit(self.address).hostname or "").removeprefix("www.")
