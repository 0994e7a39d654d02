"""Badges beside a person's comments: who is told when one is given or taken.

Comments live in a package above this one. It registers here, at start, how to show a person's badges.
"""

from collections.abc import Callable

from commonpress.accounts.models import Person

Teller = Callable[[Person], object]

_tellers: list[Teller] = []


def register(show_badges: Teller) -> None:
    """Have `show_badges(person)` called in the transaction that gave or took one."""
    if show_badges not in _tellers:
        _tellers.append(show_badges)


def show_badges(person: Person) -> None:
    for teller in _tellers:
        teller(person)
