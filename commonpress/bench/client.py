"""A small client that asks for one page over kept connections, in a process of its own."""

import http.client
import json
import sys
import threading
import time
from urllib.parse import urlsplit

# What Chromium sends: a server tuned for bare requests would look better than it is.
HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "en-GB,en;q=0.9",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
    "Upgrade-Insecure-Requests": "1",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
}


def ask(address: str, *, connections: int, seconds: float) -> dict[str, float]:
    """Return requests per second, p50 and p99 in ms, the requests made, and how many were not answered with 200."""
    parts = urlsplit(address)
    times: list[float] = []
    wrong: list[int] = []
    until = time.perf_counter() + seconds

    def one_connection() -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        while time.perf_counter() < until:
            began = time.perf_counter()
            status = status_of(connection, parts.path + (f"?{parts.query}" if parts.query else ""))
            times.append(time.perf_counter() - began)
            if status != http.client.OK:
                wrong.append(status)
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=one_connection) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    times.sort()
    return {
        "requests": len(times),
        "per_second": len(times) / took,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
        "wrong": len(wrong),
    }


def status_of(connection: http.client.HTTPConnection, path: str) -> int:
    """Ask once and return the status; 0 for a connection that broke. The next request opens a new one."""
    try:
        connection.request("GET", path, headers=HEADERS)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    return answer.status


if __name__ == "__main__":
    print(json.dumps(ask(sys.argv[1], connections=int(sys.argv[2]), seconds=float(sys.argv[3]))))
