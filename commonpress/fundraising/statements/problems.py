"""What can be wrong with a statement. Pure: forms put each fault in words."""

from typing import Literal

Fault = Literal[
    "empty",
    "too_large",
    "too_many",
    "archive",
    "pdf",
    "unknown_kind",
    "encoding",
    "broken_xml",
    "truncated",
    "dtd",
    "too_deep",
    "not_camt",
    "camt_of_another_kind",
    "camt_version",
    "missing",
    "amount",
    "decimals",
    "amount_too_large",
    "currency",
    "direction",
    "day",
    "day_to_come",
    "balance",
    "several_accounts",
    "another_account",
    "no_header",
    "no_column",
    "column_twice",
    "quotes",
    "nothing_in_it",
]


class StatementProblem(ValueError):
    """A file is refused whole. `fault` says why, `line` where (counted from 1), `what` which part or value."""

    def __init__(self, fault: Fault, *, line: int | None = None, what: str = "") -> None:
        place = "" if line is None else f" in line {line}"
        super().__init__(f"{fault}{place}: {what}" if what else f"{fault}{place}")
        self.fault: Fault = fault
        self.line = line
        # What stands in a file may be anything, and as long as it likes.
        self.what = what[:60]
