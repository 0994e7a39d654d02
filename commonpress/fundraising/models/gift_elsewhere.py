from django.db import models
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.giving_link import GivingLink


class GiftElsewhere(models.Model):
    """Where a gift that arrived elsewhere is known from: the sum of a month that was typed, or a row of an export.

    A month of a link is counted one way or the other, or it would be counted twice.
    """

    link = models.ForeignKey(GivingLink, verbose_name=_("link"), on_delete=models.PROTECT, related_name="gifts")
    month = models.CharField(_("month"), max_length=7, help_text=_("As in 2021-06."))
    # The id the row has there; none for a sum that was typed.
    row_id = models.CharField(max_length=120, blank=True)
    gift = models.OneToOneField(Gift, on_delete=models.PROTECT, related_name="elsewhere")
    # When another sum was typed for the month, and this one taken back.
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("gift elsewhere")
        verbose_name_plural = _("gifts elsewhere")
        ordering = ["-month", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "row_id"], condition=~models.Q(row_id=""), name="a_row_counts_once"
            ),
            models.UniqueConstraint(
                fields=["link", "month"],
                condition=models.Q(row_id="", replaced_at__isnull=True),
                name="one_sum_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.month}"
