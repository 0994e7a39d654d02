"""What waits for somebody who keeps the books: one line a kind."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from commonpress.accounts.models import Person
from commonpress.fundraising.models.audit import Audit
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.models.statement import Movement
from commonpress.fundraising.periods import month_after
from commonpress.fundraising.queries import refunds, wall
from commonpress.fundraising.queries.book_months import BookMonth
from commonpress.fundraising.queries.books import uncounted
from commonpress.fundraising.queries.statements import queue

# Said after how many they are; one of them, and several.
FINDINGS = ngettext_lazy(
    "finding of the nightly audit: the books are wrong", "findings of the nightly audit: the books are wrong"
)
TO_DECIDE = ngettext_lazy("refund for you to decide about", "refunds for you to decide about")
UNPLACED = ngettext_lazy(
    "movement in the bank that nobody has placed yet", "movements in the bank that nobody has placed yet"
)
UNREAD = ngettext_lazy(
    "name or message for the supporters’ wall that nobody has read yet",
    "names and messages for the supporters’ wall that nobody has read yet",
)
UNCOUNTED = ngettext_lazy(
    "gift in no sum, since no rate of its week was known", "gifts in no sum, since no rate of their week was known"
)
UNPAID = ngettext_lazy("refund to be paid out", "refunds to be paid out")
OVERDUE_PLEDGES = ngettext_lazy("pledge open for more than two weeks", "pledges open for more than two weeks")
OPEN_PLEDGES = ngettext_lazy("pledge open", "pledges open")
ASKED = ngettext_lazy("refund that waits for a second person", "refunds that wait for a second person")
# A transfer takes two days; by then it has come, or its giver has forgotten it.
OVERDUE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things of one kind, how many they are, and the screen (its name, and what to ask it for) where they are done."""

    kind: Promise
    count: int
    screen: str
    query: str = ""

    @property
    def words(self) -> str:
        return str(self.kind % self.count)


def waiting(person: Person, now: datetime) -> list[Waiting]:
    """Return the kinds of which something waits for this person."""
    overdue = Pledge.objects.filter(state=Pledge.State.OPEN, made_at__lte=now - OVERDUE)
    unpaid = Refund.objects.filter(state=Refund.State.PENDING)
    last_audit = Audit.objects.order_by("-made_at").first()
    found = [
        Waiting(FINDINGS, len(last_audit.findings) if last_audit else 0, "audit"),
        Waiting(TO_DECIDE, refunds.waiting_for(person).count(), "refund_requests", "state=asked"),
        Waiting(UNPLACED, queue().count(), "movements"),
        Waiting(UNREAD, wall.waiting_count(), "wall"),
        Waiting(UNCOUNTED, uncounted(), "rates"),
        Waiting(UNPAID, unpaid.count(), "refunds", "state=pending"),
        Waiting(OVERDUE_PLEDGES, overdue.count(), "pledges", "state=open"),
    ]
    return [each for each in found if each.count]


def open_in(month: BookMonth) -> list[Waiting]:
    """Return the kinds of which something of this month is still open; closing it settles none of them."""
    pledges = Pledge.objects.filter(state=Pledge.State.OPEN, made_at__gte=month.begins_at, made_at__lt=month.until)
    unpaid = Refund.objects.filter(state=Refund.State.PENDING, refunded_at__lt=month.until)
    asked = RefundRequest.objects.filter(state=RefundRequest.State.ASKED, asked_at__lt=month.until)
    moved = Movement.objects.filter(
        state__in=[Movement.State.NEW, Movement.State.QUEUED],
        booked_on__gte=month.first_on,
        booked_on__lt=month_after(month.first_on),
    )
    found = [
        Waiting(UNPLACED, moved.count(), "movements"),
        Waiting(OPEN_PLEDGES, pledges.count(), "pledges", "state=open"),
        Waiting(ASKED, asked.count(), "refund_requests", "state=asked"),
        Waiting(UNPAID, unpaid.count(), "refunds", "state=pending"),
    ]
    return [each for each in found if each.count]
