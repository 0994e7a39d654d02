from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.notices.models.letter import Letter
from commonpress.notices.models.subscriber import Subscriber


class Notice(models.Model):
    """That one subscriber is told of one event, once, whatever they follow and however often a job runs.

    It holds no word of what happened: that is asked for when its letter is sent, and what is gone by then is not told.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="notices", db_index=False)
    # As in "comment:aB3dE6gH9jK"; the topic is the follow's that made it.
    event = models.CharField(max_length=60)
    topic = models.CharField(max_length=120)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, null=True, related_name="notices")

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "event"], name="one_notice_per_subscriber_and_event")
        ]
        indexes = [
            models.Index("due_at", "subscriber", name="notice_due", condition=Q(letter__isnull=True)),
            models.Index("made_at", name="notice_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.subscriber_id}"
