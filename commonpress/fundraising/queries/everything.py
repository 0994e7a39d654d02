"""All that is kept of a supporter, for themselves (GDPR Art. 15 and 20)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.statement import Movement
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.models.transfer_teller import TransferTeller
from commonpress.fundraising.models.wall import WallDecision
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import givers


def everything_of(rows: Iterable[Supporter]) -> dict[str, Any]:
    """Return it as JSON has it: moments in ISO 8601 and UTC, amounts as text with a point ("12.50")."""
    rows = list(rows)
    return {
        "supporter": [
            {"name": row.name, "public_name": row.public_name, "email": row.email, "since": moment(row.created_at)}
            for row in rows
        ],
        "gifts": [
            gift_in_full(gift)
            for gift in givers.gifts_of(rows).prefetch_related("movements", "refund_requests", "refunds__movement")
        ],
        "pledges": [pledge_in_full(pledge) for pledge in givers.pledges_of(rows)],
        "bitcoin_told_of": [transfer_in_full(told) for told in tellings_of(rows)],
        "on_the_supporters_wall": [decision_in_full(decision) for decision in decisions_about(rows)],
        "letters": [
            {"subject": letter.subject, "to": letter.to, "written": moment(letter.written_at)}
            for letter in givers.letters_to(rows)
        ],
    }


def gift_in_full(gift: Gift) -> dict[str, Any]:
    return {
        "number": gift.public_id,
        **amount(gift.amount),
        "received": moment(gift.occurred_at),
        "came_as": gift.source,
        "for": gift.drive.title,
        "name_is_shown": not gift.is_anonymous,
        "message": gift.message,
        "note_for_the_books": gift.note,
        "taken_back": [
            {
                **amount(Money(each.amount_minor, gift.currency)),
                "on": moment(each.refunded_at),
                "why": each.reason,
                "note_for_the_books": each.note,
            }
            for each in gift.refunds.all()
        ],
        "asked_to_be_taken_back": [
            {
                **amount(Money(each.amount_minor, gift.currency)),
                "on": moment(each.asked_at),
                "state": each.state,
                "note_for_the_books": each.note,
            }
            for each in gift.refund_requests.all()
        ],
        "at_the_bank": [movement_in_full(movement) for movement in movements_of(gift)],
        "receipts": [receipt_in_full(receipt) for receipt in gift.receipts.all()],
    }


def movements_of(gift: Gift) -> list[Movement]:
    """Return what came to our account for a gift, and what went back of it."""
    went_back = [refund.movement for refund in gift.refunds.all() if hasattr(refund, "movement")]
    return [*gift.movements.all(), *went_back]


def movement_in_full(movement: Movement) -> dict[str, Any]:
    """Return what the bank said of it; to know the account again, a mark is kept that nobody can read."""
    return {
        "day": movement.booked_on.isoformat(),
        **amount(movement.amount),
        "from": movement.payer_name,
        "account_ends_in": movement.payer_last4,
        "text": movement.text,
        "note_for_the_books": movement.note,
    }


def tellings_of(rows: list[Supporter]) -> QuerySet[TransferTeller]:
    return TransferTeller.objects.filter(supporter__in=rows).select_related("transfer")


def transfer_in_full(told: TransferTeller) -> dict[str, Any]:
    transfer = told.transfer
    return {
        "transaction": transfer.transaction_id,
        "sent_to": transfer.sent_to,
        "told": moment(told.told_at),
        "state": transfer.state,
        "is_yours": transfer.supporter_id is not None and transfer.supporter_id == told.supporter_id,
    }


def decisions_about(rows: list[Supporter]) -> QuerySet[WallDecision]:
    return WallDecision.objects.filter(supporter__in=rows).select_related("gift").order_by("decided_at", "pk")


def decision_in_full(decision: WallDecision) -> dict[str, Any]:
    return {
        "about": "message" if decision.gift else "name",
        "gift": decision.gift.public_id if decision.gift else None,
        "answer": decision.answer,
        "decided": moment(decision.decided_at),
    }


def receipt_in_full(receipt: Receipt) -> dict[str, Any]:
    return {
        "number": receipt.number,
        "kind": receipt.kind,
        "name": receipt.name,
        **amount(receipt.amount),
        "issued": moment(receipt.issued_at),
    }


def pledge_in_full(pledge: Pledge) -> dict[str, Any]:
    return {
        "reference": pledge.reference,
        **amount(pledge.amount),
        "for": pledge.drive.title,
        "state": pledge.state,
        "made": moment(pledge.made_at),
        "expires": moment(pledge.expires_at),
        "message": pledge.message,
    }


def amount(money: Money) -> dict[str, str]:
    return {"amount": f"{money.major:f}", "currency": money.currency}


def moment(at: datetime) -> str:
    return at.isoformat()
