from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.accounts.models import Guest


class Claim(models.Model):
    """That a guest turned out to be a person, who signed in on the guest's browser. A guest is claimed once."""

    guest = models.OneToOneField(Guest, on_delete=models.CASCADE, primary_key=True, related_name="claim")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("claim")

    def __str__(self) -> str:
        return f"guest {self.guest_id} is person {self.person_id}"
