"""A file as it was uploaded, read whole or refused whole."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from commonpress.fundraising.statements.accounts import compact, is_same_account
from commonpress.fundraising.statements.camt import read_camt
from commonpress.fundraising.statements.guesses import encoding_of, kind_of
from commonpress.fundraising.statements.mt940 import read_mt940
from commonpress.fundraising.statements.problems import StatementProblem
from commonpress.fundraising.statements.records import MOST_MOVEMENTS, Reported, Statement
from commonpress.fundraising.statements.sameness import same_as
from commonpress.fundraising.statements.table import Mapping, read_table

KnownOf = Callable[[date, date], Collection[str]]


def nothing_known(_first_on: date, _last_on: date) -> Collection[str]:
    return ()


def read_statement(
    raw: bytes,
    *,
    ours: Sequence[str],
    key: bytes,
    latest: date,
    mapping: Mapping | None = None,
    known: KnownOf = nothing_known,
) -> Statement:
    """Return every booked movement of a file.

    `ours` are the IBANs of our accounts, that of today first, none where accounts have none. `key` makes the
    marks of payers' accounts; `latest` is the last day that can have been booked. A table needs its mapping.
    `known` returns what the movements of some days that were taken before are the same as.

    Raises StatementProblem: nothing of a file that is wrong in one place is taken.
    """
    kind = kind_of(raw)
    if kind == "camt":
        statement = read_camt(raw, key=key)
    elif kind == "mt940":
        statement = read_mt940(raw.decode(encoding_of(raw), errors="replace"), key=key)
    elif mapping is None:
        raise StatementProblem("unknown_kind")
    else:
        statement = read_table(raw, mapping, key=key)
    accounts = accounts_among(ours, statement.account)
    if not statement.movements:
        raise StatementProblem("nothing_in_it")
    if len(statement.movements) > MOST_MOVEMENTS:
        raise StatementProblem("too_many")
    for movement in statement.movements:
        if movement.booked_on > latest:
            raise StatementProblem("day_to_come", line=movement.line, what=movement.booked_on.isoformat())
    return filed(statement, accounts, known(*statement.days))


def accounts_among(ours: Sequence[str], written: str) -> list[str]:
    """Return the names the account may have had when movements of it were taken, the likeliest first.

    One name however each kind of file writes it, because movements are told apart by it, too; and what stands in
    the file itself, for what was taken while we had no IBAN yet.
    """
    if not written:
        return [*ours, ""]
    found = [iban for iban in ours if is_same_account(written, iban)][:1]
    if ours and not found:
        raise StatementProblem("another_account", what=f"…{written[-4:]}")
    return list(dict.fromkeys([*found, compact(written)]))


def filed(statement: Statement, accounts: Sequence[str], known: Collection[str]) -> Statement:
    """Return the statement under one of these accounts: each movement under the one that knows it, the others together.

    A file that does not name its account may reach back to before the account changed.
    """
    homes = [
        next((account for account in accounts if same_as(replace(movement, account=account)) in known), None)
        for movement in statement.movements
    ]
    home = max(accounts, key=homes.count)
    movements = tuple(
        replace(movement, account=home if account is None else account)
        for movement, account in zip(statement.movements, homes, strict=True)
    )
    return replace(statement, account=home, movements=counted(movements))


def counted(movements: tuple[Reported, ...]) -> tuple[Reported, ...]:
    """Number those that nothing tells apart."""
    seen: Counter[str] = Counter()
    numbered = []
    for movement in movements:
        same = same_as(movement)
        numbered.append(replace(movement, ordinal=seen[same]))
        seen[same] += 1
    return tuple(numbered)
