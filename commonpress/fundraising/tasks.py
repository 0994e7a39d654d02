from commonpress.fundraising.effects import (
    accounts,
    annual,
    crypto,
    drives,
    gifts,
    links,
    pledges,
    receipts,
    refunds,
    ways_in,
)
from commonpress.jobs import task


@task()
def announce_pledge(pledge_pk: int) -> None:
    pledges.pledge_made(pledge_pk)


@task()
def remind_of_pledge(pledge_pk: int) -> None:
    pledges.pledge_still_open(pledge_pk)


@task()
def announce_transfer(transfer_pk: int) -> None:
    crypto.transfer_told(transfer_pk)


@task()
def thank_for_gift(gift_pk: int) -> None:
    gifts.gift_received(gift_pk)


@task()
def announce_milestone(drive_pk: int, period_key: str, percent: int) -> None:
    drives.milestone_reached(drive_pk, period_key, percent)


@task()
def warn_of_wrong_books(made_at: str, findings: list[str]) -> None:
    drives.books_are_wrong(made_at, findings)


@task()
def tell_of_account(event_pk: int) -> None:
    accounts.account_event(event_pk)


@task()
def tell_of_link(link_pk: int, person_pk: int, saved_at: str) -> None:
    links.link_saved(link_pk, person_pk, saved_at)


@task()
def tell_open_pledges(change_pk: int) -> None:
    accounts.account_of_pledges_changed(change_pk)


@task()
def correct_receipt(refund_pk: int) -> None:
    receipts.receipt_corrected(refund_pk)


@task()
def take_correction_back(refund_pk: int) -> None:
    receipts.correction_is_void(refund_pk)


@task()
def post_receipt(receipt_pk: int, nth: int) -> None:
    receipts.receipt_again(receipt_pk, nth)


@task()
def post_annual_statements(year: int) -> None:
    annual.annual_statements(year)


@task()
def answer_way_in(pk: int) -> None:
    ways_in.way_in_asked(pk)


@task()
def tell_of_refund_asked_for(request_pk: int) -> None:
    refunds.refund_asked_for(request_pk)
