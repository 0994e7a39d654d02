from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money


class Receipt(models.Model):
    """A numbered paper about a gift, or about what of it went back: what it said when it was issued, for good.

    Written by receipting.py alone. A trigger lets nothing change but the name, which can be emptied, and the count
    of letters; none is ever deleted, so that a year's numbers have no gaps.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("receipt")
        CORRECTION = "correction", _("correction")

    # The year it was issued in, by the publication's calendar.
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="receipts")
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="correction")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)

    amount_minor = models.BigIntegerField(_("amount"))
    # The part of it that was added to cover a processor's fee.
    cover_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    # When the money came or, for a correction, went back, by the drive's calendar.
    day = models.DateField(_("day"))
    source = models.CharField(max_length=10)
    drive_title = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(max_length=10)
    # Which of templates/fundraising/receipts/wording_N.html it is printed by.
    wording = models.PositiveSmallIntegerField()
    # {"paper", "legal_name", "address", "charity_status", "registration_number", "tax_wording", "goods_statement":
    # text, "says_no_tax_receipt": flag}, as they were.
    issuer = models.JSONField()

    sent_times = models.PositiveIntegerField(default=0)
    sent_last_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-year", "-serial"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="receipt_numbers_are_given_once"),
            models.UniqueConstraint(
                fields=["gift"], condition=models.Q(kind="receipt"), name="one_receipt_for_each_gift"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="receipt", refund__isnull=True, corrects__isnull=True)
                | models.Q(kind="correction", refund__isnull=False, corrects__isnull=False),
                name="correction_names_refund_and_receipt",
            ),
            models.CheckConstraint(
                condition=models.Q(serial__gt=0, amount_minor__gt=0), name="receipt_has_number_and_amount"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.year}-{self.serial:06d}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_of_charity(self) -> bool:
        return bool(self.issuer["charity_status"] and self.issuer["registration_number"])

    @property
    def token(self) -> str:
        """What the link in the letter carries; see Pledge.cancel_token."""
        said = f"{self.number}:{self.gift.public_id}"
        return salted_hmac("commonpress.fundraising.receipt", said, algorithm="sha256").hexdigest()[:32]

    def accepts(self, token: str) -> bool:
        return constant_time_compare(token, self.token)

    def get_absolute_url(self) -> str:
        return reverse("fundraising:receipt", args=[self.number, self.token])


class ReceiptSeries(models.Model):
    """The last number given in a year; the row is held until the receipt it was given to is committed."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
