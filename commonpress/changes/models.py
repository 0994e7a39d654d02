"""What has changed: one row per key and transaction, read by whoever keeps pages."""

from django.db import models


class Change(models.Model):
    """A key of something shown on pages, changed in the transaction that wrote this row.

    The id is a sequence: readers remember the last one they saw. Rows are pruned after 48 hours.
    """

    # The longest is a tag's: its slug alone may have 100 characters.
    key = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.key}"
