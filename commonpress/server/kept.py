"""Answers requests for kept pages below ASGI: one look at the bytes, one write.

Only a complete, plain GET or HEAD for exactly the path of a kept page is answered here, and only between
messages; every other byte, and every doubt, goes to the parser. So nothing here can be talked into
reading a body as a request, a prefix as a header, or one address as another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

# One request, whole, with nothing behind it. Names with an underscore, values beyond printable ASCII,
# lines that go on, spaces before the colon: all are left to the parser and to Django.
LINE = re.compile(rb"(GET|HEAD) (/[!\"$-;=@-~]*+)(\?[!-~]*+)? HTTP/1\.1\r\n")
HEADERS = re.compile(rb"(?:[A-Za-z0-9-]++:[\t -~]*+\r\n)++\r\n")
# The whole name counts: "upgrade-insecure-requests", which every browser sends, is no "upgrade".
TOLD = re.compile(
    rb"\n(host|connection|accept-encoding|if-none-match|content-length|transfer-encoding|expect|upgrade|te|trailer|range)"
    rb":[ \t]*([^\r]*)"
)
NOT_OURS = {b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer", b"range"}
LONGEST = 16 * 1024
LONGEST_PORT = 5
# A browser sends the same headers again and again, and so do all others of its kind: what they say is remembered, so
# many times and up to such a length, unless they name somebody.
REMEMBERED = 1000
LONGEST_REMEMBERED = 1000
NAMES_SOMEBODY = re.compile(rb"\n(?:cookie|authorization):")
# A cookie says nothing of the page: what stands there without it is what is remembered. Something follows it, at least
# the empty line; what comes after that is no header.
COOKIE = re.compile(rb"(?:\A|(?<=\n))[Cc]ookie:[\t -~]*+\r\n(?!\Z)")
# Whole answers of this second, so that the hottest pages are not put together, 30 kB each time, for every reader.
MOST_WHOLE = 8 * 1024 * 1024

OK, NOT_MODIFIED = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 304 Not Modified\r\n"


class Answer(Protocol):
    @property
    def head(self) -> bytes: ...

    @property
    def body(self) -> bytes: ...


class Page(Protocol):
    """What a kept page offers to whoever sends it. Heads hold neither the status line nor the date."""

    @property
    def answers(self) -> Mapping[bytes, Answer]: ...

    @property
    def not_modified(self) -> bytes: ...

    @property
    def etag(self) -> bytes: ...


class Pages(Protocol):
    def is_kept(self, path: bytes) -> bool: ...

    def shown_at(self, path: bytes) -> Page | None:
        """Return the page readers get under exactly this path, and note that it was read."""


@dataclass(frozen=True)
class Told:
    """What the headers of a request for one of our pages ask for: the best encoding, and If-None-Match in lower case."""

    encoding: bytes
    etags: bytes


@dataclass
class Whole:
    """Whole answers of one second. A head holds the page's tag and encoding, so it stands for its body."""

    date: bytes = b""
    answers: dict[bytes, bytes] = field(default_factory=dict)
    size: int = 0

    def answer(self, date: bytes, head: bytes, body: bytes) -> bytes:
        if date != self.date:
            self.date, self.size = date, 0
            self.answers.clear()
        found = self.answers.get(head)
        if found is None:
            found = b"".join((OK, date, head, body))
            if self.size + len(found) <= MOST_WHOLE:
                self.answers[head] = found
                self.size += len(found)
        return found


@dataclass(frozen=True)
class Kept:
    """The pages, the hosts they are shown for (lower case, without ports), and the words in a query that ask for more."""

    pages: Pages
    hosts: frozenset[bytes]
    words: frozenset[bytes] = field(default_factory=frozenset)
    remembered: dict[bytes, Told] = field(default_factory=dict)
    whole: Whole = field(default_factory=Whole)

    def answer_to(self, data: bytes, date: bytes) -> bytes | None:
        """Return the answer to a whole request, or None where it is not for us to answer.

        `date` is the header line of this second.
        """
        line = LINE.match(data)
        if line is None or len(data) > LONGEST:
            return None
        method, path, query = line.groups()
        page = self.pages.shown_at(path)
        if page is None or (query is not None and self.asks_for_more(query)):
            return None
        headers = data[line.end() :]
        told = self.remembered.get(headers) or self.look_up(headers)
        if told is None:
            return None
        status, head, body = choose(page, told)
        if status == 304:
            return b"".join((NOT_MODIFIED, date, head))
        return self.whole.answer(date, head, body) if method == b"GET" else b"".join((OK, date, head))

    def look_up(self, headers: bytes) -> Told | None:
        without_cookie = COOKIE.sub(b"", headers, count=1)
        return self.remembered.get(without_cookie) or self.read(headers, remembered_as=without_cookie)

    def read(self, headers: bytes, *, remembered_as: bytes) -> Told | None:
        """Return what the headers of a request ask for, None unless they are plain and the host is one of ours."""
        if HEADERS.fullmatch(headers) is None:
            return None
        # In lower case throughout: an entity tag of ours has no capitals, and the rest does not care.
        lines = b"\n" + headers.lower()
        found: dict[bytes, bytes] = {}
        for name, value in TOLD.findall(lines):
            if name in NOT_OURS or name in found:
                return None
            found[name] = value.rstrip()
        if not self.is_host(found.get(b"host", b"")) or found.get(b"connection", b"keep-alive") != b"keep-alive":
            return None
        told = told_by(found)
        if len(remembered_as) <= LONGEST_REMEMBERED and not NAMES_SOMEBODY.search(b"\n" + remembered_as.lower()):
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            self.remembered[remembered_as] = told
        return told

    def is_host(self, host: bytes) -> bool:
        name, _, port = host.rpartition(b":") if host[-1:] != b"]" and b":" in host else (host, b"", b"80")
        return port.isdigit() and len(port) <= LONGEST_PORT and name in self.hosts

    def asks_for_more(self, query: bytes) -> bool:
        """Say whether a query names something of an older address, or another page of a list; all else means nothing.

        Names that would have to be decoded first are Django's.
        """
        names = [part.partition(b"=")[0] for part in query[1:].split(b"&")]
        return any(name in self.words or b"%" in name or b"+" in name for name in names)


def host_of(scope: Mapping[str, Any]) -> bytes:
    """Return the host an ASGI request names, in lower case; nothing unless it names just one."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return hosts[0].lower() if len(hosts) == 1 else b""


def told_by(headers: Mapping[bytes, bytes]) -> Told:
    """Return what headers ask for, by names and values in lower case."""
    return Told(encoding_for(headers.get(b"accept-encoding", b"")), headers.get(b"if-none-match", b""))


def choose(page: Page, told: Told) -> tuple[int, bytes, bytes]:
    """Return status, head and body of the answer."""
    if told.etags and is_among(page.etag, told.etags):
        return 304, page.not_modified, b""
    answer = page.answers.get(told.encoding) or page.answers[b""]
    return 200, answer.head, answer.body


def is_among(etag: bytes, told: bytes) -> bool:
    """Say whether an If-None-Match names the page as it is; weakly, as RFC 9110 13.1.2 has it."""
    if told in (b"w/" + etag, b"*"):
        return True
    return any(each.strip().removeprefix(b"W/").removeprefix(b"w/") == etag for each in told.split(b","))


@lru_cache(maxsize=512)
def encoding_for(accepted: bytes) -> bytes:
    """Return the smallest encoding an Accept-Encoding allows: b"br", b"gzip", or nothing for none."""
    weights: dict[bytes, float] = {}
    for part in accepted.lower().split(b","):
        name, _, parameter = part.strip().partition(b";")
        key, _, weight = parameter.strip().partition(b"=")
        try:
            weights[name.strip()] = float(weight) if key.strip() == b"q" else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    rest = weights.get(b"*", 0.0)
    return next((name for name in (b"br", b"gzip") if weights.get(name, rest) > 0), b"")
