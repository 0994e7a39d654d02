"""What a first view weighs: the page, its style sheets and its scripts, compressed."""

import gzip
import re
from urllib.parse import urljoin, urlsplit

from commonpress.bench.rows import Row
from commonpress.bench.server import Server, fetch

STYLES = re.compile(rb'<link[^>]*rel="?stylesheet"?[^>]*>')
SCRIPTS = re.compile(rb"<script[^>]*src=[^>]*>")
ADDRESS = re.compile(rb'(?:href|src)="?([^" >]+)')
IMPORTS = re.compile(rb'(?:from|import)\s*\(?"(\.[^"]+)"')


LOADED = re.compile(rb"<(?:script|img|iframe|source|video|audio)\b[^>]*>")


def measure(server: Server, path: str, page: bytes) -> list[Row]:
    parts = parts_of(server, path, page)
    html = len(gzip.compress(page, 6))
    rest = sum(compressed(part) for part in parts.values())
    return [
        Row(
            measure="first view: HTML, CSS and script",
            value=html + rest, unit="bytes", goal=42_000, floor=70_000,
            context=f"gzip 6; HTML with its comments {html:,}, {len(parts)} files of CSS and script {rest:,}",
        )
    ]  # fmt: skip


def beside_html(server: Server, path: str, page: bytes) -> list[Row]:
    """Return what a story loads beside its HTML, and what of it comes from others."""
    parts = parts_of(server, path, page)
    rows = []
    for what, ending, goal, floor in (("script", ".js", 15_000, 18_000), ("CSS", ".css", 10_000, 12_000)):
        sizes = [compressed(part) for address, part in parts.items() if address.endswith(ending)]
        rows.append(
            Row(
                measure=f"story page: all {what}", value=sum(sizes), unit="bytes", goal=goal, floor=floor,
                context=f"gzip 6, {len(sizes)} files",
            )
        )  # fmt: skip
    loaded = [found for tag in LOADED.findall(page) + STYLES.findall(page) for found in ADDRESS.findall(tag)]
    own = urlsplit(server.address).netloc
    foreign = [
        each
        for each in loaded
        if urlsplit(each.decode()).netloc not in {"", own, own.replace("127.0.0.1", "localhost")}
    ]
    return [
        *rows,
        Row(measure="story page: third-party requests", value=len(foreign), unit="requests", goal=0, floor=0),
    ]


def compressed(part: bytes) -> int:
    return len(gzip.compress(part, 6))


def parts_of(server: Server, path: str, page: bytes) -> dict[str, bytes]:
    """Return a page's style sheets and scripts, and what these import, by their addresses."""
    home = server.address.rstrip("/") + path
    wanted = [found.decode() for tag in STYLES.findall(page) + SCRIPTS.findall(page) for found in ADDRESS.findall(tag)]
    parts = {urljoin(home, each): b"" for each in wanted}
    todo = list(parts)
    while todo:
        address = todo.pop()
        parts[address] = fetch(address)
        for relative in IMPORTS.findall(parts[address]):
            imported = urljoin(address, relative.decode())
            if imported not in parts:
                parts[imported] = b""
                todo.append(imported)
    return parts
