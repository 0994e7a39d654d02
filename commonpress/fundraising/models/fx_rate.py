from django.db import models
from django.utils.translation import gettext_lazy as _


class FxRate(models.Model):
    """What one currency was worth in another on a day. Bookings freeze the one they used."""

    class Source(models.TextChoices):
        TYPED = "typed", _("typed in")
        ECB = "ecb", _("European Central Bank")

    day = models.DateField(_("day"))
    base = models.CharField(_("one"), max_length=3)
    quote = models.CharField(_("is so many"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)
    source = models.CharField(_("source"), max_length=5, choices=Source, default=Source.TYPED)

    class Meta:
        verbose_name = _("rate of exchange")
        verbose_name_plural = _("rates of exchange")
        ordering = ["-day", "base", "quote"]
        constraints = [
            models.UniqueConstraint(fields=["base", "quote", "day"], name="one_rate_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_positive"),
            models.CheckConstraint(condition=~models.Q(base=models.F("quote")), name="rate_is_between_two"),
        ]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate.normalize():f} {self.quote}"
