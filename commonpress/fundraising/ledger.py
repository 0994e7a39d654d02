"""The only writer of the book, and the one that adds it up. See docs/algorithms/ledger.md.

Everything here runs inside the transaction of the action that calls it.
"""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from commonpress.changes.changed import changed
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money

WHERE_IT_LIES = {
    Gift.Source.BANK: Account.BANK,
    Gift.Source.CHEQUE: Account.BANK,
    Gift.Source.CASH: Account.CASH,
}


def enter_gift(gift: Gift) -> Entry:
    """Book what was received, and count it in the drive's month in which it was received."""
    return enter(
        source_key=f"gift:{gift.public_id}",
        kind=Entry.Kind.GIFT,
        occurred_at=gift.occurred_at,
        gift=gift,
        period_key=gift.drive.period_at(gift.occurred_at).key,
        lines=[
            (WHERE_IT_LIES[Gift.Source(gift.source)], gift.amount),
            (Account.GIFTS, -gift.amount),
        ],
        gifts=1,
    )


def enter_refund(refund: Refund, *, is_last: bool) -> Entry:
    """Book what went back. It lowers the month of the gift, whenever that was; `is_last`: nothing of it is left."""
    gift = refund.gift
    booked = Entry.objects.get(source_key=f"gift:{gift.public_id}")
    by_mistake = refund.reason == Refund.Reason.MISTAKE
    return enter(
        source_key=f"refund:{refund.public_id}",
        kind=Entry.Kind.CORRECTION if by_mistake else Entry.Kind.REFUND,
        occurred_at=refund.refunded_at,
        gift=gift,
        period_key=booked.period_key,
        reverses=booked,
        lines=[
            (Account.GIFTS if by_mistake else Account.REFUNDS, refund.amount),
            (WHERE_IT_LIES[Gift.Source(gift.source)], -refund.amount),
        ],
        gifts=-1 if is_last else 0,
    )


def enter(
    *,
    source_key: str,
    kind: Entry.Kind,
    occurred_at: datetime,
    gift: Gift,
    period_key: str,
    lines: list[tuple[Account, Money]],
    gifts: int,
    reverses: Entry | None = None,
) -> Entry:
    """Insert one balanced entry and add it to the meter, once per `source_key`.

    A second call with the same key returns the entry that stands and adds nothing. The lines go in
    before their entry: its trigger sums them up and refuses it unless they come to 0.

    Raises IntegrityError if they do not.
    """
    try:
        with transaction.atomic():
            number = next_entry_number()
            Line.objects.bulk_create(
                Line(entry_id=number, account=account, amount_minor=money.minor, currency=money.currency)
                for account, money in lines
            )
            entry = Entry.objects.create(
                pk=number,
                source_key=source_key,
                kind=kind,
                occurred_at=occurred_at,
                booked_at=timezone.now(),
                drive=gift.drive,
                period_key=period_key,
                gift=gift,
                reverses=reverses,
            )
    except IntegrityError:
        standing = Entry.objects.filter(source_key=source_key).first()
        if standing is None:
            raise
        return standing

    received = -sum(money.minor for account, money in lines if account in {Account.GIFTS, Account.REFUNDS})
    add_to_meter(gift.drive, period_key, gift.currency, received_minor=received, gifts=gifts)
    return entry


def promise(pledge: Pledge) -> None:
    """Show the pledge in the lighter tone. Promises are not money: the book does not know them."""
    add_to_meter(pledge.drive, pledge.period_key, pledge.currency, promised_minor=pledge.amount_minor, pledges=1)


def release(pledge: Pledge) -> None:
    """Take the pledge out of the lighter tone."""
    add_to_meter(pledge.drive, pledge.period_key, pledge.currency, promised_minor=-pledge.amount_minor, pledges=-1)


def next_entry_number() -> int:
    """Return the number of the next entry, which its lines must know before it stands."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence('fundraising_entry', 'id'))")
        else:
            # SQLite has one writer at a time: whoever is here holds the database until commit.
            cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM fundraising_entry")
        return int(cursor.fetchone()[0])


def add_to_meter(
    drive: Drive,
    period_key: str,
    currency: str,
    *,
    received_minor: int = 0,
    gifts: int = 0,
    promised_minor: int = 0,
    pledges: int = 0,
) -> None:
    # One statement: nothing is read and written back, so no two writers can lose a cent.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO fundraising_metertotal AS total
              (drive_id, period_key, currency, received_minor, gifts, promised_minor, pledges)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (drive_id, period_key, currency) DO UPDATE SET
              received_minor = total.received_minor + excluded.received_minor,
              gifts = total.gifts + excluded.gifts,
              promised_minor = total.promised_minor + excluded.promised_minor,
              pledges = total.pledges + excluded.pledges
            """,
            [drive.pk, period_key, currency, received_minor, gifts, promised_minor, pledges],
        )
    changed(drive.key)
