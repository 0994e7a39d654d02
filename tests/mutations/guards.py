"""What holds each clause of the contract of kept pages, and how to break it: a text that stands once in a file, and
another in its place."""

from typing import NamedTuple

PUBLISHER = ["tests/prerender/test_publisher.py"]
TESTS = {
    "prerender/publisher.py": [*PUBLISHER, "tests/prerender/test_parts.py"],
    "prerender/wanted.py": ["tests/prerender/test_wanted.py"],
    "prerender/gate.py": ["tests/prerender/test_gate.py"],
    "prerender/store.py": ["tests/prerender/test_store.py", "tests/prerender/test_parts.py"],
    "prerender/keeper.py": ["tests/prerender/test_keeper.py"],
    "server/kept.py": ["tests/server/test_kept.py"],
    "server/protocol.py": ["tests/server/test_kept_on_the_socket.py"],
    "asgi.py": ["tests/server/test_asgi.py"],
    "lib/same_origin.py": ["tests/lib/test_same_origin.py"],
}


class Guard(NamedTuple):
    clause: str
    file: str
    stands: str
    broken: str


def guards() -> list[Guard]:
    return [Guard(clause, file, *texts) for (clause, file), found in BROKEN.items() for texts in found]


BROKEN: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("C1", "prerender/publisher.py"): [
        ('"QUERY_STRING": "",', '"QUERY_STRING": "page=2",'),
        ('"HTTP_HOST": host,', '"HTTP_HOST": "localhost",'),
        ('"REQUEST_METHOD": "GET",', '"REQUEST_METHOD": "HEAD",'),
        ("elif not isinstance(value, str | int | None):", "elif False:"),
    ],
    ("C2", "prerender/publisher.py"): [
        ('self._asked.refuse(f"{self._name}.{name}")', "return None"),
        (
            'def __getitem__(self, name: str) -> Any:\n        self._asked.refuse(f"{self._name}[{name!r}]")',
            "def __getitem__(self, name: str) -> Any:\n        return None",
        ),
        (
            'value: object) -> None:\n        self._asked.refuse(f"{self._name}[{name!r}]")',
            "value: object) -> None:\n        return",
        ),
        (
            'def __contains__(self, name: str) -> bool:\n        self._asked.refuse(f"{self._name}[{name!r}]")',
            "def __contains__(self, name: str) -> bool:\n        return False",
        ),
        ("else self._asked.refuse(name)", "else default"),
        ("return super().__getitem__(name) if name in self else None", "return dict.get(self, name)"),
        ("        return self[name]\n", "        return dict.get(self, name, default)\n"),
        ("            self.asked.refuse(name)\n        return True", "            return False\n        return True"),
        ("self.questions.append(str(question))", "pass"),
        ("    if request.asked.questions:\n", "    if False:\n"),
        ('self.user: Any = Nobody(self.asked, "user")', "self.user: Any = None"),
        ('self.session: Any = Nobody(self.asked, "session")', "self.session: Any = {'anything': 1, 'x': 1}"),
        ('self.headers: Any = Headers(self.asked, "headers")', "self.headers: Any = {}"),
        ("    if response.cookies:\n", "    if False:\n"),
        ("    if varies:\n", "    if False:\n"),
        ('if not response["Content-Type"].startswith(KINDS):', "if False:"),
        ("if len(body) > LARGEST:", "if False:"),
        ('(b"csrfmiddlewaretoken", ', "("),
        ('b"nonce=", ', ""),
        (', b"wagtail-userbar")', ",)"),
        ("    _refuse_marks(body)\n", ""),
    ],
    ("C3", "server/kept.py"): [
        ('rb"(GET|HEAD) (', 'rb"(GET|HEAD|POST) ('),
        (r"HTTP/1\.1\r\n", r"HTTP/1\.[01]\r\n"),
        (r"(\?[!-~]*+)?", r"(\?[ -~]*+)?"),
        ("[A-Za-z0-9-]++:", "[A-Za-z0-9_-]++:"),
        ("[A-Za-z0-9-]++:", "[A-Za-z0-9 -]++:"),
        ("[A-Za-z0-9-]++:", "[A-Za-z0-9-]*+:"),
        (r"[\t -~]*+\r\n", r"[^\r\n]*+\r\n"),
        ("HEADERS.fullmatch(headers)", "HEADERS.match(headers)"),
        (" or len(data) > LONGEST", ""),
        (" or name in found", ""),
        *[(f"{name}, ", "") for name in ('b"content-length"', 'b"transfer-encoding"', 'b"expect"', 'b"upgrade"', 'b"te"')],
        ('b"trailer", b"range"}', 'b"range"}'),
        ('b"trailer", b"range"}', 'b"trailer"}'),
        ('found.get(b"connection", b"keep-alive") != b"keep-alive"', "False"),
    ],
    ("C3", "server/protocol.py"): [
        ("self.part != IDLE\n", "False\n"),
        ("            or self.head_bytes\n", ""),
        ("            or not self.is_plain_http\n", ""),
        ("            or (self.cycle is not None and not self.cycle.response_complete)\n", ""),
        ("            or self.flow.write_paused\n", ""),
        ("            or self.transport.is_closing()\n", ""),
        ("self.timeout_keep_alive_task = self.loop.call_later(\n", "self.loop.time if True else (\n"),
    ],
    ("C3", "prerender/gate.py"): [
        ('path = scope.get("raw_path", b"")', 'path = scope.get("raw_path", b"").lower()'),
        ('if scope["method"] not in {"GET", "HEAD"}:', "if False:"),
    ],
    ("C4", "server/kept.py"): [
        (" or (query is not None and self.asks_for_more(query))", ""),
        ("(query is not None and self.asks_for_more(query))", "query is not None"),
        (' or b"%" in name', ""),
        (' or b"+" in name', ""),
    ],
    ("C4", "prerender/gate.py"): [('(query and self.kept.asks_for_more(b"?" + query)) or ', "")],
    ("C5", "server/kept.py"): [
        ("cookie|authorization", "authorization"),
        ("cookie|authorization", "cookie"),
        ("if told.etags and is_among(page.etag, told.etags):", "if told.etags:"),
        ("if told.etags and is_among(page.etag, told.etags):", "if False:"),
        ('if told in (b"w/" + etag, b"*"):', 'if told == b"w/" + etag:'),
    ],
    ("C6", "server/kept.py"): [
        ('not self.is_host(found.get(b"host", b"")) or ', ""),
        ("port.isdigit() and ", ""),
        (" and len(port) <= LONGEST_PORT", ""),
        (" and name in self.hosts", ""),
    ],
    ("C6", "prerender/gate.py"): [(" or not self.kept.is_host(host_of(scope))", "")],
    ("C6", "asgi.py"): [
        ("not is_for_us(scope)", "False"),
        ("bool(domain) and ", ""),
        (' if b"_" not in name]', "]"),
    ],
    ("C7", "prerender/keeper.py"): [
        ("min(ready, key=lambda each: (each not in self.waiting, self.due[each]))", "ready[0]"),
        ("page.path in self.due or len(self.due) < LONGEST_QUEUE", "True"),
        ("if len(self.due) < LONGEST_QUEUE and self.refused", "if self.refused"),
        ("self.due.setdefault(page.path, page.began + SECONDS_BETWEEN)\n            return", "return"),
        ("self.store.is_cut_off = False\n        if page is None", "if page is None"),
    ],
    ("C8", "prerender/store.py"): [
        ("if self._changed_since(since, page.keys):", "if False:"),
        ("part.is_stale = part.is_stale or self._changed_since(part.since, part.keys)", "pass"),
        ("if self.everything_changed > moment:", "if False:"),
        (" and len(self.recent) == REMEMBERED:", " and False:"),
        ("if key in keys or every(key) in keys:", "if every(key) in keys:"),
        (", *self.by_key.get(every(key), ())]", "]"),
        ("part.is_stale = part.is_stale or part.shows(key)", "pass"),
        ("                for part in page.parts:\n                    part.is_stale = True\n", ""),
        ("if now - page.read_at > SECONDS_HOT:\n                        self._drop(page)\n                    else:", "if True:"),
        ("if page.path not in self.pages:\n", "if True:\n"),
        ("if self.until <= time.time():", "if False:"),
        (" or self.is_cut_off else None", " else None"),
        ("part is not None and part.still_stands", "part is not None"),
    ],
    ("C8", "prerender/keeper.py"): [("        self.store.drop(path)\n        if self.files", "        if self.files")],
    ("C9", "prerender/publisher.py"): [
        (" or response.status_code != 200", ""),
        ("not shown.may_be_kept or ", ""),
    ],
    ("C9", "prerender/wanted.py"): [
        (' or request.method != "GET"', ""),
        ("shown.may_be_kept and ", ""),
        (" and response.status_code == 200", ""),
    ],
    ("C10", "lib/same_origin.py"): [
        ("not needs_token_always(request) and comes", "comes"),
        ("and comes_from_our_own_page(request)", "and True"),
        ('return site == "same-origin"', 'return site != "cross-site"'),
        ("    if site is not None:\n", "    if False:\n"),
        ("origin is not None and origin in {", "origin in {"),
        ("if origin_is_unknown(request) and", "if False and"),
        ("return parts.scheme, parts.hostname, port or", "return parts.scheme, parts.hostname, None and"),
    ],
}  # fmt: skip
