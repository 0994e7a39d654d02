import re
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.fundraising.public_ids import new_public_id

MONTH = re.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])")


def require_month(key: str) -> None:
    if MONTH.fullmatch(key) is None:
        raise ValidationError(_("Write the month as in 2026-11: year and month."))


def document_name(spending: "Spending", name: str) -> str:
    """Return where a document lies: two folders deep, which /media/ does not reach, under a name that says nothing."""
    ending = name.rpartition(".")[2]
    return f"ledger/documents/{uuid4().hex}.{ending}"


class SpendingCategory(models.Model):
    """What money is spent on, as readers see it added up."""

    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("category of spending")
        verbose_name_plural = _("categories of spending")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_category_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Spending(models.Model):
    """What readers are told was spent in a month: by a drive, or by the whole paper where no drive is named.

    Drive, month and currency stay as they were entered. What is changed leaves a SpendingCorrection, which
    readers see; a row that should not be there at all is corrected to nothing.
    """

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    drive = models.ForeignKey(
        Drive, verbose_name=_("drive"), null=True, blank=True, on_delete=models.PROTECT, related_name="spending"
    )
    month = models.CharField(_("month"), max_length=7, validators=[require_month])
    category = models.ForeignKey(
        SpendingCategory, verbose_name=_("category"), on_delete=models.PROTECT, related_name="spending"
    )
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    note = models.CharField(_("note to readers"), max_length=300, blank=True)
    document = models.FileField(_("document"), upload_to=document_name, max_length=80, blank=True)
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    once_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spending")
        ordering = ["-month", "-entered_at", "-id"]
        indexes = [models.Index(fields=["drive", "month"], name="spending_by_drive_and_month")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="spending_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.category}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def document_address(self) -> str:
        return reverse("fundraising:spending_document", args=[self.public_id]) if self.document else ""


class SpendingCorrection(models.Model):
    """What stood in a row of spending before it was changed, and why it was."""

    spending = models.ForeignKey(Spending, on_delete=models.PROTECT, related_name="corrections")
    amount_minor = models.BigIntegerField()
    category = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True)
    is_document_changed = models.BooleanField(default=False)
    reason = models.CharField(_("why"), max_length=200)
    corrected_at = models.DateTimeField(default=timezone.now)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    once_key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        ordering = ["corrected_at", "id"]

    def __str__(self) -> str:
        return f"{self.spending_id} {self.corrected_at:%Y-%m-%d}"

    @property
    def amount(self) -> Money:
        """The amount that stood there before."""
        return Money(self.amount_minor, self.spending.currency)
