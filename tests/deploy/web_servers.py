"""The real nginx and Caddy in front of a server of ours, with the configurations of deploy/."""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from commonpress.bench.web_server import configuration
from commonpress.newsroom.redirects import ASK_FOR_MORE
from tests.databases import ROOT

NGINX = ROOT / "deploy" / "nginx.conf"
CADDY = ROOT / "deploy" / "Caddyfile"

AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_rlimit_nofile 1024;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/commonpress.conf;
}}
"""


def find(program: str, package: str) -> str:
    """Return the path of a program, installed first where that is the machine's own way (Debian, root)."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    found = shutil.which(program, path=places)
    if found is None and os.getuid() == 0 and shutil.which("apt-get"):
        wait = ["-o", "DPkg::Lock::Timeout=300"]
        subprocess.run(["apt-get", *wait, "update", "-qq"], check=False)
        subprocess.run(
            ["apt-get", *wait, "install", "-y", "-qq", "--no-install-recommends", package],
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
        )
        found = shutil.which(program, path=places)
    assert found, f"There is no {program} here. Install it (apt-get install {package}) and run the test again."
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def caddyfile(front: Path, ours: int, port: int) -> str:
    """Return deploy/Caddyfile without TLS, on a port of its own, for our server on port `ours`."""
    text = CADDY.read_text()
    text = text.replace("{\n\tservers {", "{\n\tadmin off\n\tauto_https off\n\tservers {", 1)
    text = text.replace(":443 {\n\trespond 421\n}\n", "")
    text = text.replace("\nhttp:// {", f"\nhttp://:{port} {{").replace(
        "\npaper.example {", f"\nhttp://paper.example:{port} {{"
    )
    return text.replace("127.0.0.1:8000", f"127.0.0.1:{ours}").replace("/srv/commonpress/front", str(front))


class WebServer:
    """nginx or Caddy with the configuration of deploy/, in front of our server on port `ours`."""

    def __init__(self, folder: Path, front: Path, ours: int) -> None:
        self.port = free_port()
        self.folder = folder
        self.log = folder / "error.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(front, ours), stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)}
            )
        for _ in range(400):
            assert self.process.poll() is None, self.log.read_text()
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"It does not listen: {self.log.read_text()}")

    def command(self, front: Path, ours: int) -> list[str | Path]:
        raise NotImplementedError

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class Nginx(WebServer):
    def command(self, front: Path, ours: int) -> list[str | Path]:
        (self.folder / "commonpress.conf").write_text(configuration(front, ours, self.port))
        (self.folder / "nginx.conf").write_text(AROUND.format(folder=self.folder))
        program = find("nginx", "nginx-light")
        return [program, "-c", self.folder / "nginx.conf", "-e", self.log, "-p", self.folder]


class Caddy(WebServer):
    def command(self, front: Path, ours: int) -> list[str | Path]:
        (self.folder / "Caddyfile").write_text(caddyfile(front, ours, self.port))
        return [find("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", self.folder / "Caddyfile"]


def words_of(text: str) -> set[tuple[str, ...]]:
    """Return the lists of words in queries that a configuration passes on."""
    return {tuple(each.split("|")) for each in re.findall(r"\((?:\?:)?(p\|[a-z_|]+)\)", text)}


ASKED = {tuple(ASK_FOR_MORE)}
