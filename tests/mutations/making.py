"""How a page comes to be: made from nothing, of parts, and of what it said it shows."""

BROKEN: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("C1", "prerender/publisher.py"): [
        ('"QUERY_STRING": "",', '"QUERY_STRING": "page=2",'),
        ('"HTTP_HOST": host,', '"HTTP_HOST": "localhost",'),
        ('"REQUEST_METHOD": "GET",', '"REQUEST_METHOD": "HEAD",'),
        ("elif not isinstance(value, str | int | None):", "elif False:"),
        ("        _refuse_persons(slot.values)\n", ""),
        ("mark = secrets.token_hex(16)", 'mark = "0"'),
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
    ("C9", "prerender/publisher.py"): [
        (" or response.status_code != 200", ""),
        ("not shown.may_be_kept or ", ""),
        ("except (Http404, PermissionDenied, Refused, SuspiciousOperation):", "except PermissionDenied:"),
    ],
    ("C9", "prerender/wanted.py"): [
        ('if request.method != "GET":', "if False:"),
        ("shown.may_be_kept and ", ""),
        (" and response.status_code == 200", ""),
    ],
    ("C8", "prerender/publisher.py"): [
        ("keys=keys_of(parts.values()),", "keys=page.keys,"),
        ("until=min(part.until for part in parts.values()),", "until=page.until,"),
        ('keys=frozenset(shown.keys | {"publication"}),', "keys=frozenset(shown.keys),"),
    ],
    ("C8", "prerender/parts.py"): [
        ("return key in self.keys or every(key) in self.keys", "return every(key) in self.keys"),
        ("return key in self.keys or every(key) in self.keys", "return key in self.keys"),
        ("not self.is_stale and self.until", "self.until"),
        (" and self.until > time.time()", ""),
        ("(part.keys for part in parts)", "(part.keys for part in [])"),
    ],
    ("C1", "changes/parts.py"): [
        ("        _left_open.reset(token)\n", "        pass\n"),
        ("translation.override(self.language), ", ""),
        (", timezone.override(self.zone):", ":"),
        ("translation.get_language(), timezone", "None, timezone"),
        ("Slot(draw, values, ", "Slot(draw, (), "),
    ],
    ("C8", "changes/shown.py"): [
        ("    shown.keys.update(keys)\n    if until", "    if until"),
        ("        shown.keys.update(keys)\n", ""),
        (" and (shown.until is None or until < shown.until)", ""),
        ("            shows(row.key)\n", "            pass\n"),
    ],
    ("C9", "changes/shown.py"): [
        ("        _heard.reset(token)\n", "        pass\n"),
        ("may_be_kept: bool = False", "may_be_kept: bool = True"),
    ],
}  # fmt: skip
