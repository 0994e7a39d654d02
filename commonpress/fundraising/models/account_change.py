from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.public_ids import new_public_id


class AccountChange(models.Model):
    """A change of where readers' money goes: proposed, perhaps agreed to, in force or called off.

    What is proposed never changes (a trigger sees to it), so that what an owner agreed to is what takes effect.
    """

    class Subject(models.TextChoices):
        BANK = "bank", _("the bank account")
        CRYPTO = "crypto", _("a Bitcoin address")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for another owner")
        DUE = "due", _("takes effect later")
        APPLIED = "applied", _("in force")
        CALLED_OFF = "called_off", _("called off")

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    subject = models.CharField(max_length=6, choices=Subject)
    # Which address is to be another one or to go; none for the bank account and for an address to be added.
    crypto_address = models.ForeignKey(CryptoAddress, null=True, on_delete=models.SET_NULL, related_name="changes")
    # The fields as they stood and as they are to be. Empty: there was nothing, or nothing is to be left.
    stood = models.JSONField(default=dict)
    becomes = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State)
    is_first = models.BooleanField(default=False)
    needs_approval = models.BooleanField()
    # The keys of those who were owners when it was proposed: nobody becomes one in order to agree.
    owners = models.JSONField(default=list)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    takes_effect_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    once_key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of accounts")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(state__in=["waiting", "due"]),
                name="one_open_account_change",
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(is_first=True), name="an_account_is_first_once"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | models.Q(proposed_by__isnull=True)
                | ~models.Q(approved_by=models.F("proposed_by")),
                name="nobody_agrees_with_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "called_off"])
                | models.Q(is_first=True)
                | models.Q(needs_approval=False)
                | models.Q(approved_at__isnull=False),
                name="what_needs_approval_has_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="due") | models.Q(takes_effect_at__isnull=False),
                name="due_change_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        return self.state in {AccountChange.State.WAITING, AccountChange.State.DUE}

    @property
    def takes_away(self) -> bool:
        return not self.becomes

    @property
    def shown(self) -> dict[str, Any]:
        """What the audit names: the account as it becomes, or as it was when it goes."""
        return self.becomes or self.stood


class AccountEvent(models.Model):
    """A line of the audit: what was done with a change, when, and by whom. Names outlast their accounts."""

    class What(models.TextChoices):
        FIRST = "first", _("set as the first")
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("agreed to")
        CALLED_OFF = "called_off", _("called off")
        LAPSED = "lapsed", _("lapsed: no other owner agreed in time")
        OVERTAKEN = "overtaken", _("not carried out: the account was another one meanwhile")
        APPLIED = "applied", _("in force")

    change = models.ForeignKey(AccountChange, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=10, choices=What)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150, blank=True)
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("event of an account")
        verbose_name_plural = _("events of accounts")
        ordering = ["-happened_at", "-id"]

    def __str__(self) -> str:
        return f"{self.change_id} {self.what}"
