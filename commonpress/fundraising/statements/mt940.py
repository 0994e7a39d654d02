"""MT940, the statement of SWIFT. Our own reader: the library there is takes "2x5,00" for 2 and logs what it reads.

Source: SWIFT, category 9, MT 940; each bank's own words in field 86 are in mt940_words.py.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from commonpress.fundraising.money import Money
from commonpress.fundraising.statements.accounts import compact, kept, payer_of
from commonpress.fundraising.statements.figures import day, exact_amount
from commonpress.fundraising.statements.mt940_words import words_of
from commonpress.fundraising.statements.problems import StatementProblem
from commonpress.fundraising.statements.records import LONGEST_BANK_ID, LONGEST_TEXT, Reported, Statement

TAG = re.compile(r":(\d{2}[A-Z]?):")
BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d{1,15},\d{0,5})")
MOVEMENT = re.compile(
    r"(?P<valued>\d{6})(?P<entered>\d{4})?(?P<mark>R?[CD])[A-Z]?(?P<amount>\d{1,15},\d{0,5})"
    r"[A-Z][A-Z0-9]{3}(?P<rest>.*)",
    re.ASCII,
)
SAYS_NOTHING = {"", "NONREF", "NOREF", "NOTPROVIDED"}


@dataclass
class Field:
    tag: str
    line: int
    lines: list[str]


@dataclass
class Open:
    """A statement whose closing balance is still to come."""

    line: int
    account: str = ""
    opening: Money | None = None
    closing: Money | None = None
    movements: list[Reported] = field(default_factory=list)


def read_mt940(text: str, *, key: bytes) -> Statement:
    """Read a whole file. Raises StatementProblem."""
    statements: list[Open] = []
    fields = fields_of(text)
    for number, found in enumerate(fields):
        if found.tag == "20":
            statements.append(Open(line=found.line))
        if not statements:
            raise StatementProblem("missing", line=found.line, what=":20:")
        now = statements[-1]
        described = fields[number + 1] if number + 1 < len(fields) and fields[number + 1].tag == "86" else None
        take(found, described, now, key)
    if not statements:
        raise StatementProblem("missing", line=1, what=":20:")
    for statement in statements:
        require_whole(statement)
        if compact(statement.account) != compact(statements[0].account):
            raise StatementProblem("several_accounts", line=statement.line)
    together = [movement for statement in statements for movement in statement.movements]
    return Statement("mt940", statements[0].account, tuple(together))


def take(found: Field, described: Field | None, statement: Open, key: bytes) -> None:
    if found.tag == "25":
        statement.account = found.lines[0].strip()
    elif found.tag in {"60F", "60M"}:
        statement.opening = balance_in(found)
    elif found.tag in {"62F", "62M"}:
        statement.closing = balance_in(found)
    elif found.tag == "61":
        movement = movement_in(found, described, statement, key)
        statement.movements += [movement] if movement.amount else []


def fields_of(text: str) -> list[Field]:
    """Cut the file at its tags. What stands around the statements (SWIFT's envelope, the closing dash) is left out."""
    fields: list[Field] = []
    is_inside = False
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        tag = TAG.match(line)
        if tag is not None:
            fields.append(Field(tag[1], number, [line[tag.end() :]]))
            is_inside = True
        elif line.strip() in {"-", "-}"} or line.startswith(("{", "-}")):
            is_inside = False
        elif is_inside:
            fields[-1].lines.append(line)
    return fields


def balance_in(found: Field) -> Money:
    written = BALANCE.fullmatch(found.lines[0].strip())
    if written is None:
        raise StatementProblem("balance", line=found.line)
    money = exact_amount(written[4], written[3], mark=",", line=found.line)
    return money if written[1] == "C" else -money


def movement_in(found: Field, described: Field | None, statement: Open, key: bytes) -> Reported:
    if statement.opening is None:
        raise StatementProblem("missing", line=found.line, what=":60F:")
    written = MOVEMENT.fullmatch(found.lines[0].strip())
    if written is None:
        raise StatementProblem("amount", line=found.line, what=found.lines[0][:24])
    amount = exact_amount(written["amount"], statement.opening.currency, mark=",", line=found.line)
    # RC takes a credit back, RD a debit.
    comes_in = written["mark"] in {"C", "RD"}
    own, _slashes, bank_id = written["rest"].partition("//")
    words = words_of(described.lines if described else found.lines[1:])
    text = words.text
    if compact(own) not in SAYS_NOTHING and compact(own) not in compact(text):
        text = f"{text}\n{own.strip()}".strip()
    return Reported(
        account=statement.account,
        booked_on=booked_on(written["valued"], written["entered"], found.line),
        amount=amount if comes_in else -amount,
        payer=payer_of(words.payer, words.account, key=key),
        text=kept(text, LONGEST_TEXT),
        bank_id="" if compact(bank_id) in SAYS_NOTHING else bank_id.strip()[:LONGEST_BANK_ID],
        is_return=written["mark"].startswith("R") or words.is_return,
        ordinal=0,
        line=found.line,
    )


def booked_on(valued: str, entered: str | None, line: int) -> date:
    """Return the day of booking, whose year is the one that puts it nearest to the day of value."""
    value_day = day(2000 + int(valued[:2]), int(valued[2:4]), int(valued[4:]), line=line)
    if entered is None:
        return value_day
    month, day_of_month = int(entered[:2]), int(entered[2:])
    year = value_day.year
    if value_day.month == 12 and month == 1:
        year += 1
    elif value_day.month == 1 and month == 12:
        year -= 1
    return day(year, month, day_of_month, line=line)


def require_whole(statement: Open) -> None:
    if not statement.account or statement.opening is None:
        raise StatementProblem("missing", line=statement.line, what=":60F:" if statement.account else ":25:")
    if statement.closing is None:
        raise StatementProblem("truncated", line=statement.line)
    moved = sum(movement.amount.minor for movement in statement.movements)
    if statement.opening.currency != statement.closing.currency:
        raise StatementProblem("currency", line=statement.line, what=statement.closing.currency)
    if statement.opening.minor + moved != statement.closing.minor:
        raise StatementProblem("balance", line=statement.line)
