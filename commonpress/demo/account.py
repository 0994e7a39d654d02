"""The demo's readers' ledger: what was spent, who is named on the wall, who owns the paper."""

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from commonpress.demo.texts import table
from commonpress.fundraising.actions.books import seal_books
from commonpress.fundraising.actions.ownership import state_ownership
from commonpress.fundraising.actions.spending import Wording, correct_spending, enter_spending
from commonpress.fundraising.actions.wall import decide
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.ownership import OwnershipStatement
from commonpress.fundraising.models.spending import Spending
from commonpress.fundraising.models.wall import WallDecision
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import month_before
from commonpress.fundraising.queries import wall

# Left for whoever tries out the desk.
STILL_WAITING = ("Stair nine", "P. Durrant")


def load_account(drive: Drive, now: dt.datetime) -> None:
    """Publish what was spent up to the present month, once a month, and at first the owners and the wall."""
    content = table("ledger.toml")
    is_new = not Spending.objects.exists()
    _spend(drive, content["spending"], now)
    if is_new:
        _release_names()
        year = now.astimezone(drive.zone_info).year - 1
        stated = OwnershipStatement(
            currency=drive.currency, advertising_year=year, state_advertising_minor=0, **content["owners"]
        )
        state_ownership(stated, by=None)
    seal_books(now)


@transaction.atomic
def _spend(drive: Drive, rows: list[dict[str, Any]], now: dt.datetime) -> None:
    first_on = now.astimezone(drive.zone_info).date().replace(day=1)
    for months in range(len(rows[0]["amounts"]) + 1):
        key = f"{first_on:%Y-%m}"
        for number, row in enumerate(rows):
            amount = row["amounts"][-months] if months else row.get("this_month", 0)
            once = f"demo:spending:{key}:{number}"
            if amount and not Spending.objects.filter(once_key=once).exists():
                _enter(drive, key, row, amount, once=once, is_last=months == 1)
        first_on = month_before(first_on, 1)


def _enter(drive: Drive, key: str, row: dict[str, Any], amount: int, *, once: str, is_last: bool) -> None:
    says = Wording(
        Money(amount * 100, drive.currency),
        row["category"],
        row["note"],
        ContentFile(pdf_of(row["bill"]), name="document.pdf") if "bill" in row else None,
    )
    typed_first = row.get("typed_first") if is_last else None
    if typed_first is None:
        enter_spending(Spending(drive=drive, month=key), says, by=None, once=once)
        return
    wrong = Wording(Money(typed_first * 100, drive.currency), row["category"], row["note"])
    spending = enter_spending(Spending(drive=drive, month=key), wrong, by=None, once=once)
    correct_spending(spending, says, reason=row["reason"], by=None)


def _release_names() -> None:
    items = [each.item for each in wall.waiting() if not each.hint and each.name not in STILL_WAITING]
    decide(items, WallDecision.Answer.SHOWN, by=None)


def pdf_of(lines: list[str]) -> bytes:
    """Return a page with lines of plain letters on it, as small as a PDF can be."""
    shown = " T* ".join(f"({line.replace('(', '[').replace(')', ']')}) Tj" for line in lines)
    drawing = f"BT /F1 14 Tf 72 720 Td 24 TL {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, words in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{words}\nendobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{out}xref\n0 {size}\n0000000000 65535 f \n{rows}"
        f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    ).encode("cp1252")
