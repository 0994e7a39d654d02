from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.newsroom.models.correction import Correction


class RequestState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class CorrectionRequest(models.Model):
    """That an editor took a reader's comment on a passage for one that says the story is wrong; and what became of it."""

    comment = models.OneToOneField(
        "discussion.Comment", on_delete=models.CASCADE, primary_key=True, related_name="correction_request"
    )
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.OPEN)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # For the reader, where it was declined.
    note = models.CharField(max_length=400, blank=True)
    correction = models.OneToOneField(Correction, on_delete=models.SET_NULL, null=True, related_name="request")

    class Meta:
        verbose_name = _("correction request")
        indexes = [models.Index("asked_at", name="open_correction_requests", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN
