from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class VoteBurst(models.Model):
    """How many strangers voted on one comment of late, and, where that were many at once, what became of their votes.

    The row is written behind the comment's lock, by votes of guests who have only just come: nobody counts rows.
    """

    comment = models.OneToOneField(
        "discussion.Comment", on_delete=models.CASCADE, primary_key=True, related_name="vote_burst"
    )
    window_at = models.DateTimeField(default=timezone.now)
    newcomers = models.PositiveIntegerField(default=0)
    # Of these votes the ones that wait; and since when the first of them does.
    held_count = models.PositiveIntegerField(default=0)
    held_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("burst of votes")
        indexes = [models.Index("held_at", name="burst_by_time", condition=models.Q(held_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.held_count} on {self.comment_id}"
