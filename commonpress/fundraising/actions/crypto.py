"""What supporters say they sent over a chain: told, looked up by staff, and booked once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.database.priority import priority
from commonpress.fundraising.actions.gifts import record_gift
from commonpress.fundraising.actions.supporters import known_by
from commonpress.fundraising.errors import TransferHasSender, TransferIsReceived
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.crypto_transfer import CryptoTransfer
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.models.transfer_teller import TransferTeller
from commonpress.fundraising.money import Money
from commonpress.fundraising.tasks import announce_transfer, thank_for_gift
from commonpress.lib.refusals import require


@priority("money")
@transaction.atomic
def tell_of_transfer(
    address: CryptoAddress, *, transaction_id: str, email: str = "", by: Person | None = None
) -> CryptoTransfer:
    """Write down that something was sent, for staff to look up; told again it is the one that stands.

    Everybody who tells of it is kept, each address once: that it was sent is on the chain for all to read, and who
    tells first may not be who sent it. `transaction_id` is 64 small hexadecimal digits. Nothing is counted by it yet.
    `by` is set where staff enter it.
    """
    fields = {"address": address, "sent_to": address.address}
    found, is_new = CryptoTransfer.objects.get_or_create(transaction_id=transaction_id, defaults=fields)
    if by is not None:
        return found
    # Those who tell of it at once come one after the other.
    transfer = CryptoTransfer.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if not has_told(transaction_id, email):
        # Always a row of its own: what a stranger types must not reach another supporter's.
        transfer.tellers.create(supporter=Supporter.objects.create(email=email) if email else None)
    if is_new:
        announce_transfer.enqueue(transfer.pk)
    return transfer


def has_told(transaction_id: str, email: str) -> bool:
    """Tell whether a transfer was told of before from this address, or by somebody without one."""
    tellers = TransferTeller.objects.filter(transfer__transaction_id=transaction_id).select_related("supporter")
    return any(teller.address == email.lower() for teller in tellers)


@priority("money")
@transaction.atomic
def confirm_transfer(
    transfer: CryptoTransfer,
    *,
    drive: Drive,
    amount: Money,
    occurred_at: datetime,
    sender: TransferTeller | None = None,
    by: Person,
) -> Gift:
    """Book what the transfer was worth on its day, as staff found it. Confirming twice gives the gift of the first time.

    Where several told of it, the gift is nobody's but for the one staff took for the `sender`. Also one that was
    dismissed before: what is on the chain after all is still money.
    """
    transfer = CryptoTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if transfer.gift is not None:
        return transfer.gift
    tellers = list(transfer.tellers.select_related("supporter"))
    if len(tellers) == 1:
        sender = tellers[0]
    transfer.supporter = supporter_of(sender) if sender in tellers else None
    transfer.gift = record_gift(
        drive,
        amount=amount,
        source=Gift.Source.CRYPTO,
        occurred_at=occurred_at,
        supporter=transfer.supporter,
        note=f"Bitcoin {transfer.transaction_id}",
        entered_by=by,
        once_key=f"crypto:{transfer.public_id}",
    )
    transfer.state = CryptoTransfer.State.CONFIRMED
    transfer.settled_at = timezone.now()
    transfer.settled_by = by
    transfer.save()
    return transfer.gift


@priority("money")
@transaction.atomic
def choose_sender(transfer: CryptoTransfer, sender: TransferTeller) -> CryptoTransfer:
    """Give a gift that was booked to nobody to the one of those who told of it whom staff take for its sender.

    Raises TransferHasSender once it is somebody's: their receipt is out.
    """
    transfer = CryptoTransfer.objects.select_for_update(of=("self",)).select_related("gift").get(pk=transfer.pk)
    gift = transfer.gift
    require(gift is not None and gift.supporter_id is None, TransferHasSender)
    assert gift is not None  # or it was refused
    transfer.supporter = supporter_of(transfer.tellers.select_related("supporter").get(pk=sender.pk))
    transfer.save(update_fields=["supporter"])
    Gift.objects.filter(pk=gift.pk).update(supporter=transfer.supporter)
    if transfer.supporter is not None:
        thank_for_gift.enqueue(gift.pk)
    return transfer


def supporter_of(teller: TransferTeller | None) -> Supporter | None:
    """Return who gave before from the teller's address, else the row they told with; None where they gave none."""
    if teller is None or teller.supporter is None:
        return None
    newcomer, known = teller.supporter, known_by(teller.address)
    if known is None or known == newcomer:
        return newcomer
    teller.supporter = known
    teller.save(update_fields=["supporter"])
    # Who they are is known from before; what was typed here is not kept beside it.
    newcomer.delete()
    return known


@priority("money")
@transaction.atomic
def dismiss_transfer(transfer: CryptoTransfer, *, by: Person) -> CryptoTransfer:
    """Put aside what is not on the chain. Dismissing twice is dismissing once.

    Raises TransferIsReceived for one that was booked: a gift is refunded instead.
    """
    transfer = CryptoTransfer.objects.select_for_update().get(pk=transfer.pk)
    require(transfer.state != CryptoTransfer.State.CONFIRMED, TransferIsReceived)
    if transfer.state == CryptoTransfer.State.ANNOUNCED:
        transfer.state = CryptoTransfer.State.DISMISSED
        transfer.settled_at = timezone.now()
        transfer.settled_by = by
        transfer.save(update_fields=["state", "settled_at", "settled_by"])
    return transfer
