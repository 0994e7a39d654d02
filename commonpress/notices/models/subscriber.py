import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PUBLIC_ID_BYTES = 12


def new_public_id() -> str:
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)


class Pace(models.TextChoices):
    NOW = "now", pgettext_lazy("how soon somebody is told", "at once")
    HOURLY = "hourly", pgettext_lazy("how soon somebody is told", "once an hour")
    DAILY = "daily", pgettext_lazy("how soon somebody is told", "once a day")


class Subscriber(models.Model):
    """An address somebody asked us to write to. Whether its owner wants that, each follow says."""

    # As it stands in the addresses of their pages; useless without its signature (links.py).
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    # In small letters, so that one address is one subscriber.
    email = models.EmailField(_("e-mail address"), unique=True)
    # Whose address it is, where we know: proven, or given at the desk and then left alone until it is.
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="subscriber"
    )
    # When it was last asked to confirm, and how often it was in a row without an answer.
    asked_at = models.DateTimeField(null=True)
    unanswered = models.PositiveSmallIntegerField(default=0)
    # Its owner wants no more letters from us, whoever types it; or it is not proven yet that it is its person's.
    is_left_alone = models.BooleanField(default=False)
    # How often in a row its server said that there is no such mailbox.
    refused = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class Follow(models.Model):
    """That a subscriber wants to be told of a topic; nothing is told before it is confirmed.

    A topic is a word of the package whose topic it is, as in "thread:12:author"; `about` is how it begins, and
    what belongs together for readers, as in "thread:12".
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="follows", db_index=False)
    topic = models.CharField(max_length=120)
    about = models.CharField(max_length=60)
    pace = models.CharField(_("pace"), max_length=6, choices=Pace, default=Pace.NOW)
    # Who asked, as the packages above know them ("g:34"); empty for a stranger.
    asked_by = models.CharField(max_length=32, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    # Confirmed in the browser that asked: whoever asks there again for this address is its owner.
    is_askers_own = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [models.UniqueConstraint(fields=["subscriber", "topic"], name="one_follow_per_topic")]
        indexes = [
            models.Index("topic", "subscriber", name="follow_confirmed", condition=Q(confirmed_at__isnull=False)),
            models.Index("about", name="follow_about", condition=Q(confirmed_at__isnull=False)),
            models.Index("asked_by", name="follow_by_asker"),
            models.Index("asked_at", name="follow_unconfirmed", condition=Q(confirmed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.topic}"
