from django.db import models


class Audit(models.Model):
    """What a night's check of the books found: nothing, or sentences for whoever keeps them."""

    made_at = models.DateTimeField()
    entries = models.BigIntegerField()
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["-made_at"], name="audit_by_time")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}: {len(self.findings)}"
