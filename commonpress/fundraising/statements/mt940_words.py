"""Field 86 of MT940, which every country fills in its own way: who sent it, and what they wrote.

German banks number the parts (?20), Dutch ones name them (/REMI/), Swiss ones do either or set plain lines.
"""

import re
from dataclasses import dataclass

NUMBERED = re.compile(r"\d{3}([?@<>~&#!|])(?=\d{2})")
# A line of German purpose holds 27 characters: only a full one may go on in the next.
FULL_LINE = 27
SEPA = re.compile(r"\b(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|RREF|IBAN|BIC|DATE|PURP)\+")
NAMED = re.compile(
    r"/(TRTP|TRCD|TRTY|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|ORDP|BENM|CNTP|PREF|RTRN|ISDT|SVCL|PURP|ULTB|ULTD|"
    r"USTD|STRD|ACCW|ADDR|NRTX|INIT)(?=/)"
)
SWISS = re.compile(r"^(?:ABSENDER|AUFTRAGGEBER|EXPEDITEUR|MITTENTE)\s*:\s*", re.IGNORECASE)
SWISS_TEXT = re.compile(r"^(?:MITTEILUNG(?:EN)?|COMMUNICATIONS?|COMUNICAZION[EI])\s*:\s*", re.IGNORECASE)
# What a transfer that comes back is booked as. Source: German GVC 159 and 109, and the words of ISO 20022.
RETURNS = {"109", "159"}
NOT_GIVEN = {"", "NOTPROVIDED", "NONREF"}


@dataclass(frozen=True, slots=True)
class Words:
    payer: str = ""
    account: str = ""
    text: str = ""
    is_return: bool = False


def words_of(lines: list[str]) -> Words:
    """Return what a field says, whichever way it is filled."""
    glued = "".join(lines)
    numbered = NUMBERED.match(glued)
    if numbered:
        return of_numbered(glued, numbered[1])
    if NAMED.search(glued):
        return of_named(glued)
    return of_plain(lines)


def of_numbered(glued: str, separator: str) -> Words:
    parts: dict[int, str] = {}
    for part in glued[3:].split(separator)[1:]:
        if part[:2].isdigit() and part[:2].isascii():
            parts[int(part[:2])] = part[2:]
    purpose = [parts[number] for number in (*range(20, 30), *range(60, 64)) if number in parts]
    text = ""
    for line in purpose:
        text += line if len(line) >= FULL_LINE else f"{line}\n"
    return Words(
        payer=" ".join(f"{parts.get(32, '')} {parts.get(33, '')}".split()),
        account=parts.get(31, ""),
        text=of_sepa(text),
        is_return=glued[:3] in RETURNS or (34 in parts and parts[34].strip().isdigit() and int(parts[34]) > 900),
    )


def of_sepa(text: str) -> str:
    """Return the purpose and the payer's own id out of a text of SEPA's keywords, or all of one without."""
    cut = SEPA.split(text)
    if len(cut) == 1:
        return single_spaced(text)
    named = dict(zip(cut[1::2], cut[2::2], strict=True))
    words = [cut[0], named.get("SVWZ", ""), named.get("EREF", "")]
    return "\n".join(single_spaced(word) for word in words if word.strip() not in NOT_GIVEN)


def of_named(glued: str) -> Words:
    cut = NAMED.split(glued)
    # Who sent it stands under ORDP or CNTP, in parts of their own; so a name goes to the first that has one.
    found: dict[str, str] = {}
    for name, words in zip(cut[1::2], cut[2::2], strict=True):
        found.setdefault(name, words.strip("/"))
    account, payer = found.get("IBAN", ""), found.get("NAME", "")
    if "CNTP" in found and "/" in found["CNTP"]:
        account, _bank, payer, *_city = [*found["CNTP"].split("/"), "", ""]
    text = [found.get(name, "") for name in ("REMI", "USTD", "STRD", "EREF")]
    return Words(
        payer=single_spaced(payer),
        account=account,
        text="\n".join(single_spaced(word) for word in text if word.strip() not in NOT_GIVEN),
        is_return="RTRN" in found,
    )


def of_plain(lines: list[str]) -> Words:
    payer, text = "", []
    for line in lines:
        if SWISS.match(line):
            payer = SWISS.sub("", line)
        else:
            text.append(SWISS_TEXT.sub("", line))
    return Words(payer=single_spaced(payer), text="\n".join(single_spaced(line) for line in text if line.strip()))


def single_spaced(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
