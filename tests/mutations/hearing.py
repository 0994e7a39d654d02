"""How a change becomes known: with its own commit, in this process and in every other."""

BROKEN: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("C8", "changes/changed.py"): [
        ("if not connection.in_atomic_block:", "if False:"),
        ("zip(some, _record(some), strict=True)", "zip(some, range(len(some)), strict=True)"),
        ("transaction.on_commit(tell_committed, robust=True)", "tell_committed()"),
        (", robust=True)", ")"),
        ("transaction.on_commit(tell_committed, robust=True)", "pass"),
    ],
    ("C8", "changes/keys.py"): [
        ("for each in (key, every(key))}", "for each in (key,)}"),
        ("for each in (key, every(key))}", "for each in (every(key),)}"),
        ("return f\"{key.partition(':')[0]}:*\"", 'return f"{key}:*"'),
    ],
    ("C8", "changes/listeners.py"): [
        ("        tell(keys)\n        told.update(numbers)\n", "        told.update(numbers)\n        tell(keys)\n"),
        ("        tell(keys)\n", ""),
    ],
    ("C8", "changes/watch.py"): [
        ("            if found != version:\n", "            if version is None:\n"),
        ("                self._read_on()\n", ""),
        ("                self._read_on()\n                if version is None:\n                    self.caught_up()\n", "                if version is None:\n                    self.caught_up()\n                self._read_on()\n"),
        ("            self.mark = (self.last, self.last_at)\n", "            pass\n"),
        ("pk=self.mark[0], at=self.mark[1])", "at=self.mark[1])"),
        ("pk=self.mark[0], at=self.mark[1])", "pk=self.mark[0])"),
        ("            self.last, self.last_at = self.mark\n            return\n", "            self.last, self.last_at = self.mark\n"),
        ("        self.last, self.last_at = (newest.pk, newest.at) if newest else (0, timezone.now())\n        self.lost()\n", "        self.last, self.last_at = (newest.pk, newest.at) if newest else (0, timezone.now())\n"),
        ("_after.rows(last)", "_after.rows(last + 1)"),
        ("        if keys:\n            tell", "        self.last, self.last_at = last, last_at\n        if keys:\n            tell"),
        ("        if not self.stopping.is_set():\n            self.last", "        if True:\n            self.last"),
        ("                    self.away()\n", ""),
        ("return number not in told", "return False"),
    ],
}  # fmt: skip

# What only the other database has: numbers in no order, and commits that are called out.
BROKEN_ON_POSTGRES: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("C8", "changes/watch.py"): [
        ('cursor.execute(f"LISTEN {CHANNEL}")', "pass"),
        ("        self._tell_since()\n", ""),
        ("        self._tell_since()\n        self.lost()\n", "        self._tell_since()\n"),
        (" - LONGEST_TRANSACTION)", ")"),
        ("                    tell([key])\n", "                    pass\n"),
        ("with connection.wrap_database_errors:", "if True:"),
    ],
    ("C8", "changes/changed.py"): [
        ('if connection.vendor == "postgresql":', "if False:"),
    ],
}  # fmt: skip
