"""On PostgreSQL, acts with money in hand go a few at a time, and are never kept waiting long by those before them."""

import threading

import pytest
from django.db import connection

from commonpress.database import burst
from commonpress.database.priority import priority

pytestmark = [
    pytest.mark.commits,
    pytest.mark.both_databases,
    pytest.mark.skipif("sqlite" in connection.settings_dict["ENGINE"], reason="SQLite's writers share a thread"),
]

WAIT = 30


class Inside:
    """Acts that stay inside until they are let go, and how many there were at a time."""

    def __init__(self, of_writes="money"):
        self.of_writes = of_writes
        self.count = threading.Semaphore(0)
        self.go = threading.Event()
        self.threads = []

    def begin(self, number):
        self.threads += [threading.Thread(target=self.run) for _ in range(number)]
        for thread in self.threads[-number:]:
            thread.start()

    def run(self):
        try:
            with priority(self.of_writes):
                self.act()
        finally:
            connection.close()

    @burst.burst
    def act(self):
        self.count.release()
        assert self.go.wait(WAIT)

    def come_in(self, number, *, within):
        return sum(self.count.acquire(timeout=within) for _ in range(number))

    def end(self):
        self.go.set()
        for thread in self.threads:
            thread.join(WAIT)


@pytest.fixture
def inside():
    made = []

    def make(*of_writes):
        made.append(Inside(*of_writes))
        return made[-1]

    yield make
    for each in made:
        each.end()


def test_a_fifth_waits_until_one_of_four_is_done(inside, monkeypatch):
    monkeypatch.setattr(burst, "WAIT_SECONDS", WAIT)
    acts = inside()

    acts.begin(burst.MONEY_AT_ONCE + 1)

    assert acts.come_in(burst.MONEY_AT_ONCE, within=WAIT) == burst.MONEY_AT_ONCE
    assert acts.come_in(1, within=0.2) == 0
    acts.end()
    assert acts.come_in(1, within=WAIT) == 1


def test_who_has_waited_long_enough_goes_on_beside_them(inside, monkeypatch):
    monkeypatch.setattr(burst, "WAIT_SECONDS", 0.01)
    acts = inside()

    acts.begin(burst.MONEY_AT_ONCE + 2)

    assert acts.come_in(burst.MONEY_AT_ONCE + 2, within=WAIT) == burst.MONEY_AT_ONCE + 2


def test_who_is_refused_gives_the_turn_back(inside, monkeypatch):
    monkeypatch.setattr(burst, "WAIT_SECONDS", WAIT)

    @priority("money")
    @burst.burst
    def refuse():
        raise ValueError("refused")

    for _time in range(burst.MONEY_AT_ONCE):
        with pytest.raises(ValueError, match="refused"):
            refuse()
    acts = inside()
    acts.begin(1)

    assert acts.come_in(1, within=WAIT / 3) == 1


def test_votes_take_no_turns(inside, monkeypatch):
    monkeypatch.setattr(burst, "WAIT_SECONDS", WAIT)
    acts = inside("other")

    acts.begin(burst.MONEY_AT_ONCE + 1)

    assert acts.come_in(burst.MONEY_AT_ONCE + 1, within=WAIT) == burst.MONEY_AT_ONCE + 1
