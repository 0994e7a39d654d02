"""The ticker makes figures again when something they show has changed, and tells what is another now."""

import time
from queue import Queue
from threading import Event

import pytest
from django.db import OperationalError

from commonpress.changes.listeners import tell
from commonpress.live import ticker as module
from commonpress.live.ticker import Made, Ticker

FOR_EVER = float("inf")


class Desk:
    """Makes what a test has laid down, and hears what is told."""

    def __init__(self):
        self.figures = {"/7": {"count": 1}}
        self.keys = {"/7": frozenset({"thread:7", "drive:*"})}
        self.until = FOR_EVER
        self.heard = Queue()
        self.on_make = lambda: None

    def make(self, address):
        found = self.figures.get(address)
        self.on_make()
        if isinstance(found, Exception):
            raise found
        return found and Made(dict(found), self.keys[address], self.until)

    def opened(self, address, beginning):
        self.heard.put(("opened", address, beginning))

    def tell(self, address, news):
        self.heard.put(("told", address, news.told))

    def gone(self, address):
        self.heard.put(("gone", address))

    def failed(self, address):
        self.heard.put(("failed", address))

    def next(self):
        return self.heard.get(timeout=20)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def ticker(desk, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_BETWEEN", 0.05)
    monkeypatch.setattr(module, "SECONDS_UNTIL_AGAIN", 0.05)
    ticker = Ticker(desk.make, desk)
    ticker.start()
    yield ticker
    ticker.stop(seconds=10)
    assert not ticker.thread.is_alive()


def test_a_change_is_told_to_who_watches(desk, ticker):
    ticker.open("/7")
    assert desk.next() == ("opened", "/7", b'{"count":1}')

    desk.figures["/7"] = {"count": 2}
    tell(["thread:7"])

    assert desk.next() == ("told", "/7", b'{"count":2}')


def test_a_change_of_something_else_or_of_nothing_shown_is_not_told(desk, ticker):
    ticker.open("/7")
    desk.next()

    desk.figures["/7"] = {"count": 2}
    tell(["thread:8"])
    desk.figures["/7"] = {"count": 1}
    tell(["thread:7"])
    desk.figures["/7"] = {"count": 5}
    tell(["drive:3"])

    assert desk.next() == ("told", "/7", b'{"count":5}')


def test_a_change_of_one_of_a_kind_is_told_to_who_watches_all_of_it(desk, ticker):
    ticker.open("/7")
    desk.next()

    desk.figures["/7"] = {"count": 5}
    tell(["drive:3"])

    assert desk.next() == ("told", "/7", b'{"count":5}')


def test_a_change_while_figures_are_made_is_not_missed(desk, ticker):
    def change_meanwhile():
        desk.on_make = lambda: None
        desk.figures["/7"] = {"count": 2}
        tell(["thread:7"])

    desk.on_make = change_meanwhile
    ticker.open("/7")

    assert desk.next() == ("opened", "/7", b'{"count":1}')
    assert desk.next() == ("told", "/7", b'{"count":2}')


def test_many_changes_at_once_are_one_event(desk, ticker, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_BETWEEN", 1)
    ticker.open("/7")
    desk.next()

    for count in range(2, 50):
        desk.figures["/7"] = {"count": count}
        tell(["thread:7"])

    assert desk.next() == ("told", "/7", b'{"count":49}')
    assert desk.heard.empty()


def test_what_the_clock_changes_is_told(desk, ticker):
    desk.until = time.time() + 0.05
    ticker.open("/7")
    desk.next()
    desk.figures["/7"] = {"count": 0}
    desk.until = FOR_EVER

    assert desk.next() == ("told", "/7", b'{"count":0}')


def test_a_withdrawn_address_is_gone_and_no_longer_watched(desk, ticker):
    ticker.open("/7")
    desk.next()

    del desk.figures["/7"]
    tell(["thread:7"])

    assert desk.next() == ("gone", "/7")
    assert ticker.watched == {}


def test_an_unknown_address_is_gone(desk, ticker):
    ticker.open("/8")

    assert desk.next() == ("gone", "/8")


def test_while_the_database_is_away_nothing_is_gone_and_all_is_told_afterwards(desk, ticker):
    ticker.open("/7")
    desk.next()
    tried = Event()
    desk.figures["/7"] = OperationalError("away")
    desk.on_make = tried.set
    tell(["thread:7"])
    assert tried.wait(20)
    ticker.open("/8")
    assert desk.next() == ("gone", "/8")

    desk.figures["/7"] = {"count": 4}

    assert desk.next() == ("told", "/7", b'{"count":4}')


def test_an_address_that_cannot_be_opened_has_failed_and_the_others_go_on(desk, ticker, caplog):
    desk.figures["/8"] = ValueError("broken")
    ticker.open("/8")
    ticker.open("/7")

    assert desk.next() == ("failed", "/8")
    assert desk.next()[0] == "opened"
    assert "/8 cannot be made" in caplog.text


def test_an_address_that_cannot_be_made_again_is_tried_until_it_can_and_the_others_are_told(desk, ticker):
    desk.figures["/8"] = {"count": 1}
    desk.keys["/8"] = frozenset({"thread:8"})
    for address in ("/7", "/8"):
        ticker.open(address)
        desk.next()

    desk.figures |= {"/7": ValueError("words"), "/8": {"count": 2}}
    tell(["thread:7", "thread:8"])
    assert desk.next() == ("told", "/8", b'{"count":2}')

    desk.figures["/7"] = {"count": 3}
    assert desk.next() == ("told", "/7", b'{"count":3}')
    assert ticker.thread.is_alive()


def test_when_changes_may_have_been_missed_everything_is_made_again(desk, ticker):
    ticker.open("/7")
    desk.next()
    desk.figures["/7"] = {"count": 9}

    ticker.look_at_all()

    assert desk.next() == ("told", "/7", b'{"count":9}')


def test_an_address_nobody_listens_to_is_not_made_again(desk, ticker):
    ticker.open("/7")
    desk.next()

    ticker.close("/7")
    ticker.open("/8")
    desk.next()

    assert ticker.watched == {}
