"""Whatever a request says in its headers, whoever reads next gets the same bytes."""

import pytest

from tests.leaks.headers import NAMES
from tests.server.test_kept import BROWSER, PATH, ask, kept

__all__ = ["kept"]  # the fixture


def test_no_header_there_is_changes_what_is_sent_to_anybody(kept):
    before = ask(kept)

    told = {name: ask(kept, headers=BROWSER + name.encode() + b": canary7x.evil.example\r\n") for name in NAMES}

    assert len(NAMES) > 1100
    assert [name for name, answer in told.items() if answer != before] == []
    assert ask(kept) == before


@pytest.mark.parametrize("kilobytes", [1, 2, 4, 8, 15, 16, 17, 32, 64])
@pytest.mark.parametrize("name", [b"X-Large", b"Cookie", b"Referer", b"If-None-Match", b"Accept-Encoding"])
def test_no_header_is_so_large_that_the_next_reader_notices(kept, kilobytes, name):
    headers = b"Host: paper.example\r\n" + name + b": " + b"x" * (kilobytes * 1024) + b"\r\n"
    plain = ask(kept, headers=b"Host: paper.example\r\n")

    answer = ask(kept, headers=headers)

    assert answer == (plain if kilobytes < 16 else None)
    assert ask(kept, headers=b"Host: paper.example\r\n") == plain


@pytest.mark.parametrize("method", [b"OPTIONS", b"TRACE", b"PURGE", b"BAN", b"PUT", b"DELETE", b"PATCH", b"CONNECT"])
def test_no_method_takes_a_page_away(kept, method):
    before = ask(kept)

    assert ask(kept, PATH, method=method) is None
    assert ask(kept) == before
