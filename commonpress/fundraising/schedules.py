"""What the clock starts."""

from django.utils import timezone

from commonpress.fundraising.actions.accounts import apply_due_changes
from commonpress.fundraising.actions.badges import review_badges
from commonpress.fundraising.actions.books import check_books, seal_books
from commonpress.fundraising.actions.erasure import forget_names_on_receipts
from commonpress.fundraising.actions.movements import book_new
from commonpress.fundraising.actions.pledges import expire_pledges, remind_of_pledges
from commonpress.fundraising.actions.statements import forget_statements
from commonpress.fundraising.actions.ways_in import forget_ways_in
from commonpress.jobs import task
from commonpress.jobs.schedule import every


@every(minutes=10)
@task()
def let_pledges_lapse() -> None:
    expire_pledges(timezone.now())


@every(hours=1)
@task()
def remind_of_open_pledges() -> None:
    remind_of_pledges(timezone.now())


@every(minutes=10)
@task()
def carry_out_account_changes() -> None:
    apply_due_changes(timezone.now())


@every(days=1)
@task()
def review_supporters_badges() -> None:
    review_badges(timezone.now())


@every(minutes=10)
@task()
def seal_what_was_booked() -> None:
    seal_books(timezone.now())


@every(days=1)
@task()
def audit_the_books() -> None:
    check_books(timezone.now())


@every(minutes=1)
@task()
def book_what_statements_brought() -> None:
    # A long file, or one whose reader was cut off: the request that took it books what it can.
    book_new()


@every(days=1)
@task()
def forget_old_statements() -> None:
    forget_statements(timezone.now())


@every(days=1)
@task()
def forget_what_need_not_be_kept() -> None:
    forget_names_on_receipts(timezone.now())
    forget_ways_in(timezone.now())
