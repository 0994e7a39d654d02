from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Letter(models.Model):
    """One mail to one person, written in the transaction of what it tells, sent by a job.

    `once_key` names the occasion, so that a repeated call or job tells it once. The text is
    kept until the letter is sent and then forgotten: codes and addresses in it are personal.
    A letter that tells of notices has none: it is put into words as it is sent (composing.py).
    """

    once_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    # Set before the mail server is spoken to and cleared when it refuses. A process that died
    # in between leaves it set: whether the mail went out is unknown, and it is not sent twice.
    handed_over_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(Lower("to"), name="letter_by_address")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"
