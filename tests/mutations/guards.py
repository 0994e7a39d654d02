"""What holds each clause of the contract of kept pages, and how to break it: a text that stands once in a file, and
another in its place; and the tests that have to notice."""

from typing import NamedTuple

from tests.mutations import answering, hearing, keeping, making, sending

SQLITE, POSTGRES = "sqlite", "postgres"
TESTS = {
    "asgi.py": ["server/test_asgi.py", "live/test_public.py"],
    "changes/changed.py": ["changes"],
    "changes/keys.py": ["live/test_ticker.py", "prerender/test_front.py"],
    "changes/listeners.py": ["changes"],
    "changes/parts.py": ["changes/test_parts.py"],
    "changes/shown.py": ["changes/test_shown.py"],
    "changes/watch.py": ["changes/test_watch.py"],
    "lib/same_origin.py": ["lib/test_same_origin.py", "theme/test_refusals.py", "newsroom/test_me.py"],
    "live/figures.py": ["live/test_figures.py"],
    "live/readers.py": ["live/test_stream.py"],
    "live/stream.py": ["live/test_stream.py"],
    "live/ticker.py": ["live/test_ticker.py"],
    "newsroom/views/me.py": ["newsroom/test_me.py"],
    "prerender/files.py": ["prerender/test_files.py", "prerender/test_writing.py", "prerender/test_disk.py"],
    "prerender/front.py": ["prerender/test_front.py"],
    "prerender/gate.py": ["prerender/test_gate.py"],
    "prerender/keeper.py": ["prerender/test_told.py", "prerender/test_keeper.py", "prerender/test_files.py"],
    "prerender/parts.py": ["prerender/test_parts.py", "prerender/test_store.py"],
    "prerender/publisher.py": ["prerender/test_publisher.py", "prerender/test_parts.py"],
    "prerender/records.py": ["prerender/test_writing.py", "prerender/test_files.py", "prerender/test_disk.py"],
    "prerender/shelf.py": ["prerender/test_shelf.py"],
    "prerender/store.py": ["prerender/test_store.py", "prerender/test_parts.py"],
    "prerender/wanted.py": ["prerender/test_wanted.py"],
    "server/kept.py": ["server/test_kept.py", "server/test_asgi.py"],
    "server/protocol.py": ["server/test_kept_on_the_socket.py"],
    "theme/headers.py": ["theme/test_headers.py"],
    "theme/views.py": ["theme/test_refusals.py"],
}


class Guard(NamedTuple):
    clause: str
    file: str
    stands: str
    broken: str
    database: str


def guards() -> list[Guard]:
    tables = [(SQLITE, module.BROKEN) for module in (making, sending, keeping, hearing, answering)]
    return [
        Guard(clause, file, *texts, database)
        for database, table in [*tables, (POSTGRES, hearing.BROKEN_ON_POSTGRES)]
        for (clause, file), found in table.items()
        for texts in found
    ]
