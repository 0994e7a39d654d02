from django.db import models

from commonpress.fundraising.models.drive import Drive


class Milestone(models.Model):
    """A quarter, a half, three quarters or all of a goal, reached for the first time in its period.

    It stands when a refund takes the meter below it again, so that it is announced once.
    """

    drive = models.ForeignKey(Drive, on_delete=models.PROTECT, related_name="milestones")
    period_key = models.CharField(max_length=10)
    percent = models.PositiveSmallIntegerField()
    reached_at = models.DateTimeField()

    class Meta:
        ordering = ["percent"]
        constraints = [
            models.UniqueConstraint(fields=["drive", "period_key", "percent"], name="a_milestone_is_reached_once")
        ]

    def __str__(self) -> str:
        return f"{self.drive_id} {self.period_key} {self.percent} %"
