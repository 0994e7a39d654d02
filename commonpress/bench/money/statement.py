"""A bank's statement as hundreds of people make it: with slips, splits and transfers nobody announced.

Everything follows from the seed. What each movement ought to become is known beforehand, so that what was
matched rightly, wrongly and not at all can be counted.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from xml.sax.saxutils import escape

from commonpress.bench.rows import Row
from commonpress.fundraising.money import Money
from commonpress.fundraising.references import ALPHABET, LENGTH, check_symbol, grouped
from commonpress.fundraising.statements.files import read_statement
from commonpress.fundraising.statements.matching import Pledges, Promised, decide
from commonpress.fundraising.statements.sameness import Known, same_as, standings

# The example every bank prints: it belongs to nobody.
OURS = "DE89370400440532013000"
KEY = b"bench"
FIRST_DAY = date(2021, 6, 1)
AMOUNTS = (5_00, 10_00, 15_00, 20_00, 25_00, 30_00, 50_00, 100_00)
NAMES = ("Ada Fenwick", "Jonas Möller", "Marie Dupont", "Tom O'Hara", "Ines Sørensen", "Piotr Zając", "A. de Vries")
GREETINGS = ("", "", "Thank you", "Spende", "Support for the bridge paper", "Danke für die Arbeit!", "June 2021")
NOT_ANNOUNCED = ("Spende", "Keep going", "Rechnung 2021-0417", "Gift, no reference, sorry", "DONATION JUNE 2021")
# Of a thousand movements: what share is written how.
KINDS = {
    "plain": 550,
    "grouped otherwise": 80,
    "one slip": 100,
    "other amount": 60,
    "two pledges": 40,
    "two pledges, one slip": 15,
    "broken over lines": 40,
    "creditor reference": 30,
    "twice": 15,
    "two slips": 15,
    "one slip, other amount": 10,
    "two pledges, other amount": 10,
    "not announced": 15,
    "another's reference": 10,
    "went out": 10,
}
# Nobody could know by the text and the amount alone; and of two alike, the second pays nothing that is awaited.
FOR_A_HUMAN = {"not announced", "another's reference", "twice"}


@dataclass(frozen=True)
class Made:
    """One transfer: its words, and the references it pays, empty where a human has to say."""

    kind: str
    booked_on: date
    minor: int
    name: str
    words: str
    pays: frozenset[str] = frozenset()


@dataclass
class MadeStatement:
    promised: list[Promised] = field(default_factory=list)
    transfers: list[Made] = field(default_factory=list)

    @property
    def camt(self) -> bytes:
        return camt_of(self.transfers)


@dataclass
class Score:
    """How a statement was matched. `wrongly` counts movements booked to a pledge they do not pay, or not in full."""

    rightly: int = 0
    wrongly: int = 0
    to_a_human: Counter[str] = field(default_factory=Counter)
    seconds: float = 0

    @property
    def share(self) -> float:
        """Of the movements that pay pledges, in percent: how many were matched with nobody looking."""
        missed = sum(count for kind, count in self.to_a_human.items() if kind not in FOR_A_HUMAN)
        return 100 * self.rightly / (self.rightly + self.wrongly + missed)


def make_statement(seed: int, *, movements: int = 1_000) -> MadeStatement:
    """Make pledges and a month of transfers, and pledges beside them for which nothing came."""
    dice = Random(seed)  # noqa: S311 - a seeded random is what a bench wants
    made = MadeStatement()
    kinds = [kind for kind, share in KINDS.items() for _each in range(round(share * movements / 1_000))]
    dice.shuffle(kinds)
    for kind in kinds:
        made.transfers += transfers_of(kind, made, dice)
    for _awaited in range(movements // 2):
        promise(made, dice)
    made.transfers.sort(key=lambda transfer: transfer.booked_on)
    return made


def transfers_of(kind: str, made: MadeStatement, dice: Random) -> Iterator[Made]:
    day = FIRST_DAY + timedelta(days=dice.randrange(30))
    name, greeting = dice.choice(NAMES), dice.choice(GREETINGS)
    if kind == "not announced":
        yield Made(kind, day, dice.choice(AMOUNTS), name, dice.choice(NOT_ANNOUNCED))
        return
    if kind == "went out":
        yield Made(kind, day, -dice.choice(AMOUNTS), "The Printers", f"Invoice {dice.randrange(10_000)}")
        return
    one = promise(made, dice)
    reference, minor, pays = one.reference, one.amount.minor, {one.reference}
    if kind == "another's reference":
        words, pays = f"{grouped(unknown_reference(dice))} {greeting}", set()
    elif kind.startswith("two pledges"):
        other = promise(made, dice)
        minor, pays = minor + other.amount.minor, {reference, other.reference}
        second = slipped(other.reference, dice) if kind.endswith("slip") else other.reference
        words = f"{grouped(reference)} {dice.choice(['and', '+', 'und', ','])} {grouped(second)}\n{greeting}"
    else:
        words = f"{WRITTEN.get(kind, plainly)(reference, dice)}\n{greeting}"
    if kind.endswith("other amount"):
        minor = dice.choice([minor * 2, minor // 2, minor + 1, minor - 1])
    yield Made(kind, day, minor, name, words, frozenset(pays))
    if kind == "twice":
        # The same again, letter for letter: money, but no pledge awaits it.
        yield Made(kind, day, minor, name, words)


def promise(made: MadeStatement, dice: Random) -> Promised:
    one = Promised(unknown_reference(dice), Money(dice.choice(AMOUNTS), "EUR"), is_open=True, is_received=False)
    made.promised.append(one)
    return one


def unknown_reference(dice: Random) -> str:
    body = "".join(dice.choice(ALPHABET) for _symbol in range(LENGTH - 1))
    return body + check_symbol(body)


def plainly(reference: str, dice: Random) -> str:
    return grouped(reference)


def otherwise(reference: str, dice: Random) -> str:
    ways = (
        reference.lower(),
        grouped(reference).lower().replace("1", "l"),
        "-".join((reference[:4], reference[4:])),
        " ".join(reference),
        f"{reference[:2]} {reference[2:5]} {reference[5:]}",
        f"Ref.{reference}.",
        reference.replace("1", "I"),
    )
    return dice.choice(ways)


def slipped(reference: str, dice: Random) -> str:
    place = dice.randrange(len(reference) - 1)
    ways = (
        reference[:place] + dice.choice(ALPHABET + "O0U") + reference[place + 1 :],
        reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :],
        reference[:place] + reference[place + 1 :],
        reference[:place] + dice.choice(ALPHABET) + reference[place:],
    )
    return dice.choice(ways)


def with_two_slips(reference: str, dice: Random) -> str:
    return slipped(slipped(reference, dice), dice)


def broken(reference: str, dice: Random) -> str:
    place = dice.randrange(1, LENGTH)
    return f"{reference[:place]}\n{reference[place:]}"


def as_creditor_reference(reference: str, dice: Random) -> str:
    return f"RF{creditor_digits(reference)}{reference}"


def creditor_digits(reference: str) -> str:
    digits = "".join(str(int(symbol, 36)) for symbol in reference + "RF00")
    return f"{98 - int(digits) % 97:02}"


WRITTEN: dict[str, Callable[[str, Random], str]] = {
    "grouped otherwise": otherwise,
    "one slip": slipped,
    "one slip, other amount": slipped,
    "two slips": with_two_slips,
    "broken over lines": broken,
    "creditor reference": as_creditor_reference,
}


def camt_of(transfers: list[Made], *, first: int = 0, version: str = "08") -> bytes:
    """Return a statement of these transfers, the account empty before them; every other has an id of the bank's."""
    entries = "".join(entry_of(number, transfer) for number, transfer in enumerate(transfers, start=first))
    closing = sum(transfer.minor for transfer in transfers)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>1</MsgId></GrpHdr>\n<Stmt><Id>1</Id><Acct><Id><IBAN>{OURS}</IBAN></Id></Acct>"
        f"{balance_of('OPBD', 0)}{balance_of('CLBD', closing)}\n{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def balance_of(kind: str, minor: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{abs(minor) // 100}.{abs(minor) % 100:02}</Amt>'
        f"<CdtDbtInd>{'CRDT' if minor >= 0 else 'DBIT'}</CdtDbtInd></Bal>"
    )


def entry_of(number: int, transfer: Made) -> str:
    role = "Dbtr" if transfer.minor > 0 else "Cdtr"
    bank_id = f"<AcctSvcrRef>BANK{number:08}</AcctSvcrRef>" if number % 2 else ""
    words = "".join(f"<Ustrd>{escape(line)}</Ustrd>" for line in transfer.words.splitlines() if line)
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(transfer.minor) // 100}.{abs(transfer.minor) % 100:02}</Amt>'
        f"<CdtDbtInd>{'CRDT' if transfer.minor > 0 else 'DBIT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{transfer.booked_on}</Dt></BookgDt>{bank_id}"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        f"<RltdPties><{role}><Pty><Nm>{escape(transfer.name)}</Nm></Pty></{role}></RltdPties>"
        f"<RmtInf>{words}</RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def score(made: MadeStatement) -> Score:
    """Read the statement and match it, with nothing but the file and the pledges to go by."""
    result = Score()
    began = time.perf_counter()
    statement = read_statement(made.camt, ours=[OURS], key=KEY, latest=date.max)
    pledges = Pledges(made.promised)
    for movement, transfer in zip(statement.movements, made.transfers, strict=True):
        decision = decide(
            text=movement.text,
            amount=movement.amount,
            booked_on=movement.booked_on,
            is_return=movement.is_return,
            pledges=pledges,
        )
        if decision.outcome == "ignore":
            result.wrongly += transfer.minor > 0
        elif decision.outcome == "queue":
            result.to_a_human[transfer.kind] += 1
        else:
            for reference, _amount in decision.parts:
                pledges.receive(reference)
            is_right = {reference for reference, _amount in decision.parts} == transfer.pays
            is_right = is_right and sum(amount.minor for _reference, amount in decision.parts) == transfer.minor
            result.rightly += is_right
            result.wrongly += not is_right
    result.seconds = time.perf_counter() - began
    return result


def taken_twice(made: MadeStatement) -> int:
    """Count what an overlapping file would bring a second time, or not at all: two files of twenty days each."""
    early = [transfer for transfer in made.transfers if transfer.booked_on < FIRST_DAY + timedelta(days=20)]
    late = [transfer for transfer in made.transfers if transfer.booked_on >= FIRST_DAY + timedelta(days=10)]
    first = len(made.transfers) - len(late)
    before = read_statement(camt_of(early), ours=[OURS], key=KEY, latest=date.max)
    after = read_statement(camt_of(late, first=first), ours=[OURS], key=KEY, latest=date.max)
    known = [Known(1, same_as(movement), movement.booked_on) for movement in before.movements]
    brought = Counter(standing for standing, _number in standings(after.movements, known))
    return abs(len(made.transfers) - len(early) - brought["new"]) + brought["perhaps"]


def rows(seed: int = 20210601, *, movements: int = 1_000) -> list[Row]:
    """Return the rows of `./run bench money` that this file answers for."""
    made = make_statement(seed, movements=movements)
    found = score(made)
    left = ", ".join(f"{count} {kind}" for kind, count in sorted(found.to_a_human.items()))
    context = f"seed {seed}, {len(made.transfers):,} movements, {len(made.promised):,} pledges; left to a human: {left}"
    return [
        Row(
            measure="statement: matched by itself",
            value=found.share,
            unit="%",
            better="more",
            floor=95,
            context=context,
        ),
        Row(measure="statement: matched wrongly", value=found.wrongly, unit="movements", floor=0),
        Row(measure="statement: taken twice from an overlap", value=taken_twice(made), unit="movements", floor=0),
        Row(measure="statement: read and matched", value=found.seconds, unit="s"),
    ]
