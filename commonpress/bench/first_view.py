"""What a first view weighs: the page, its style sheets and its scripts, compressed."""

import gzip
import re
from urllib.parse import urljoin

from commonpress.bench.rows import Row
from commonpress.bench.server import Server, fetch

STYLES = re.compile(rb'<link[^>]*rel="?stylesheet"?[^>]*>')
SCRIPTS = re.compile(rb"<script[^>]*src=[^>]*>")
ADDRESS = re.compile(rb'(?:href|src)="?([^" >]+)')
IMPORTS = re.compile(rb'(?:from|import)\s*\(?"(\.[^"]+)"')


def measure(server: Server, path: str, page: bytes) -> list[Row]:
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
    html = len(gzip.compress(page, 6))
    rest = sum(len(gzip.compress(part, 6)) for part in parts.values())
    return [
        Row(
            measure="first view: HTML, CSS and script",
            value=html + rest, unit="bytes", goal=42_000, floor=70_000,
            context=f"gzip 6; HTML with its comments {html:,}, {len(parts)} files of CSS and script {rest:,}",
        )
    ]  # fmt: skip
