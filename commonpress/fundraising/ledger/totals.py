"""The meter's sums: added to in the transaction of each entry and each pledge."""

from commonpress.changes.changed import changed
from commonpress.database.plain import fetched
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.pledge import Pledge


def promise(pledge: Pledge) -> None:
    """Show the pledge in the lighter tone. Promises are not money: the book does not know them."""
    add_to_meter(pledge.drive, pledge.period_key, pledge.currency, promised_minor=pledge.amount_minor, pledges=1)


def release(pledge: Pledge) -> None:
    """Take the pledge out of the lighter tone."""
    add_to_meter(pledge.drive, pledge.period_key, pledge.currency, promised_minor=-pledge.amount_minor, pledges=-1)


def add_to_meter(
    drive: Drive,
    period_key: str,
    currency: str,
    *,
    received_minor: int = 0,
    matched_minor: int = 0,
    gifts: int = 0,
    promised_minor: int = 0,
    pledges: int = 0,
) -> int:
    """Add to a sum, and return what the period has raised with it, in minor units."""
    # Said first: from the addition to the commit the row is held, and everybody else who books waits for it.
    changed(drive.key)
    return add_unsaid(
        drive,
        period_key,
        currency,
        received_minor=received_minor,
        matched_minor=matched_minor,
        gifts=gifts,
        promised_minor=promised_minor,
        pledges=pledges,
    )


def add_unsaid(
    drive: Drive,
    period_key: str,
    currency: str,
    *,
    received_minor: int = 0,
    matched_minor: int = 0,
    gifts: int = 0,
    promised_minor: int = 0,
    pledges: int = 0,
) -> int:
    """Add to a sum without telling the pages; who adds to many tells them once, in the same transaction."""
    # One statement: nothing is read and written back, so no two writers can lose a cent.
    ((raised,),) = fetched(
        """
        INSERT INTO fundraising_metertotal AS total
          (drive_id, period_key, currency, received_minor, matched_minor, gifts, promised_minor, pledges)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (drive_id, period_key, currency) DO UPDATE SET
          received_minor = total.received_minor + excluded.received_minor,
          matched_minor = total.matched_minor + excluded.matched_minor,
          gifts = total.gifts + excluded.gifts,
          promised_minor = total.promised_minor + excluded.promised_minor,
          pledges = total.pledges + excluded.pledges
        RETURNING received_minor + matched_minor
        """,
        [drive.pk, period_key, currency, received_minor, matched_minor, gifts, promised_minor, pledges],
    )
    return int(raised)
