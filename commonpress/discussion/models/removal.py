from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.discussion.models.comment import CommentState


class RemovalReason(models.TextChoices):
    ABUSE = "abuse", _("insult or threat")
    HATE = "hate", _("hatred of a group")
    SPAM = "spam", _("advertising")
    OFF_TOPIC = "off_topic", _("not about the story")
    PRIVATE = "private", _("somebody's private details")
    ILLEGAL = "illegal", _("against the law")
    ELSEWHERE = "elsewhere", _("removed before it came here")
    OTHER = "other", _("house rules")


class Removal(models.Model):
    """That a moderator took a comment off the page, and whether it came back: who, when and why."""

    comment = models.ForeignKey("discussion.Comment", on_delete=models.CASCADE, related_name="removals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(_("reason"), max_length=9, choices=RemovalReason)
    note = models.CharField(
        _("note for colleagues"), max_length=400, blank=True, help_text=_("Readers see the reason, not the note.")
    )
    # What a restored comment is again: one that nobody had released still waits.
    state_before = models.CharField(
        max_length=9, choices=CommentState, default=CommentState.PUBLISHED, db_default=CommentState.PUBLISHED
    )
    restored_at = models.DateTimeField(null=True)
    restored_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # Empty also where it was restored before a reason was asked for.
    restored_reason = models.CharField(max_length=400, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("removal")
        constraints = [
            models.UniqueConstraint(
                fields=["comment"], condition=Q(restored_at__isnull=True), name="one_standing_removal_per_comment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.reason}"
