"""The weight of a first view, of a page whose files are at hand."""

import gzip

from commonpress.bench import first_view
from commonpress.bench.server import Server

PAGE = b"""<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/static/site.css">
<script type="module" src="/static/site.js"></script>"""
FILES = {
    "http://paper.example/static/site.css": b"body { margin: 0 }",
    "http://paper.example/static/site.js": b'import { ask } from "./ask.js"; import "./ask.js"; ask()',
    "http://paper.example/static/ask.js": b"export function ask() {}",
}


def test_every_style_sheet_script_and_what_it_imports_counts_once(monkeypatch):
    asked = []
    monkeypatch.setattr(first_view, "fetch", lambda address: asked.append(address) or FILES[address])

    [row] = first_view.measure(Server("http://paper.example/", 1, ""), "/2026/a-story/", PAGE)

    assert sorted(asked) == sorted(FILES)
    assert row.value == len(gzip.compress(PAGE, 6)) + sum(len(gzip.compress(each, 6)) for each in FILES.values())
