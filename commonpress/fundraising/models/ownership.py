from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.money import Money

USUAL_LARGE_GIFTS = 5_000


class OwnershipStatement(models.Model):
    """Who owns the paper and who else pays for it, as it was stated at one time. The latest one counts.

    Rows are added and never changed, so that the earlier ones are the history. The fields are those of
    Article 6(1) of the European Media Freedom Act (Regulation (EU) 2024/1083).
    """

    legal_name = models.CharField(_("legal name"), max_length=140, blank=True)
    contact = models.TextField(
        _("contact details"), max_length=400, blank=True, help_text=_("Postal address, e-mail, telephone.")
    )
    # [[name, share]]: who owns directly or indirectly, a state or public body among them.
    owners = models.JSONField(_("owners"), default=list, blank=True)
    # [[name, how]]: the people behind the owners.
    beneficial_owners = models.JSONField(_("beneficial owners"), default=list, blank=True)
    # [[who, what for, amount in words]]
    grants = models.JSONField(_("other funding"), default=list, blank=True)
    currency = models.CharField(max_length=3)
    advertising_year = models.PositiveSmallIntegerField(_("year of these figures"), null=True, blank=True)
    # None says nothing, 0 says that there was none.
    state_advertising_minor = models.BigIntegerField(_("advertising paid by public bodies"), null=True, blank=True)
    foreign_advertising_minor = models.BigIntegerField(
        _("advertising paid by public bodies of countries outside the EU"), null=True, blank=True
    )
    remarks = models.TextField(_("anything else readers should know"), max_length=1_000, blank=True)
    large_from_major = models.PositiveIntegerField(
        _("supporters are named from"),
        default=USUAL_LARGE_GIFTS,
        help_text=_(
            "Whole units of a drive's currency in a calendar year. Who gives more is named with the sum, if they agree."
        ),
    )
    stated_at = models.DateTimeField(default=timezone.now)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("ownership statement")
        verbose_name_plural = _("ownership statements")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.legal_name} {self.stated_at:%Y-%m-%d}"

    @classmethod
    def latest(cls) -> Self | None:
        return cls.objects.select_related("stated_by").first()

    @classmethod
    def large_from(cls, currency: str) -> Money | None:
        """Return the sum in a year above which supporters are named; None where nobody is."""
        major = cls.objects.values_list("large_from_major", flat=True).first()
        major = USUAL_LARGE_GIFTS if major is None else major
        return Money(major * 10 ** Money(0, currency).exponent, currency) if major else None

    @property
    def state_advertising(self) -> Money | None:
        return self._money(self.state_advertising_minor)

    @property
    def foreign_advertising(self) -> Money | None:
        return self._money(self.foreign_advertising_minor)

    def says(self) -> dict[str, Any]:
        """Return what is stated, without who stated it when."""
        apart = {"id", "stated_at", "stated_by"}
        return {field.name: getattr(self, field.name) for field in self._meta.fields if field.name not in apart}

    def _money(self, minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, self.currency)
