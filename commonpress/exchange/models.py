"""What was imported, and from where: the reason a second run changes nothing."""

from django.db import models


class Imported(models.Model):
    """A row of ours made from an item of another system.

    The unique constraint decides: an item that has a row here is never imported again,
    so what was edited or deleted here stays as it is.
    """

    source = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    source_id = models.CharField(max_length=200)
    row_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "source_id"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id} of {self.source}"
