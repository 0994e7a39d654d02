from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Correction(models.Model):
    """A dated, public note that a story was wrong, and whom we thank for saying so."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="corrections")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(_("what was wrong, and what is right"), max_length=1000)
    # Empty where nobody is named.
    credit = models.CharField(_("with thanks to"), max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("correction")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.page_id} at {self.at:%Y-%m-%d}"
