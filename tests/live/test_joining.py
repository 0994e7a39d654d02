"""What happens to a stream that is opened at a bad moment: without a socket, one step at a time."""

import asyncio

import pytest

from commonpress.live.readers import Reader, Readers
from commonpress.live.stream import METER, Streams
from commonpress.server.limits import Limits

THREAD = "/-/live/7.json"
SCOPE = {"method": "GET", "path": "/-/live/7", "client": ("192.0.2.1", 5000), "headers": []}


def answer_when(meanwhile):
    """Ask for a stream, have something happen while its figures are made, and return what was sent."""

    async def ask():
        streams = Streams(lambda _address: None, limits=Limits(), headers={})
        streams.loop = asyncio.get_running_loop()
        sent = []

        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.disconnect"}

        async def is_open(address):
            streams.readers.watch(address, b"thread", b"{}")
            if address == THREAD:
                meanwhile(streams)
            return True

        streams.is_open = is_open
        assert await streams.answer({**SCOPE, "headers": []}, receive, send)
        assert (streams.readers.all, streams.limits.open.total()) == ({}, 0)
        return sent

    return asyncio.run(ask())


def test_one_that_opens_while_all_is_well_begins():
    assert answer_when(lambda _streams: None)[0]["status"] == 200


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda streams: streams.end(),
        lambda streams: streams.readers.watched.pop(METER),
        lambda streams: streams.readers.watched.pop(THREAD),
    ],
    ids=["the server stops", "the meter is forgotten", "the thread is forgotten"],
)
def test_one_that_can_no_longer_begin_is_sent_away_for_now(meanwhile):
    sent = answer_when(meanwhile)

    assert sent[0]["status"] == 503
    assert b"retry-after" in dict(sent[0]["headers"])


def test_room_is_made_of_what_nobody_has_listened_to_for_longest_and_of_nothing_else():
    async def forget_all():
        forgotten = []
        readers = Readers(forget=forgotten.append)
        for address in ("/1", "/2", "/3"):
            readers.watch(address, b"thread", b"{}")
        for address, left_at in (("/1", 3.0), ("/2", 1.0), ("/3", 2.0)):
            readers.watched[address].left_at = left_at
        readers.watched["/2"].readers[Reader(None)] = None
        return [readers.forget_one() for _ in range(3)], forgotten

    assert asyncio.run(forget_all()) == ([True, True, False], ["/3", "/1"])
