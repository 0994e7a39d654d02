"""Reads a table of gifts (CSV) by its layout. Nothing is guessed: what could be read in two ways is a bad row."""

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.gifts.layouts import REQUIRED, Field, Layout
from commonpress.exchange.gifts.records import BadRow, GiftRecord, LeftOut, RefundRecord, Row
from commonpress.fundraising.currencies import EndedCurrency, UnknownCurrency, require_valid
from commonpress.fundraising.money import Money, WrongAmount, parse_amount
from commonpress.lib.text import clean_line

MOST_BYTES = 512 * 1024 * 1024
MOST_ROWS = 1_000_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FAULTS = {
    "empty": "has no amount",
    "negative": "has an amount below zero",
    "not_an_amount": "has something else where its amount should be",
    "marks": "has an amount that can be read in two ways",
    "cut_off": "has an amount that lacks figures before or after its mark",
    "zero_in_front": "has an amount that begins with a zero",
    "decimals": "has more decimals than its currency",
    "zero": "has an amount of zero",
    "too_large": "has an amount that is too large",
}
LONGEST = {"name": 120, "email": 254, "message": 300}


class Unreadable(Exception):
    """A row cannot be read; the message completes "line 3 ..."."""


def rows(path: Path, layout: Layout, *, currency: str, zone: str, now: datetime) -> Iterator[Row]:
    """Yield what each line of the file is, in its order.

    `currency` is for tables that name none, `zone` for days that name none. Raises UnreadableFileError.
    """
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFileError(f"{path.name} is larger than 512 MB. Export it in parts, by years.")
    reader = Reader(layout, currency=currency, zone=layout.zone or zone, now=now)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.reader(file, strict=True, delimiter=delimiter_of(file.readline()))
            file.seek(0)
            head = next(table, [])
            places = places_of(head, layout, path.name)
            for count, cells in enumerate(table):
                if count == MOST_ROWS:
                    raise UnreadableFileError(f"{path.name} has more than a million lines. Export it in parts.")
                if any(cells):
                    yield reader.row(table.line_num, in_fields(cells, places))
    except UnicodeDecodeError:
        raise UnreadableFileError(f"{path.name} is not UTF-8. Save it as UTF-8 and try again.") from None
    except csv.Error as error:
        raise UnreadableFileError(f"{path.name} is no table that can be read: {error}.") from None


def delimiter_of(head: str) -> str:
    return max(",;\t", key=head.count)


def places_of(head: list[str], layout: Layout, name: str) -> dict[Field, list[int]]:
    """Return where each field stands. Raises UnreadableFileError where one that is needed does not."""
    here = {cell.strip().casefold(): place for place, cell in enumerate(head)}
    places: dict[Field, list[int]] = {}
    for field, columns in layout.columns.items():
        found = [here[column.casefold()] for column in columns if column.casefold() in here]
        if found:
            places[field] = found
        elif field in REQUIRED or (field == "state" and layout.received):
            raise UnreadableFileError(f"{name} has no column “{columns[0]}”. Its columns are: {', '.join(head)}.")
    return places


def in_fields(cells: list[str], places: dict[Field, list[int]]) -> dict[Field, str]:
    return {
        field: " ".join(cells[place].strip() for place in found if place < len(cells) and cells[place].strip())
        for field, found in places.items()
    }


class Reader:
    def __init__(self, layout: Layout, *, currency: str, zone: str, now: datetime) -> None:
        self.layout = layout
        self.currency = currency
        self.zone = ZoneInfo(zone)
        self.now = now

    def row(self, line: int, cells: Mapping[Field, str]) -> Row:
        layout = self.layout
        state = cells.get("state", "").casefold()
        is_refund = state in layout.refunded
        if layout.live and cells.get("live", "").casefold() not in layout.live | {""}:
            return LeftOut(line, f"test: {cells['live']}")
        if layout.received and not is_refund and state not in layout.received:
            return LeftOut(line, state or "without a state")
        try:
            return self.refund(line, cells) if is_refund else self.gift(line, cells)
        except Unreadable as problem:
            return BadRow(line, str(problem))

    def gift(self, line: int, cells: Mapping[Field, str]) -> GiftRecord:
        occurred_at = self.moment(cells["day"])
        currency = self.currency_of(cells, occurred_at)
        amount = self.money(cells["amount"], currency)
        fee = self.fee(cells.get("fee", ""), currency)
        if fee >= amount:
            raise Unreadable(f"has a fee of {fee.major}, which is not less than its amount")
        return GiftRecord(
            line=line,
            source_id=self.id_of(cells.get(self.layout.gift_id, "")),
            amount=amount,
            fee=fee,
            occurred_at=occurred_at,
            name=clean_line(cells.get("name", ""))[: LONGEST["name"]],
            email=self.email(cells.get("email", "")),
            message=clean_line(cells.get("message", ""))[: LONGEST["message"]],
        )

    def refund(self, line: int, cells: Mapping[Field, str]) -> RefundRecord:
        occurred_at = self.moment(cells["day"])
        currency = self.currency_of(cells, occurred_at)
        gift_id = cells.get("refund_of", "")
        if not gift_id:
            raise Unreadable("is a refund and does not say of which gift")
        amount = self.money(cells["amount"].lstrip("-\u2212"), currency)
        fee_back = self.fee_back(cells.get("fee", ""), currency)
        if fee_back >= amount:
            raise Unreadable(f"gives back a fee of {fee_back.major}, which is not less than its amount")
        return RefundRecord(line, self.id_of(cells["id"]), gift_id, amount, fee_back, occurred_at)

    def id_of(self, written: str) -> str:
        if not written:
            raise Unreadable("has no id")
        if len(written) > 200:
            raise Unreadable("has an id of more than 200 letters")
        return written

    def currency_of(self, cells: Mapping[Field, str], occurred_at: datetime) -> str:
        code = (cells.get("currency") or self.currency).upper()
        try:
            require_valid(code, on=occurred_at.astimezone(self.zone).date())
        except EndedCurrency as ended:
            raise Unreadable(f"is in {code}, which has ended: {ended.successor} took its place") from None
        except UnknownCurrency:
            raise Unreadable(f"is in “{code}”, which is no currency") from None
        return code

    def money(self, written: str, currency: str) -> Money:
        if self.layout.in_minor:
            if not written.isascii() or not written.isdigit() or int(written) == 0:
                raise Unreadable(f"has no amount above zero in whole minor units, but “{written}”")
            return Money(int(written), currency)
        decimal = self.layout.decimal
        try:
            return parse_amount(written, currency, decimal=decimal, group="," if decimal == "." else ".")
        except WrongAmount as wrong:
            raise Unreadable(f"{FAULTS[wrong.fault]}: “{written}”") from None

    def fee(self, written: str, currency: str) -> Money:
        figures = written.lstrip("-\u2212")
        if not figures.strip("0.,"):
            return Money(0, currency)
        return self.money(figures, currency)

    def fee_back(self, written: str, currency: str) -> Money:
        is_below_zero = written.startswith(("-", "\u2212"))
        fee = self.fee(written, currency)
        return fee if is_below_zero != self.layout.is_fee_below_zero else -fee

    def email(self, written: str) -> str:
        # An address nobody can be written to is left out; the gift is not.
        return written if "@" in written and len(written) <= LONGEST["email"] and " " not in written else ""

    def moment(self, written: str) -> datetime:
        moment = self.read_moment(written)
        if moment.time() == time.min and ":" not in written:
            moment = moment.replace(hour=12)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        if moment > self.now:
            raise Unreadable(f"is of {written}, which is still to come")
        if moment < EARLIEST:
            raise Unreadable(f"is of {written}, before the year 2000")
        return moment.astimezone(UTC)

    def read_moment(self, written: str) -> datetime:
        try:
            return datetime.fromisoformat(written)
        except ValueError:
            pass
        for form in self.layout.day_as:
            try:
                return datetime.strptime(written, form)  # noqa: DTZ007  `moment` gives it the zone
            except ValueError:
                continue
        raise Unreadable(f"has a day that can be read in two ways or in none: “{written}”. Write it as in 2021-06-30")
