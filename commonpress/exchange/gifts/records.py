"""What readers of gifts yield and the loader writes. Amounts are above zero but for `fee_back`; ids are the source's own, as text."""

from dataclasses import dataclass
from datetime import datetime

from commonpress.fundraising.money import Money


@dataclass(frozen=True, slots=True)
class GiftRecord:
    """Money somebody gave; `fee` is what was kept of it on the way, nothing where the file does not say."""

    line: int
    source_id: str
    amount: Money
    fee: Money
    occurred_at: datetime
    name: str = ""
    email: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """Money that went back, and the gift it went back of.

    `fee_back` is what came back of the gift's fee, below zero where another was kept for the refund.
    """

    line: int
    source_id: str
    gift_id: str
    amount: Money
    fee_back: Money
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is no gift received: a payout, an attempt that failed. `what` is the source's own word for it."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be read, with the reason its owner reads."""

    line: int
    reason: str


Row = GiftRecord | RefundRecord | LeftOut | BadRow
