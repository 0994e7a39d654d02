from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money


class StatementImport(models.Model):
    """A bank's file. First it is read and looked at, its movements kept in `records`; then it is taken.

    The file itself is not kept: it holds supporters' account numbers.
    """

    class Kind(models.TextChoices):
        CAMT = "camt", "CAMT.053"
        MT940 = "mt940", "MT940"
        CSV = "csv", _("table (CSV)")

    file_name = models.CharField(_("file"), max_length=120)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    digest = models.CharField(max_length=64)
    account = models.CharField(_("account"), max_length=40, blank=True)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    movements_in_file = models.PositiveIntegerField(_("movements"))
    known_before = models.PositiveIntegerField(_("known before"), default=0)
    # How a table was laid out, for the next one.
    mapping = models.JSONField(null=True)
    # Movements as they were read, until the file is taken or dropped.
    records = models.JSONField(default=list)
    read_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-read_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class Movement(models.Model):
    """One movement on our account, known once however many files show it.

    What the bank says of it never changes; what became of it does. Payer and text are emptied when they are
    no longer needed: names are kept with supporters and nowhere else.
    """

    class State(models.TextChoices):
        NEW = "new", _("being booked")
        BOOKED = "booked", _("booked by its reference")
        QUEUED = "queued", _("waits for you")
        SETTLED = "settled", _("settled by hand")
        IGNORED = "ignored", _("no gift")

    class Why(models.TextChoices):
        """Why it waits, or why it is no gift."""

        NO_REFERENCE = "no_reference", _("No pledge's reference stands in it.")
        NEARLY = "nearly_a_reference", _("Its reference is mistyped, and it is not certain which is meant.")
        SEVERAL = "several_references", _("It names several pledges, and the sum is another.")
        ANOTHER = "another_reference", _("The sum is another than promised, and it may name a second pledge.")
        RECEIVED = "received_already", _("The pledge it names was received before.")
        PERHAPS = "perhaps_known", _("It may be the same as one that is known: the file shows only a part of the day.")
        CAME_BACK = "came_back", _("A transfer went back: this may be a gift's.")
        OWN_CAME_BACK = "own_came_back", _("A transfer of your own came back.")
        REFUSED = "refused", _("It could not be booked.")
        UNDONE = "undone", _("What it became was undone.")
        WENT_OUT = "went_out", _("It went out.")
        ENTERED = "entered", _("The gift had been entered by hand.")
        BY_HAND = "by_hand", _("Somebody decided so.")

    statement = models.ForeignKey(StatementImport, on_delete=models.PROTECT, related_name="movements")
    # What every report of it has in common, and its number among its equals; see statements/sameness.py.
    sameness = models.CharField(max_length=64)
    number = models.PositiveIntegerField(default=0)
    was_unsure = models.BooleanField(default=False)
    booked_on = models.DateField(_("day"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    payer_name = models.CharField(_("from"), max_length=140, blank=True)
    payer_mark = models.CharField(max_length=24, blank=True, db_index=True)
    payer_last4 = models.CharField(max_length=4, blank=True)
    text = models.TextField(_("text"), blank=True, max_length=1000)
    is_return = models.BooleanField(default=False)
    line = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW)
    why = models.CharField(_("why"), max_length=20, choices=Why, blank=True)
    note = models.CharField(_("note for the books"), max_length=200, blank=True)
    # How often what it became was undone: each time it is booked under a key of its own.
    round = models.PositiveSmallIntegerField(default=0)
    gifts = models.ManyToManyField(Gift, through="MovementGift", related_name="movements")
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="movement")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["-booked_on", "-id"]
        indexes = [models.Index(fields=["state", "-booked_on"], name="movement_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["sameness", "number"], name="movement_is_taken_once"),
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="movement_moves_something"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_minor} {self.currency}"

    @property
    def amount(self) -> Money:
        """Above zero for what came in."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_queued(self) -> bool:
        return self.state == Movement.State.QUEUED


class MovementGift(models.Model):
    """A gift that a movement became, or showed to have come: a gift comes by one movement and no second."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="became")
    gift = models.OneToOneField(Gift, on_delete=models.PROTECT, related_name="came_by")
    # Entered by hand before the statement was read: undoing the movement leaves it alone.
    was_entered_before = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("gift of a movement")
        verbose_name_plural = _("gifts of movements")

    def __str__(self) -> str:
        return f"{self.movement_id}: {self.gift_id}"
