"""How each system lays out its table of gifts: which of its columns say what.

Names of columns are compared without regard to case. Where a field has several, they are put together.

Sources: GiveWP, Tools > Export > Donation History; Stripe, report "Balance change from activity", itemised
(balance_change_from_activity.itemized.3); Open Collective, transactions.csv (its REST API's Transactions v2);
Ghost and Liberapay have no file of their own for it: the tables `donation_payment_events` and `payin_transfers`.
"""

from dataclasses import dataclass, field
from typing import Literal

Field = Literal["id", "amount", "fee", "currency", "day", "state", "refund_of", "name", "email", "message", "live"]
FIELDS: tuple[Field, ...] = (
    "id", "amount", "fee", "currency", "day", "state", "refund_of", "name", "email", "message", "live"
)  # fmt: skip
REQUIRED: tuple[Field, ...] = ("id", "amount", "day")


@dataclass(frozen=True, slots=True)
class Layout:
    """`received` and `refunded` are the words in the state's column, in small letters; none: every line is a gift.

    `in_minor`: amounts are whole minor units. `is_fee_below_zero`: a fee that was kept is; one that came back with a
    refund has the other sign, in every table. `zone`: of days without one; empty: the drive's.
    """

    columns: dict[Field, tuple[str, ...]]
    received: frozenset[str] = field(default=frozenset())
    refunded: frozenset[str] = field(default=frozenset())
    live: frozenset[str] = field(default=frozenset())
    # The field by which refunds name a gift, where that is not its own id.
    gift_id: Field = "id"
    in_minor: bool = False
    is_fee_below_zero: bool = False
    decimal: str = "."
    zone: str = ""
    day_as: tuple[str, ...] = ()


LAYOUTS: dict[str, Layout] = {
    "givewp": Layout(
        columns={
            "id": ("Donation ID",),
            "amount": ("Donation Total",),
            "currency": ("Currency Code",),
            "day": ("Donation Date", "Donation Time"),
            "state": ("Donation Status",),
            "name": ("First Name", "Last Name"),
            "email": ("Email Address",),
            "message": ("Donor Comment",),
            "live": ("Payment Mode",),
        },
        received=frozenset({"complete", "completed", "publish", "renewal"}),
        live=frozenset({"live"}),
        day_as=("%B %d, %Y %I:%M %p", "%B %d, %Y %H:%M", "%B %d, %Y"),
    ),
    "ghost-tips": Layout(
        columns={
            "id": ("id",),
            "amount": ("amount",),
            "currency": ("currency",),
            "day": ("created_at",),
            "name": ("name",),
            "email": ("email",),
            "message": ("donation_message",),
        },
        in_minor=True,
        zone="UTC",
    ),
    "stripe-balance": Layout(
        columns={
            "id": ("balance_transaction_id",),
            "amount": ("gross",),
            "fee": ("fee",),
            "currency": ("currency",),
            "day": ("created_utc",),
            "state": ("reporting_category",),
            "refund_of": ("charge_id",),
            "name": ("customer_name",),
            "email": ("customer_email",),
        },
        received=frozenset({"charge"}),
        refunded=frozenset({"refund"}),
        gift_id="refund_of",
        zone="UTC",
    ),
    "liberapay": Layout(
        columns={
            "id": ("id",),
            "amount": ("amount",),
            "fee": ("fee",),
            "currency": ("currency",),
            "day": ("ctime",),
            "state": ("status",),
        },
        received=frozenset({"succeeded"}),
        zone="UTC",
    ),
    "open-collective": Layout(
        columns={
            "id": ("shortId",),
            "amount": ("amount",),
            "fee": ("paymentProcessorFee",),
            "currency": ("currency",),
            "day": ("datetime",),
            "state": ("type", "kind", "isRefund"),
            "refund_of": ("shortRefundId",),
            "name": ("oppositeAccountName",),
        },
        received=frozenset({"credit contribution", "credit added_funds"}),
        refunded=frozenset({"debit contribution refund", "debit added_funds refund"}),
        is_fee_below_zero=True,
        zone="UTC",
    ),
}
MAPPED = "gifts"


def mapped(columns: dict[str, str], *, decimal: str) -> Layout:
    """Return the layout of a table whose columns are named by hand. Raises ValueError for a field that is none."""
    unknown = [name for name in columns if name not in FIELDS]
    if unknown:
        raise ValueError(f"There is no field {unknown[0]}. There are: {', '.join(FIELDS)}.")
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise ValueError(f"Say which column holds the {missing[0]}, as in --columns id=Number,amount=Sum,day=Date.")
    return Layout(columns={name: (columns[name],) for name in FIELDS if name in columns}, decimal=decimal)
