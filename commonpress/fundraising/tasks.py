from commonpress.fundraising import effects
from commonpress.jobs import task


@task()
def announce_pledge(pledge_pk: int) -> None:
    effects.pledge_made(pledge_pk)


@task()
def thank_for_gift(gift_pk: int) -> None:
    effects.gift_received(gift_pk)


@task()
def tell_of_new_account(person_pk: int, changed_at: str) -> None:
    effects.bank_details_changed(person_pk, changed_at)
