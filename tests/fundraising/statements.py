"""Statements as banks write them, short enough to read, and taken. The accounts are examples that belong to nobody."""

from datetime import date

from commonpress.fundraising.actions.movements import book_new
from commonpress.fundraising.actions.statements import read_in, take_statement
from commonpress.fundraising.models.statement import Movement
from commonpress.fundraising.queries import books, meters
from commonpress.fundraising.statements.files import read_statement
from commonpress.fundraising.statements.table import Mapping
from tests.factories.accounts import make_person
from tests.factories.fundraising import IBAN, JUNE

KEY = b"only for tests"
TODAY = date(2021, 6, 30)
PAYER_IBAN = "NL91ABNA0417164300"


def read(raw, mapping=None, ours=(IBAN,), latest=TODAY):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    return read_statement(raw, ours=ours, key=KEY, latest=latest, mapping=mapping)


def entry(amount="25.00", *, text="7K3M Q2XH", day="2021-06-10", bank_id="", way="CRDT", name="Ada Fenwick", more=""):
    own = f"<AcctSvcrRef>{bank_id}</AcctSvcrRef>" if bank_id else ""
    role = "Dbtr" if way == "CRDT" else "Cdtr"
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{more}<Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt>{own}<NtryDtls><TxDtls><RltdPties><{role}><Pty><Nm>{name}</Nm></Pty></{role}>"
        f"<{role}Acct><Id><IBAN>{PAYER_IBAN}</IBAN></Id></{role}Acct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def camt(*entries, version="08", iban=IBAN, balances=""):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt>'
        f"<Id>1</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{balances}\n{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def mt940(*movements, account="37040044/0532013000", opening="C210601EUR100,00", closing=None):
    """Each movement is (mark and amount, field 86); the closing balance follows unless it is given."""
    total = 10_000 + sum((-1 if mark in {"D", "RC"} else 1) * cents(amount) for mark, amount, _words in movements)
    closing = closing or f"{'C' if total >= 0 else 'D'}210610EUR{abs(total) // 100},{abs(total) % 100:02}"
    lines = [":20:STARTUMS", f":25:{account}", ":28C:1/1", f":60F:{opening}"]
    for mark, amount, words in movements:
        lines += [f":61:2106100610{mark}{amount}N166NONREF", *f":86:{words}".split("\n")]
    return "\r\n".join([*lines, f":62F:{closing}", "-", ""])


def cents(amount):
    whole, _comma, rest = amount.partition(",")
    return int(whole) * 100 + int(rest.ljust(2, "0")[:2] or 0)


GERMAN = Mapping(
    booked_on="Buchungstag",
    amount="Betrag",
    currency="Währung",
    payer="Name Zahlungsbeteiligter",
    payer_account="IBAN Zahlungsbeteiligter",
    text="Verwendungszweck",
    account="IBAN Auftragskonto",
)
GERMAN_HEADER = (
    "IBAN Auftragskonto;Buchungstag;Name Zahlungsbeteiligter;IBAN Zahlungsbeteiligter;Verwendungszweck;Betrag;Währung\n"
)


def german(*rows):
    return GERMAN_HEADER + "".join(f"{IBAN};{row}\n" for row in rows)


def take(*entries, raw=None, mapping=None):
    """Read a statement in, take it, and book what is certain."""
    raw = raw or camt(*entries)
    statement = read_in(raw.encode() if isinstance(raw, str) else raw, file_name="june.xml", mapping=mapping)
    statement = take_statement(statement, by=make_person())
    book_new()
    return statement


def only_queued():
    return Movement.objects.get(state="queued")


def received(drive):
    """Return what June came to, in minor units, by the meter and by the book."""
    now = meters.meter(drive, JUNE)
    assert now.received == books.received_by_book(drive, "2021-06")
    return now.received.minor
