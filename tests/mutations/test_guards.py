"""That the drill still finds what it breaks; it runs by itself: ./run test --only mutations."""

from tests.mutations.drill import ROOT
from tests.mutations.guards import TESTS, guards


def test_every_guard_stands_where_the_drill_looks_for_it():
    found = {guard: (ROOT / "commonpress" / guard.file).read_text().count(guard.stands) for guard in guards()}

    assert {guard: count for guard, count in found.items() if count != 1} == {}


def test_every_clause_has_guards_and_every_guard_has_tests():
    assert {guard.clause for guard in guards()} == {f"C{number}" for number in range(1, 11)}
    assert {guard.file for guard in guards()} == set(TESTS)
    assert [test for tests in TESTS.values() for test in tests if not (ROOT / "tests" / test).exists()] == []


def test_no_guard_is_broken_twice_in_one_way():
    assert len(set(guards())) == len(guards())


def test_every_broken_guard_is_still_python():
    for guard in guards():
        text = (ROOT / "commonpress" / guard.file).read_text()
        compile(text.replace(guard.stands, guard.broken), f"{guard.file}, {guard.stands!r} broken", "exec")
