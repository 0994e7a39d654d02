"""Which movements of a file are known from an earlier one.

What cannot be told apart is counted: a day on which one file shows two equal transfers has two, and a file
that shows one of them brings nothing new.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

from commonpress.fundraising.statements.records import Reported

Standing = Literal["new", "known", "perhaps"]


@dataclass(frozen=True, slots=True)
class Known:
    """A movement taken from an earlier file: which file, what it is the same as, and its day.

    `was_unsure`: it was taken although it may be the same as another.
    """

    file: int
    same: str
    booked_on: date
    was_unsure: bool = False


def same_as(movement: Reported) -> str:
    """Return what every report of this movement has in common, in 64 letters and figures.

    The bank's own id with the day and the amount, because some banks count anew every day; without one,
    all that the file says. Our key is no part of it: a new key must not make every movement new.
    """
    amount = f"{movement.amount.minor} {movement.amount.currency}"
    said = (
        ("id", movement.bank_id)
        if movement.bank_id
        else ("words", " ".join(movement.payer.name.split()), " ".join(movement.text.split()))
    )
    parts = (movement.account, movement.booked_on.isoformat(), amount, *said)
    return sha256("\0".join(parts).encode()).hexdigest()


def standings(movements: Sequence[Reported], known: Sequence[Known]) -> list[tuple[Standing, int]]:
    """Return for each movement whether it is new, and the number it has among its equals, known ones included.

    "perhaps": without an id of the bank's, equal in everything to one of an earlier file, of whose movements
    this file shows no other and lacks some of that day. So it begins or ends in the middle of the day, and this
    may be a second one: a human decides, once.
    """
    taken = Counter(one.same for one in known)
    unsure = {one.same for one in known if one.was_unsure}
    came_in = {one.same: (one.file, one.booked_on) for one in known if not one.was_unsure}
    in_file = Counter(same_as(movement) for movement in movements)
    of_day: defaultdict[tuple[int, date], set[str]] = defaultdict(set)
    shown: defaultdict[int, set[str]] = defaultdict(set)
    for one in known:
        of_day[one.file, one.booked_on].add(one.same)
        if one.same in in_file:
            shown[one.file].add(one.same)

    found: list[tuple[Standing, int]] = []
    for movement in movements:
        same = same_as(movement)
        is_last = movement.ordinal == in_file[same] - 1
        if movement.ordinal >= taken[same]:
            found.append(("new", movement.ordinal))
        elif (
            movement.bank_id
            or same in unsure
            or not is_last
            or taken[same] > in_file[same]
            or of_day[came_in[same]] <= in_file.keys()
            or len(shown[came_in[same][0]]) > 1
        ):
            found.append(("known", movement.ordinal))
        else:
            found.append(("perhaps", taken[same]))
    return found
