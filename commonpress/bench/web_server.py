"""A page's files through nginx as deploy/nginx.conf has it, beside an nginx that does nothing but send that file.

Both open the file for each reader, as nginx does by itself. One that holds files open is measured too: ours may not,
since it would go on sending what was taken away.
"""

import re
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commonpress.bench import peers, processes
from commonpress.bench.processes import on_its_own_core
from commonpress.bench.rows import Row
from commonpress.bench.server import Unfit

DEPLOYED = Path(__file__).resolve().parent.parent.parent / "deploy" / "nginx.conf"
HOST = "paper.example"
MEASURE = "files through deploy/nginx.conf: plain nginx's CPU ÷ its"
ROUNDS = 7
SECONDS = 2
AROUND = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 100000000;
  sendfile on;
  tcp_nopush on;
  include {folder}/commonpress.conf;
}}
"""


def measure(path: str, page: bytes, compressed: bytes) -> list[Row]:
    """Return the row of a page as the web server in front sends it. Raises Unfit when it sends something else."""
    if not DEPLOYED.exists():
        return [Row(measure=MEASURE, value=0, unit="x", context="not measured: deploy/ is not beside the code")]
    try:
        with (
            tempfile.TemporaryDirectory(prefix="commonpress-nginx-") as scratch,
            deployed(Path(scratch) / "deployed", path, page, compressed) as (process, address),
            on_its_own_core(process),
            peers.nginx(Path(scratch) / "plain", page, compressed, holds_files_open=False) as (plain, static),
            on_its_own_core(plain),
            peers.nginx(Path(scratch) / "open", page, compressed) as (holding, held),
            on_its_own_core(holding),
        ):
            rounds = [(cpu_us(plain, static), cpu_us(process, address), cpu_us(holding, held)) for _ in range(ROUNDS)]
    except peers.Missing as missing:
        return [Row(measure=MEASURE, value=0, unit="x", context=f"not measured: {missing}")]
    plain_us, deployed_us, holding_us = (statistics.median(column) for column in zip(*rounds, strict=True))
    return [
        Row(
            measure=MEASURE,
            value=statistics.median(each[0] / each[1] for each in rounds),
            unit="x", better="more", goal=1.0, floor=0.85,
            context=f"{deployed_us:.1f} µs against {plain_us:.1f}, and {holding_us:.1f} by one that holds its files open; "
            f"{ROUNDS} rounds of {SECONDS} s by turns",
        )
    ]  # fmt: skip


def cpu_us(process: int, address: str) -> float:
    before = processes.cpu_seconds(process)
    load = peers.ask(address, seconds=SECONDS, Host=HOST)
    if load.wrong:
        raise Unfit(f"{load.wrong} of {load.answers} answers of nginx were no pages.")
    return (processes.cpu_seconds(process) - before) * 1e6 / load.answers


@contextmanager
def deployed(folder: Path, path: str, page: bytes, compressed: bytes) -> Iterator[tuple[int, str]]:
    """Serve a page as prerender/front.py puts it there; yields nginx's process and the page's address."""
    port = peers.free_port()
    place = folder / "front" / "pages" / path.strip("/")
    place.mkdir(parents=True)
    (place / "index.html").write_bytes(page)
    (place / "index.html.gz").write_bytes(compressed)
    # Nothing listens where Commonpress would: an answer that is no file is an error, and counted as one.
    (folder / "commonpress.conf").write_text(configuration(folder / "front", peers.free_port(), port))
    with peers.run_nginx(folder, AROUND.format(folder=folder)) as process:
        yield process, f"http://127.0.0.1:{port}{path}"


def configuration(front: Path, ours: int, port: int) -> str:
    """Return deploy/nginx.conf without TLS, on a port of its own, for our server on port `ours`."""
    text = DEPLOYED.read_text()
    # The one that leads from http to https has nothing to lead to here.
    text = re.sub(r"server \{[^}]*return 301[^}]*\}", "", text)
    text = re.sub(r"^ +(?:ssl_\w+|listen \[::\]:\d+|listen 80 default_server).*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"listen 443 ssl( default_server)?[^;]*;", rf"listen 127.0.0.1:{port}\1;", text)
    return text.replace("127.0.0.1:8000", f"127.0.0.1:{ours}").replace("/srv/commonpress/front", str(front))
