"""The name a person shows: who is asked before it is taken, and who is told when it has changed.

Bylines and comments live in packages above this one. Each registers here, at start, which names
are taken and which pages show a person's name.
"""

from collections.abc import Callable

from commonpress.accounts.models import Person

Rule = Callable[[str, Person | None], bool]
Teller = Callable[[Person], object]

_rules: list[Rule] = []
_tellers: list[Teller] = []


def register(*, may_be_called: Rule, show_new_name: Teller) -> None:
    """Have `may_be_called(name, person)` asked of every name (None: somebody who only now joins), and
    `show_new_name(person)` called in the transaction that changed one.
    """
    _rules.append(may_be_called)
    _tellers.append(show_new_name)


def may_be_called(name: str, person: Person | None) -> bool:
    return all(rule(name, person) for rule in _rules)


def show_new_name(person: Person) -> None:
    for teller in _tellers:
        teller(person)
