"""What we are measured against, from the system's packages: nginx to serve the same bytes, wrk to ask for them."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

from commonpress.bench.client import HEADERS

CONFIGURATION = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  default_type text/html;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 100000000;
  {open_files}
  sendfile on;
  tcp_nopush on;
  server {{ listen 127.0.0.1:{port}; root {folder}/pages; gzip_static on; }}
}}
"""


# So many browsers, each with a header of its own: what a server does once for all of one kind is not all it is asked.
VARIED = """
local requests, at = {{}}, 0
function init()
  local same = wrk.headers["{name}"] or ""
  for number = 1, 64 do
    wrk.headers["{name}"] = same .. " kind=" .. number
    requests[number] = wrk.format()
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
"""


class Missing(Exception):
    """A program that is not there and cannot be installed; the message says which."""


@dataclass(frozen=True)
class Load:
    """What wrk saw: answers, how many of them were no 200 or 304, per second, and p99 in ms."""

    answers: int
    wrong: int
    per_second: float
    p99_ms: float


def find(program: str, package: str) -> str:
    """Return a program's path; installed by apt where that is allowed. Raises Missing."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if found is None and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", package], check=False, capture_output=True)  # noqa: S603, S607 - of the system
        found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if found is None:
        raise Missing(f"{program} is not here; install it with: apt install {package}")
    return found


@contextmanager
def nginx(folder: Path, page: bytes, compressed: bytes, *, holds_files_open: bool = True) -> Iterator[tuple[int, str]]:
    """Serve a page from files as nginx does it best, or as it comes; yields its process and the address."""
    port = free_port()
    (folder / "pages").mkdir(parents=True)
    (folder / "pages" / "page.html").write_bytes(page)
    (folder / "pages" / "page.html.gz").write_bytes(compressed)
    open_files = "open_file_cache max=100;" if holds_files_open else ""
    with run_nginx(folder, CONFIGURATION.format(folder=folder, port=port, open_files=open_files)) as process:
        yield process, f"http://127.0.0.1:{port}/page.html"


@contextmanager
def run_nginx(folder: Path, configuration: str) -> Iterator[int]:
    """Run nginx on files in a folder; yields its process."""
    program = find("nginx", "nginx-light")
    # Its worker is not root and has to get there.
    for each in [folder.parent, folder, *(inside for inside in folder.rglob("*") if inside.is_dir())]:
        each.chmod(0o755)
    (folder / "nginx.conf").write_text(configuration)
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)  # noqa: S603 - found above
    try:
        time.sleep(0.5)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket(AF_INET, SOCK_STREAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def ask(address: str, *, seconds: int, varying: str = "User-Agent", **headers: str) -> Load:
    """Ask for one address over 32 kept connections, with what a browser sends; `headers` come instead or too.

    64 kinds of browsers ask in turn, which differ in the header `varying`.
    """
    wanted = HEADERS | {"Accept-Encoding": "gzip"} | headers
    flags = [part for name, value in wanted.items() for part in ("-H", f"{name}: {value}")]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(VARIED.format(name=varying))
        script.flush()
        command = [find("wrk", "wrk"), "-t1", "-c32", f"-d{seconds}s", "--latency", "-s", script.name, *flags, address]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - found above
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Load(
        answers=int(number(r"(\d+) requests in", said)),
        wrong=int(wrong[1]) if wrong else 0,
        per_second=float(number(r"Requests/sec:\s+([\d.]+)", said)),
        p99_ms=in_ms(number(r"99%\s+([\d.]+\w+)", said)),
    )


def number(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if found is None:
        raise ValueError(f"wrk did not say {pattern}: {said}")
    return found[1]


def in_ms(text: str) -> float:
    """Return wrk's "1.25ms", "310.00us" or "1.02s" in milliseconds."""
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]  # wrk's own words
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]
