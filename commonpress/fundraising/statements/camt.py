"""CAMT.053, the statement of ISO 20022, as banks of Europe write it.

An entry may hold several transactions (a batch); each is a movement of its own where their amounts come to
the entry's. Source: ISO 20022, BankToCustomerStatement, versions 02, 04, 06 and 08.
"""

import re
from collections.abc import Iterator
from datetime import date

from commonpress.fundraising.money import Money
from commonpress.fundraising.statements.accounts import compact, kept, payer_of
from commonpress.fundraising.statements.figures import day, exact_amount
from commonpress.fundraising.statements.problems import StatementProblem
from commonpress.fundraising.statements.records import (
    LONGEST_BANK_ID,
    LONGEST_TEXT,
    Payer,
    Reported,
    Statement,
)
from commonpress.fundraising.statements.tree import Element, read_tree

NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.(\d{3})\.001\.(\d{2})")
VERSIONS = {"02", "04", "06", "08"}
BOOKED = "BOOK"
OPENING, CLOSING = {"OPBD", "PRCD"}, {"CLBD"}
SAYS_NOTHING = {"", "NOTPROVIDED", "NONREF", "NOTAVAILABLE", "NONE"}


def read_camt(raw: bytes, *, key: bytes) -> Statement:
    """Read a whole file. Raises StatementProblem."""
    root, namespace = read_tree(raw)
    kind = NAMESPACE.fullmatch(namespace)
    if kind is None:
        raise StatementProblem("not_camt", line=root.line)
    if kind[1] != "053":
        raise StatementProblem("camt_of_another_kind", what=f"camt.{kind[1]}")
    if kind[2] not in VERSIONS:
        raise StatementProblem("camt_version", what=f"camt.053.001.{kind[2]}")
    statements = list(root.all("BkToCstmrStmt", "Stmt"))
    if not statements:
        raise StatementProblem("missing", line=root.line, what="Stmt")
    account = account_of(statements[0])
    movements: list[Reported] = []
    for statement in statements:
        if compact(account_of(statement)) != compact(account):
            raise StatementProblem("several_accounts", line=statement.line)
        of_this = [movement for entry in statement.all("Ntry") for movement in movements_of(entry, account, key)]
        require_balance(statement, of_this)
        movements += of_this
    return Statement("camt", account, tuple(movements))


def account_of(statement: Element) -> str:
    account = statement.said("Acct", "Id", "IBAN") or statement.said("Acct", "Id", "Othr", "Id")
    if not account:
        raise StatementProblem("missing", line=statement.line, what="Acct/Id")
    return account


def movements_of(entry: Element, account: str, key: bytes) -> Iterator[Reported]:
    # Pending entries may still not come; the statement that has them booked will bring them.
    if (entry.said("Sts", "Cd") or entry.said("Sts")) != BOOKED:
        return
    whole = signed(entry, entry)
    booked_on = day_of(entry)
    is_return = entry.said("RvslInd") in {"true", "1"}
    details = list(entry.all("NtryDtls", "TxDtls"))
    parts = amounts_of(details, entry, whole)
    if parts is None:
        # One movement of all: the texts of all its transactions are looked through for references.
        parts, details = [whole], [merged(details, entry)]
    for amount, detail in zip(parts, details, strict=True):
        if amount:
            yield Reported(
                account=account,
                booked_on=booked_on,
                amount=amount,
                payer=payer_in(detail, comes_in=amount.minor > 0, key=key),
                text=kept(text_of(detail, entry), LONGEST_TEXT),
                bank_id=bank_id_of(detail, entry),
                is_return=is_return or detail.first("RtrInf") is not None,
                ordinal=0,
                line=detail.line,
            )


def amounts_of(details: list[Element], entry: Element, whole: Money) -> list[Money] | None:
    """Return what each transaction moved, or None where the file does not say so to the cent."""
    if len(details) == 1:
        # What the account saw, whatever currency the payer sent.
        return [whole]
    found = [detail if detail.first("Amt") else detail.first("AmtDtls", "TxAmt") for detail in details]
    amounts = [signed(element, entry, detail) for element, detail in zip(found, details, strict=True) if element]
    if len(amounts) != len(details) or any(amount.currency != whole.currency for amount in amounts):
        return None
    return amounts if sum(amount.minor for amount in amounts) == whole.minor else None


def signed(element: Element, entry: Element, detail: Element | None = None) -> Money:
    amount = element.first("Amt")
    if amount is None:
        raise StatementProblem("missing", line=element.line, what="Amt")
    direction = (detail.said("CdtDbtInd") if detail is not None else "") or entry.said("CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise StatementProblem("direction", line=entry.line, what=direction)
    money = exact_amount(amount.text.strip(), amount.attributes.get("Ccy", ""), mark=".", line=amount.line)
    return money if direction == "CRDT" else -money


def day_of(entry: Element) -> date:
    for name in ("BookgDt", "ValDt"):
        written = entry.said(name, "Dt") or entry.said(name, "DtTm")
        if written:
            found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})([TZ+-].*)?", written, re.ASCII)
            if found is None:
                raise StatementProblem("day", line=entry.line, what=written)
            return day(int(found[1]), int(found[2]), int(found[3]), line=entry.line)
    raise StatementProblem("missing", line=entry.line, what="BookgDt")


def merged(details: list[Element], entry: Element) -> Element:
    together = Element("TxDtls", {}, entry.line)
    for detail in details:
        together.children += [child for child in detail.children if child.name in {"Refs", "RmtInf", "AddtlTxInf"}]
    # A reference of one of them is not one of all.
    together.children = [child for child in together.children if child.name != "Refs"]
    return together


def payer_in(detail: Element, *, comes_in: bool, key: bytes) -> Payer:
    role = "Dbtr" if comes_in else "Cdtr"
    parties = detail.first("RltdPties")
    if parties is None:
        return payer_of("", "", key=key)
    name = next(
        (
            found
            for who in (role, f"Ultmt{role}")
            # Version 08 puts a Pty between.
            if (found := parties.said(who, "Nm") or parties.said(who, "Pty", "Nm"))
        ),
        "",
    )
    account = parties.said(f"{role}Acct", "Id", "IBAN") or parties.said(f"{role}Acct", "Id", "Othr", "Id")
    return payer_of(" ".join(name.split()), account, key=key)


def text_of(detail: Element, entry: Element) -> str:
    """Return every word of the payer's, each line once; the bank's own only where there is none."""
    words = [element.text for element in detail.all("RmtInf", "Ustrd")]
    words += [element.text for element in detail.all("RmtInf", "Strd", "CdtrRefInf", "Ref")]
    words += [element.text for element in detail.all("RmtInf", "Strd", "AddtlRmtInf")]
    words += [element.text for element in detail.all("Refs", "EndToEndId")]
    words = words if any(says_something(word) for word in words) else [detail.said("AddtlTxInf")]
    words = words if any(says_something(word) for word in words) else [entry.said("AddtlNtryInf")]
    return "\n".join(dict.fromkeys(" ".join(word.split()) for word in words if says_something(word)))


def says_something(word: str) -> bool:
    return compact(word) not in SAYS_NOTHING


def bank_id_of(detail: Element, entry: Element) -> str:
    """Return what the bank itself calls the movement; the payer's own ids may be the same every month."""
    own = detail.said("Refs", "AcctSvcrRef")
    found = own if says_something(own) else entry.said("AcctSvcrRef")
    return found[:LONGEST_BANK_ID] if says_something(found) else ""


def require_balance(statement: Element, movements: list[Reported]) -> None:
    """Hold the movements to the balances, where the statement gives one of each."""
    opening, closing = balances(statement, OPENING), balances(statement, CLOSING)
    if len(opening) != 1 or len(closing) != 1:
        return
    moved = sum(movement.amount.minor for movement in movements)
    currencies = {opening[0].currency, closing[0].currency, *(movement.amount.currency for movement in movements)}
    if len(currencies) == 1 and opening[0].minor + moved != closing[0].minor:
        raise StatementProblem("balance", line=statement.line)


def balances(statement: Element, kinds: set[str]) -> list[Money]:
    found = [bal for bal in statement.all("Bal") if bal.said("Tp", "CdOrPrtry", "Cd") in kinds]
    return [signed(bal, bal) for bal in found]
