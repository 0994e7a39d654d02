from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.database.burst import burst
from commonpress.database.priority import priority
from commonpress.fundraising.actions.gifts import record_gift
from commonpress.fundraising.actions.supporters import known_by
from commonpress.fundraising.errors import GivingIsClosed, PledgeIsSettled, SentAlready, WrongCurrency
from commonpress.fundraising.ledger import totals
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.tasks import announce_pledge, remind_of_pledge
from commonpress.lib.refusals import require

EXPIRED_AT_ONCE = 500
UNTIL_REMINDED = timedelta(days=10)
REMINDED_AT_ONCE = 500


@priority("money")
@burst
def make_pledge(
    drive: Drive,
    *,
    amount: Money,
    public_name: str = "",
    email: str = "",
    message: str = "",
    once_key: str | None = None,
) -> Pledge:
    """Write down that somebody means to give, once per `once_key`, and tell them how, and the treasurers that.

    Raises GivingIsClosed before the first and after the last day of a dated drive, SentAlready when another
    pledge stands under the key.
    """
    require(amount.currency == drive.currency, WrongCurrency)
    now = timezone.now()
    pledge = Pledge(
        drive=drive,
        amount_minor=amount.minor,
        currency=amount.currency,
        is_anonymous=not public_name,
        message=message,
        period_key=drive.period_at(now).key,
        made_at=now,
        once_key=once_key,
    )
    if once_key is not None and (standing := Pledge.objects.filter(once_key=once_key).first()):
        require(says_the_same(standing, pledge, public_name, email), SentAlready(standing.amount))
        return standing
    require(drive.takes_pledges_at(now), GivingIsClosed)
    try:
        with transaction.atomic():
            if public_name or email:
                # Always a row of its own: what a stranger types must not reach another supporter's.
                pledge.supporter = Supporter.objects.create(name=public_name, public_name=public_name, email=email)
            pledge.save(force_insert=True)
    except IntegrityError:
        if once_key is None:
            raise
        standing = Pledge.objects.get(once_key=once_key)
        require(says_the_same(standing, pledge, public_name, email), SentAlready(standing.amount))
        return standing
    totals.promise(pledge)
    announce_pledge.enqueue(pledge.pk)
    return pledge


def says_the_same(standing: Pledge, sent: Pledge, public_name: str, email: str) -> bool:
    """Tell whether a pledge sent under a used key is the one that stands."""
    # Once the money is here, the row may be that of somebody who gave before, with their own name and no message.
    words = () if standing.gift_id is not None else ("is_anonymous", "message")
    names = ("drive_id", "amount_minor", "currency", *words)
    if any(getattr(standing, name) != getattr(sent, name) for name in names):
        return False
    if standing.supporter is None:
        return not public_name and not email
    is_named_so = standing.supporter.public_name == public_name or standing.gift_id is not None
    return standing.supporter.email.lower() == email.lower() and is_named_so


@priority("money")
@burst
def confirm_pledge(
    pledge: Pledge,
    *,
    amount: Money | None = None,
    occurred_at: datetime | None = None,
    by: Person | None = None,
) -> Gift:
    """Turn a pledge into a gift of what really came, which may be more or less than was promised.

    From the address of somebody who gave before, it is theirs, but anonymous and without the message: anybody may
    have typed the address, and would speak under their name. They may show it on the page of their gifts.

    Money that comes after the pledge expired or was cancelled is still money. Confirming twice gives
    the gift of the first time.
    """
    pledge = Pledge.objects.select_for_update(of=("self",)).select_related("drive", "supporter").get(pk=pledge.pk)
    if pledge.gift is not None:
        return pledge.gift
    newcomer = pledge.supporter
    known = known_by(newcomer.email) if newcomer is not None else None
    if known is not None and known != newcomer:
        pledge.supporter, pledge.is_anonymous, pledge.message = known, True, ""
    gift = record_gift(
        pledge.drive,
        amount=amount or pledge.amount,
        source=Gift.Source.BANK,
        occurred_at=occurred_at,
        supporter=pledge.supporter,
        is_anonymous=pledge.is_anonymous,
        message=pledge.message,
        entered_by=by,
        once_key=f"pledge:{pledge.public_id}",
    )
    # Afterwards: a drive's pool is held before its meter is moved.
    if pledge.is_open:
        totals.release(pledge)
    pledge.gift = gift
    settle(pledge, Pledge.State.CONFIRMED)
    pledge.confirmed_by = by
    pledge.save()
    if newcomer is not None and not newcomer.gifts.exists() and not newcomer.pledges.exists():
        # Who they are is known from before; what was typed with the pledge is not kept beside it.
        newcomer.delete()
    return gift


@priority("money")
@burst
def cancel_pledge(pledge: Pledge) -> Pledge:
    """Take an open pledge back. Cancelling twice is cancelling once.

    Raises PledgeIsSettled when the money came or the time ran out.
    """
    pledge = Pledge.objects.select_for_update(of=("self",)).select_related("drive").get(pk=pledge.pk)
    if pledge.state == Pledge.State.CANCELLED:
        return pledge
    require(pledge.is_open, PledgeIsSettled)
    totals.release(pledge)
    settle(pledge, Pledge.State.CANCELLED)
    pledge.save()
    return pledge


@priority("money")
@transaction.atomic
def change_pledge(pledge: Pledge, amount: Money) -> Pledge:
    """Promise another amount instead: the meter loses the old one and gains the new one at once.

    Raises PledgeIsSettled when it is no longer awaited, WrongCurrency.
    """
    pledge = Pledge.objects.select_for_update(of=("self",)).select_related("drive").get(pk=pledge.pk)
    require(pledge.is_open, PledgeIsSettled)
    require(amount.currency == pledge.currency, WrongCurrency)
    if amount != pledge.amount:
        totals.release(pledge)
        pledge.amount_minor = amount.minor
        pledge.save(update_fields=["amount_minor"])
        totals.promise(pledge)
    return pledge


def expire_pledges(now: datetime) -> int:
    """Let go of open pledges whose time has run out; return how many. Each is a transaction of its own."""
    overdue = Pledge.objects.filter(state=Pledge.State.OPEN, expires_at__lte=now).order_by("expires_at")
    return sum(expire_pledge(pk, now) for pk in list(overdue.values_list("pk", flat=True)[:EXPIRED_AT_ONCE]))


@priority("money")
@burst
def expire_pledge(pk: int, now: datetime) -> bool:
    pledge = Pledge.objects.select_for_update(of=("self",)).select_related("drive").get(pk=pk)
    # It may have been confirmed while the list was being worked through.
    if not pledge.is_open or pledge.expires_at > now:
        return False
    totals.release(pledge)
    settle(pledge, Pledge.State.EXPIRED)
    pledge.save()
    return True


def remind_of_pledges(now: datetime) -> int:
    """Have those reminded, once, whose pledge has been open for ten days; return how many that were."""
    waiting = Pledge.objects.filter(
        state=Pledge.State.OPEN, reminded_at=None, made_at__lte=now - UNTIL_REMINDED, expires_at__gt=now
    ).order_by("made_at")
    return sum(remind_of(pk, now) for pk in list(waiting.values_list("pk", flat=True)[:REMINDED_AT_ONCE]))


@transaction.atomic
def remind_of(pk: int, now: datetime) -> bool:
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=pk)
    # The money may have come, or another job been here, while the list was being worked through.
    if not pledge.is_open or pledge.reminded_at is not None:
        return False
    pledge.reminded_at = now
    pledge.save(update_fields=["reminded_at"])
    remind_of_pledge.enqueue(pledge.pk)
    return True


def settle(pledge: Pledge, state: Pledge.State) -> None:
    pledge.state = state
    pledge.settled_at = timezone.now()
