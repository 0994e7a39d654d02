from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """That a moderator erased a writer who asked for it: who did, when and how many comments. Never whose, nor what."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    comment_count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("erasure")

    def __str__(self) -> str:
        return f"{self.comment_count} at {self.at:%Y-%m-%d %H:%M}"
