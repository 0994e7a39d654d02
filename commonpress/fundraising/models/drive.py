from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.changes.shown import Keyed
from commonpress.fundraising.currencies import currency_of, require_valid
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import WHOLE_DRIVE, Period, month_of

USUAL_REFUND_LIMIT = 500


def require_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("No time zone has this name. Write it as in Europe/Berlin."))


def require_currency(code: str) -> None:
    try:
        require_valid(code, on=timezone.now().date())
    except ValueError as error:
        successor = getattr(error, "successor", "")  # UnknownCurrency has none
        if successor:
            raise ValidationError(
                _("%(code)s is no longer paid with. Its successor is %(successor)s."),
                params={"code": code, "successor": successor},
            ) from None
        raise ValidationError(_("No currency has this code. Write it as in EUR or USD.")) from None


class Drive(Keyed, models.Model):  # type: ignore[misc]  # the mixin does not know that it stands before a model
    """A call for money with a goal and, mostly, an end."""

    class Kind(models.TextChoices):
        MONTH = "month", _("every month anew")
        DATES = "dates", _("between two dates")
        OPEN = "open", _("until further notice")

    class Counts(models.TextChoices):
        GROSS = "gross", _("what was given, before fees")
        NET = "net", _("what is left after fees")

    title = models.CharField(_("title"), max_length=80)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    kind = models.CharField(_("runs"), max_length=5, choices=Kind, default=Kind.MONTH)
    currency = models.CharField(_("currency"), max_length=3, validators=[require_currency])
    goal_minor = models.BigIntegerField(_("goal"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[require_zone])
    reset_day = models.PositiveSmallIntegerField(
        _("day of the month on which it begins anew"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("1 to 28, so that every month has one."),
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    # [[minor units, words]] in rising order; empty words stand for the amount itself.
    ticks = models.JSONField(_("ticks"), default=list, blank=True)
    # [minor units] offered on the giving page; empty: five that suit the currency.
    suggestions = models.JSONField(_("amounts to choose from"), default=list, blank=True)
    purpose = models.TextField(_("what the money is for"), blank=True, max_length=600)
    above_goal = models.TextField(_("what happens with money above the goal"), blank=True, max_length=300)
    counts = models.CharField(_("counts"), max_length=5, choices=Counts, default=Counts.GROSS, db_default="gross")
    # Who adds to each gift, how many percent of it, until how much in all.
    match_by = models.CharField(_("who matches gifts"), max_length=80, blank=True, db_default="")
    match_percent = models.PositiveSmallIntegerField(
        _("percent of each gift"),
        default=100,
        db_default=100,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("100 adds as much as was given."),
    )
    match_minor = models.BigIntegerField(_("matching pool"), null=True, blank=True)
    is_visible = models.BooleanField(_("shown to readers"), default=True)
    is_current = models.BooleanField(_("the one on every page"), default=False)
    # Null: 500 of the currency.
    refund_limit_minor = models.BigIntegerField(_("refunds by one person up to"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    once_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("drive")
        verbose_name_plural = _("drives")
        ordering = ["-is_current", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="one_current_drive"
            ),
            models.CheckConstraint(condition=models.Q(reset_day__range=(1, 28)), name="drive_resets_in_every_month"),
            models.CheckConstraint(
                condition=models.Q(goal_minor__isnull=True) | models.Q(goal_minor__gt=0), name="drive_goal_is_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="dates")
                | models.Q(starts_on__isnull=False, ends_on__isnull=False, ends_on__gte=models.F("starts_on")),
                name="dated_drive_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(match_minor__isnull=True) | models.Q(match_minor__gt=0), name="pool_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """What `changed` calls this drive."""
        return f"drive:{self.pk}"

    @property
    def goal(self) -> Money | None:
        return None if self.goal_minor is None else Money(self.goal_minor, self.currency)

    @property
    def refund_limit(self) -> Money:
        """How much of one gift somebody may take back without a second person."""
        if self.refund_limit_minor is None:
            return Money(USUAL_REFUND_LIMIT * 10**self.exponent, self.currency)
        return Money(self.refund_limit_minor, self.currency)

    @property
    def offered(self) -> list[Money]:
        """The amounts on the giving page. Currencies without cents are counted in hundreds."""
        usual = [major * 10**2 for major in (5, 10, 25, 50, 100)]
        scale = 10 if self.exponent == 3 else 1
        return [Money(minor, self.currency) for minor in self.suggestions or [minor * scale for minor in usual]]

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def exponent(self) -> int:
        return currency_of(self.currency).exponent

    def is_ahead_at(self, moment: datetime) -> bool:
        """Say whether a dated drive has yet to begin, by the calendar of its own zone."""
        today = moment.astimezone(self.zone_info).date()
        return self.kind == Drive.Kind.DATES and self.starts_on is not None and today < self.starts_on

    def is_over_at(self, moment: datetime) -> bool:
        """Say whether the last day of a dated drive has passed in its own zone."""
        today = moment.astimezone(self.zone_info).date()
        return self.kind == Drive.Kind.DATES and self.ends_on is not None and today > self.ends_on

    def takes_pledges_at(self, moment: datetime) -> bool:
        return not self.is_ahead_at(moment) and not self.is_over_at(moment)

    def period_at(self, moment: datetime) -> Period:
        """Return the stretch of time in which a gift of this moment counts, by the drive's own calendar.

        Only a monthly drive has more than one; what came a day before or after a dated drive
        was still given for it.
        """
        if self.kind == Drive.Kind.MONTH:
            return month_of(moment, zone=self.zone, reset_day=self.reset_day)
        return Period(
            key=WHOLE_DRIVE,
            first_on=self.starts_on or self.created_at.astimezone(self.zone_info).date(),
            last_on=self.ends_on or date.max,
            until=datetime.max.replace(tzinfo=UTC),
        )
