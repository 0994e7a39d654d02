from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MonthClose(models.Model):
    """A month of the book as it stood when somebody closed it.

    What is booked into it later is shown beside these figures as a restatement. There is no way back: triggers
    refuse to change the figures or to delete the row.
    """

    # "2021-06": a month of the calendar, in the publication's zone as it was then.
    month = models.CharField(_("month"), max_length=7, unique=True)
    begins_at = models.DateTimeField()
    until = models.DateTimeField()
    closed_at = models.DateTimeField(_("closed"))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # No entry with a higher number is in these figures; on PostgreSQL one with a lower may not be either.
    highest_entry = models.BigIntegerField(null=True)
    # What queries/book_months.py makes of AccountSum and DriveSum.
    accounts = models.JSONField()
    drives = models.JSONField()

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=models.Q(begins_at__lt=models.F("until")), name="closed_month_is_a_month")
        ]

    def __str__(self) -> str:
        return self.month
