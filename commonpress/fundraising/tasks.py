from commonpress.fundraising import effects
from commonpress.jobs import task


@task()
def announce_pledge(pledge_pk: int) -> None:
    effects.pledge_made(pledge_pk)


@task()
def thank_for_gift(gift_pk: int) -> None:
    effects.gift_received(gift_pk)
