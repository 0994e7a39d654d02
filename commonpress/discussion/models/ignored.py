from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.accounts.models import Guest


class Ignored(models.Model):
    """That somebody does not wish to read a writer; known to them alone.

    Of a guest only what stands under the one name is folded up: more would tell which names are one guest's. For the
    same reason a person is not ignored with the guest they turned out to be, nor the guest with the person.
    """

    # A Person's or Guest's voter_key.
    owner_key = models.CharField(max_length=32)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, null=True, related_name="+")
    guest_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("ignored writer")
        constraints = [
            models.CheckConstraint(
                name="ignored_is_one_writer",
                condition=Q(person__isnull=False, guest__isnull=True, guest_name="")
                | Q(person__isnull=True, guest__isnull=False),
            ),
            models.UniqueConstraint(
                "owner_key", "person", name="person_is_ignored_once", condition=Q(person__isnull=False)
            ),
            models.UniqueConstraint(
                "owner_key", "guest", "guest_name", name="guest_is_ignored_once", condition=Q(guest__isnull=False)
            ),
        ]
        indexes = [models.Index("owner_key", "id", name="ignored_by_owner")]

    def __str__(self) -> str:
        return f"{self.owner_key} ignores {self.person_id or self.guest_id}"
