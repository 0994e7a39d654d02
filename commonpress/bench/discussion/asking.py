"""A client that sends prepared requests over connections of their own, each after the answer to the one before.

In a process of its own: reads from stdin {"host", "port", "seconds", "connections": [[request, ...], ...]}, requests
as latin-1 text, and prints each answer: which connection and request, when sent and answered (ns), and its status.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    connection: int
    request: int
    sent: int
    came: int
    status: int


def begin(address: str, connections: list[list[str]], *, seconds: float) -> subprocess.Popen[str]:
    """Begin to send, in another process; `answers_of` has what came of it."""
    parts = urlsplit(address)
    asker = subprocess.Popen(
        [sys.executable, "-m", "commonpress.bench.discussion.asking"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert asker.stdin is not None
    told = {"host": parts.hostname, "port": parts.port, "seconds": seconds, "connections": connections}
    asker.stdin.write(json.dumps(told))
    asker.stdin.close()
    return asker


def answers_of(asker: subprocess.Popen[str]) -> list[Answer]:
    assert asker.stdout is not None
    said = asker.stdout.read()
    asker.wait()
    return [Answer(*values) for values in json.loads(said or "[]")]


def request(method: str, address: str, path: str, body: str = "", **headers: str) -> str:
    told = {"Host": urlsplit(address).netloc, "Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"}
    if body:
        told |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body.encode()))}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n" + body.encode().decode("latin-1")


def send(told: dict[str, Any]) -> list[list[int]]:
    until = time.monotonic() + told["seconds"]
    answers: list[list[int]] = []

    def one(place: int, requests: list[bytes]) -> None:
        connection = None
        for at in cycle(range(len(requests))):
            if time.monotonic() > until:
                break
            sent = time.monotonic_ns()
            try:
                connection = connection or connected(told["host"], told["port"])
                connection.sendall(requests[at])
                status, is_last = read(connection)
            except OSError:
                break
            if not status:
                break
            answers.append([place, at, sent, time.monotonic_ns(), status])
            if is_last:
                connection.close()
                connection = None
        if connection:
            connection.close()

    threads = [
        threading.Thread(target=one, args=(place, [each.encode("latin-1") for each in requests]))
        for place, requests in enumerate(told["connections"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def connected(host: str, port: int) -> socket.socket:
    connection = socket.create_connection((host, port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read(connection: socket.socket) -> tuple[int, bool]:
    """Read one answer; return its status, 0 where the server has gone, and whether it was this connection's last."""
    got = b""
    while END not in got:
        more = connection.recv(65536)
        if not more:
            return 0, True
        got += more
    head, _, body = got.partition(END)
    lines = head.lower().split(b"\r\n")
    for line in lines:
        if line.startswith(b"content-length:"):
            missing = int(line.split(b":")[1]) - len(body)
    while missing > 0:
        more = connection.recv(65536)
        if not more:
            return 0, True
        missing -= len(more)
    return int(head.split(b" ", 2)[1]), b"connection: close" in lines


if __name__ == "__main__":
    print(json.dumps(send(json.load(sys.stdin))))
