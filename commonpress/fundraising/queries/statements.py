"""What bank statements brought: what a file would become, what waits for a human, and what may help them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from commonpress.fundraising.models.account_change import AccountChange
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.statement import Movement, StatementImport
from commonpress.fundraising.money import Money
from commonpress.fundraising.statements.matching import Decision, Pledges, Promised, decide
from commonpress.fundraising.statements.records import Reported
from commonpress.fundraising.statements.sameness import Known, Standing, standings
from commonpress.fundraising.statements.spelling import exact_in

MOST_SUGGESTED = 12
NAMES_A_QUERY = 5_000


@dataclass(frozen=True)
class Planned:
    """What a movement of a file that was read would become; `promised` is the amount of each part's pledge."""

    movement: Reported
    standing: Standing
    number: int
    decision: Decision
    promised: tuple[Money, ...] = ()


@dataclass
class Preview:
    """What taking a file would do. Sums are by currency, of what would be booked."""

    planned: list[Planned] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        return sum(1 for one in self.planned if one.standing != "known" and one.decision.outcome == outcome)

    @property
    def known(self) -> int:
        return sum(1 for one in self.planned if one.standing == "known")

    @property
    def booked(self) -> list[Money]:
        sums: Counter[str] = Counter()
        for one in self.planned:
            if one.standing != "known" and one.decision.outcome == "book":
                sums[one.movement.amount.currency] += one.movement.amount.minor
        return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def preview(statement: StatementImport) -> Preview:
    """Say what taking the file would do, as pledges stand now. Nothing is changed."""
    movements = [Reported.from_json(kept) for kept in statement.records]
    pledges = pledges_for(movement.text for movement in movements)
    found = Preview()
    for movement, (standing, number) in zip(movements, standings_of(statement, movements), strict=True):
        decision = Decision("queue", "perhaps_known")
        promised: list[Money] = []
        if standing == "new":
            decision = decision_of(movement, pledges)
            for reference, _amount in decision.parts:
                promised.append(pledges.by_reference[reference].amount)
                pledges.receive(reference)
        found.planned.append(Planned(movement, standing, number, decision, tuple(promised)))
    return found


def decision_of(movement: Reported | Movement, pledges: Pledges) -> Decision:
    return decide(
        text=movement.text,
        amount=movement.amount,
        booked_on=movement.booked_on,
        is_return=movement.is_return,
        pledges=pledges,
    )


def standings_of(statement: StatementImport, movements: list[Reported]) -> list[tuple[Standing, int]]:
    # Of every account: what movements are the same as says which they are of.
    rows = taken_between(statement.first_on, statement.last_on)
    known = rows.values_list("statement_id", "sameness", "booked_on", "was_unsure")
    return standings(movements, [Known(*row) for row in known])


def taken_between(first_on: date, last_on: date) -> QuerySet[Movement]:
    return Movement.objects.filter(booked_on__range=(first_on, last_on))


def known_between(first_on: date, last_on: date) -> set[str]:
    """Return what the movements of these days that were taken before are the same as."""
    return set(taken_between(first_on, last_on).values_list("sameness", flat=True))


def pledges_for(texts: Iterable[str]) -> Pledges:
    """Return all open pledges, and whichever others these texts name."""
    named = sorted({reference for text in texts for reference in exact_in(text)})
    rows = list(promised_of(Pledge.objects.filter(state=Pledge.State.OPEN)))
    for start in range(0, len(named), NAMES_A_QUERY):
        chunk = named[start : start + NAMES_A_QUERY]
        rows += promised_of(Pledge.objects.filter(reference__in=chunk).exclude(state=Pledge.State.OPEN))
    return Pledges(rows)


def promised_of(pledges: QuerySet[Pledge]) -> Iterator[Promised]:
    for pledge in pledges.select_related("drive", "gift__came_by").prefetch_related("gift__refunds"):
        yield Promised(
            reference=pledge.reference,
            amount=pledge.amount,
            is_open=pledge.is_open,
            is_received=pledge.gift is not None,
            entered=entered_by_hand(pledge),
        )


def entered_by_hand(pledge: Pledge) -> tuple[Money, date] | None:
    """Return amount and day of the pledge's gift where no statement has shown it and nothing of it was taken back."""
    gift = pledge.gift
    if gift is None or hasattr(gift, "came_by") or gift.refunds.all():
        return None
    return gift.amount, gift.occurred_at.astimezone(pledge.drive.zone_info).date()


def our_ibans() -> list[str]:
    """Return the account of today and those before it: their letters go on being paid for a while."""
    bank = BankDetails.load()
    changes = AccountChange.objects.filter(subject=AccountChange.Subject.BANK, state=AccountChange.State.APPLIED)
    before = [change.stood.get("iban", "") for change in changes]
    return [iban for iban in dict.fromkeys([bank.iban if bank else "", *before]) if iban]


def queue() -> QuerySet[Movement]:
    return Movement.objects.filter(state=Movement.State.QUEUED)


def movements_for_books() -> QuerySet[Movement]:
    return Movement.objects.select_related("statement").prefetch_related("gifts__pledge", "gifts__drive")


def last_mapping() -> dict[str, object] | None:
    """Return how the latest table was laid out: most papers have one bank."""
    latest = StatementImport.objects.filter(mapping__isnull=False).order_by("-read_at", "-pk").first()
    return latest.mapping if latest else None


def suggested_pledges(movement: Movement) -> list[Pledge]:
    """Return pledges a human may want to look at: named, nearly named, promised by the same account, of the same sum."""
    pledges = pledges_for([movement.text])
    likely = [one.reference for one in pledges.named_in(movement.text)] + sorted(pledges.near(movement.text))
    unpaid = Pledge.objects.filter(gift=None, currency=movement.currency).select_related("drive", "supporter")
    found = {pledge.reference: pledge for pledge in unpaid.filter(reference__in=likely)}
    ordered = [found[reference] for reference in likely if reference in found]
    supporters = [gift.supporter_id for gift in gifts_of_same_payer(movement) if gift.supporter_id]
    same = unpaid.filter(
        Q(supporter__in=supporters) | Q(amount_minor=movement.amount_minor), state=Pledge.State.OPEN
    ).exclude(reference__in=likely)
    return [*ordered, *same.order_by("-made_at")[:MOST_SUGGESTED]]


def pledges_to_receive(text: str) -> list[Pledge]:
    """Return the pledges whose references somebody typed, if no money came for them yet."""
    unpaid = Pledge.objects.filter(reference__in=exact_in(text), gift=None)
    return list(unpaid.select_related("drive", "supporter").order_by("reference"))


def gifts_of_same_payer(movement: Movement) -> list[Gift]:
    """Return the latest gifts that came from the account this came from, or is going back to."""
    if not movement.payer_mark:
        return []
    before = Gift.objects.filter(movements__payer_mark=movement.payer_mark).exclude(movements=movement)
    return list(before.select_related("drive", "supporter").order_by("-occurred_at")[:MOST_SUGGESTED])


def gifts_to_take_back(movement: Movement) -> list[Gift]:
    """Return gifts of which the money that went out may be: of the same account, or of the pledge that is named."""
    named = exact_in(movement.text)
    gifts = Gift.objects.filter(
        Q(movements__payer_mark=movement.payer_mark, movements__payer_mark__gt="") | Q(pledge__reference__in=named),
        currency=movement.currency,
        amount_minor__gte=-movement.amount_minor,
    )
    return list(gifts.distinct().select_related("drive", "supporter").order_by("-occurred_at")[:MOST_SUGGESTED])


def refunds_paid_by(movement: Movement, gifts: list[Gift]) -> list[Refund]:
    """Return refunds of these gifts that the money that went out may be: of its amount, and of no movement yet."""
    refunds = Refund.objects.filter(
        gift__in=gifts, amount_minor=-movement.amount_minor, reason=Refund.Reason.RETURNED, movement=None
    )
    found = refunds.exclude(state=Refund.State.FAILED).select_related("gift__drive", "gift__supporter")
    return list(found.order_by("-refunded_at", "-pk"))


def likes_of(movement: Movement) -> list[Movement]:
    """Return other movements of the same day and amount: by another file it may be the same."""
    same = Movement.objects.filter(
        booked_on=movement.booked_on, amount_minor=movement.amount_minor, currency=movement.currency
    )
    return list(same.exclude(pk=movement.pk).select_related("statement")[:MOST_SUGGESTED])
