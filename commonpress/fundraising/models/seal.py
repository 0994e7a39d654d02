"""The hash chain over the book. Rows are written by ledger/seals.py and by nothing else, and stay as they are."""

from django.db import models

from commonpress.fundraising.models.entry import Entry


class Seal(models.Model):
    """A batch of entries taken into the chain, and the chain's head after it: 32 bytes."""

    sealed_at = models.DateTimeField()
    last_position = models.BigIntegerField(unique=True)
    entries = models.BigIntegerField()
    head = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["-last_position"]

    def __str__(self) -> str:
        return bytes(self.head).hex()


class SealedEntry(models.Model):
    """An entry's place in the chain, from 1 on without gaps, and the hash up to there.

    Not the entry's own number: on PostgreSQL numbers are drawn before they are committed, and not in that order.
    """

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="sealed")
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.position}"
