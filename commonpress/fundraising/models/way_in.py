import hashlib
from datetime import timedelta

from django.db import models
from django.utils import timezone

TIME_TO_OPEN = timedelta(minutes=15)
TIME_INSIDE = timedelta(minutes=30)


class WayIn(models.Model):
    """Somebody's wish to see what was given from an address: the key mailed for it, and the half hour it opens.

    Of key and session only hashes are stored. Rows are forgotten after two days.
    """

    email = models.EmailField(db_index=True)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    key_hash = models.CharField(max_length=64, null=True, unique=True)
    mailed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    session_hash = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name = "way in"
        verbose_name_plural = "ways in"

    def __str__(self) -> str:
        return f"asked at {self.asked_at:%Y-%m-%d %H:%M}"

    @staticmethod
    def hash_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
