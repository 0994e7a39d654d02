from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter


def key_of(words: str) -> str:
    """Return what a decision remembers of the words it was about: enough to know them again, and nothing to read."""
    return salted_hmac("commonpress.fundraising.wall", words, algorithm="sha256").hexdigest()[:32]


class WallDecision(models.Model):
    """What somebody who keeps the books decided about a name, or with a gift about its message, for readers to see.

    It holds for those words alone: a name that is changed afterwards waits for a decision of its own.
    """

    class Answer(models.TextChoices):
        SHOWN = "shown", _("shown")
        REFUSED = "refused", _("left out")

    supporter = models.ForeignKey(Supporter, on_delete=models.CASCADE, related_name="wall_decisions")
    gift = models.ForeignKey(Gift, null=True, on_delete=models.CASCADE, related_name="wall_decisions")
    words_key = models.CharField(max_length=32)
    answer = models.CharField(max_length=7, choices=Answer)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["supporter"], condition=models.Q(gift__isnull=True), name="one_decision_about_a_name"
            ),
            models.UniqueConstraint(
                fields=["gift"], condition=models.Q(gift__isnull=False), name="one_decision_about_a_message"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supporter_id} {self.answer}"

    @property
    def is_shown(self) -> bool:
        return self.answer == WallDecision.Answer.SHOWN
