"""References as people and banks write them into a transfer's text: found exactly, or one slip away."""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from commonpress.fundraising.references import ALPHABET, LENGTH, LOOKS_LIKE, check_symbol

NO_SYMBOL = re.compile(r"[^A-Z0-9]+")
# ISO 11649: RF and two check digits before the reference.
CREDITOR_REFERENCE = re.compile(r"RF\d{2}(?=.)")
LONGEST_PIECE = LENGTH + 1


def exact_in(text: str) -> set[str]:
    """Return every run of eight symbols whose check symbol is right, wherever spaces, hyphens and lines fall.

    Any text holds some by chance: one run of 31 passes. Who is meant is known only from the pledges there are.
    """
    symbols = "".join(pieces_of(text))
    runs = {symbols[start : start + LENGTH] for start in range(len(symbols) - LENGTH + 1)}
    return {run for run in runs if is_reference(run)}


def is_reference(run: str) -> bool:
    return all(symbol in ALPHABET for symbol in run) and check_symbol(run[:-1]) == run[-1]


def pieces_of(text: str) -> list[str]:
    return [piece for piece in NO_SYMBOL.split(text.upper().translate(LOOKS_LIKE)) if piece]


def attempts_in(text: str) -> set[str]:
    """Return what may have been meant as a reference.

    That is whole pieces of the text that come to seven, eight or nine symbols, one alone or several in a row,
    with or without RF and its digits.
    """
    pieces = pieces_of(text)
    found = set()
    for start in range(len(pieces)):
        run = ""
        for piece in pieces[start : start + LONGEST_PIECE + 4]:
            run += piece
            if len(run) > LONGEST_PIECE + 4:
                break
            for attempt in (run, CREDITOR_REFERENCE.sub("", run, count=1) if run.startswith("RF") else run):
                if LENGTH - 1 <= len(attempt) <= LONGEST_PIECE:
                    found.add(attempt)
    return found


def shaped_like_references(text: str) -> set[str]:
    """Return what stands in the text as people write references: eight symbols, or four and four, letters and figures."""
    pieces = pieces_of(text)
    pairs = [first + second for first, second in pairwise(pieces) if len(first) == 4]
    return {
        shape
        for shape in [*pieces, *pairs]
        if len(shape) == LENGTH
        and all(symbol in ALPHABET for symbol in shape)
        and any(symbol.isdigit() for symbol in shape)
        and any(symbol.isalpha() for symbol in shape)
    }


class Neighbours:
    """References that can be found by what is one slip away from them.

    A slip is one symbol that is wrong, missing or too many, or two neighbours swapped. Two strings that are
    one slip apart become the same when a symbol is left out of each, so each is kept under its shortened forms.
    """

    def __init__(self, references: Iterable[str]) -> None:
        self.by_shortened: defaultdict[str, set[str]] = defaultdict(set)
        for reference in references:
            for shortened in shortened_forms(reference):
                self.by_shortened[shortened].add(reference)

    def of(self, attempt: str) -> set[str]:
        """Return the references one slip away; none for one that is right as it is, or could be."""
        if len(attempt) == LENGTH and is_reference(attempt):
            # The check symbol notices every wrong symbol and every swap: this is a reference, if not ours.
            return set()
        if len(attempt) > LENGTH:
            return {form for form in shortened_forms(attempt) if self.knows(form)}
        forms = {attempt} if len(attempt) < LENGTH else shortened_forms(attempt)
        near = {reference for form in forms for reference in self.by_shortened.get(form, ())}
        return {reference for reference in near if is_one_slip(attempt, reference)}

    def knows(self, reference: str) -> bool:
        return reference in self.by_shortened.get(reference[1:], ())


def shortened_forms(symbols: str) -> set[str]:
    return {symbols[:place] + symbols[place + 1 :] for place in range(len(symbols))}


def is_one_slip(attempt: str, reference: str) -> bool:
    if len(attempt) != len(reference):
        longer, shorter = sorted((attempt, reference), key=len, reverse=True)
        return len(longer) == len(shorter) + 1 and shorter in shortened_forms(longer)
    wrong = [place for place, (one, other) in enumerate(zip(attempt, reference, strict=True)) if one != other]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        first, second = wrong
        return attempt[first] == reference[second] and attempt[second] == reference[first]
    return len(wrong) == 1
