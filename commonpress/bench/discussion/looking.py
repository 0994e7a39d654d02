"""Reads a paper's thread as its pages do, without any page being kept, and prints what that costs as JSON.

Run in a process that has the paper for its own: python -m commonpress.bench.discussion.looking ROUNDS
"""

import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

DEEP_PAGE = 10_000


def look(rounds: int) -> dict[str, Any]:
    from django.core.wsgi import get_wsgi_application

    from commonpress.bench import calibration
    from commonpress.discussion.drawing import place_of
    from commonpress.discussion.models import Thread
    from commonpress.discussion.queries import Sort
    from commonpress.discussion.templatetags.discussion import draw_first_comments

    page = Thread.objects.get().page.specific
    place, handler, cpu = place_of(page), get_wsgi_application(), Cpu()
    found: dict[str, Any] = {"loop": calibration.python_loop_seconds(), "sorts": {}}
    for sort in Sort:
        draw = partial(draw_first_comments, place, sort)
        cold = cpu.ms_of(draw)
        asked = queries_of(draw)
        found["sorts"][sort.value] = {
            "cold": cold,
            "cpu": median(cpu, draw, rounds),
            "queries": len(asked),
            "sql": median(cpu, partial(ask_again, asked), rounds),
            "comments": draw().count('class="comment__body"'),
            "page": median(cpu, partial(get, handler, f"{page.path_here}comments/{sort}/"), max(3, rounds // 4)),
        }
    path, number = deep_page(page)
    found["deep"] = {"cpu": median(cpu, partial(get, handler, path), rounds), "page": number}
    permalink = f"/c/{deepest(page.pk)}/"
    found["permalink"] = {"cpu": median(cpu, partial(get, handler, permalink), rounds)}
    return found


class Cpu:
    """Measures what this process and, on PostgreSQL, its backend have used."""

    def __init__(self) -> None:
        from django.db import connection

        self.backend: Path | None = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def ms(self) -> float:
        beyond = int(self.backend.read_text().split()[0]) / 1e6 if self.backend else 0
        return time.process_time() * 1000 + beyond

    def ms_of(self, act: Callable[[], Any]) -> float:
        before = self.ms()
        act()
        return self.ms() - before


def median(cpu: Cpu, act: Callable[[], Any], rounds: int) -> float:
    act()
    return statistics.median(cpu.ms_of(act) for _ in range(rounds))


def queries_of(act: Callable[[], Any]) -> list[tuple[str, Any]]:
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        asked.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        act()
    return asked


def ask_again(asked: list[tuple[str, Any]]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for sql, values in asked:
            cursor.execute(sql, values)
            cursor.fetchall()


def get(handler: Any, path: str) -> bytes:
    """Ask Django for a page as a stranger does; nothing keeps it."""
    answered: list[str] = []
    request = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "HTTP_ACCEPT_ENCODING": "gzip",
    }  # fmt: skip
    answer = handler(request, lambda status, _headers, _error=None: answered.append(status))
    body = b"".join(answer)
    answer.close()
    if answered != ["200 OK"]:
        raise SystemExit(f"{path} answered {answered}")
    return body


def deep_page(page: Any) -> tuple[str, int]:
    """Return the address of the 10,000th page of the newest comments, or the last of fewer, and which one it is."""
    from commonpress.discussion import cursors, queries

    sort = queries.Sort.NEWEST
    roots = queries.roots_of(page.pk, sort)
    number = min(DEEP_PAGE, roots.count() // queries.ROOTS)
    key = roots.values_list("key_new", flat=True)[(number - 1) * queries.ROOTS - 1]
    cursor = cursors.cursor_at(cursors.key_to_text(key), of=f"{page.pk} {sort}")
    return f"{page.path_here}comments/{sort}/after/{cursor}/", number


def deepest(page_key: int) -> str:
    from commonpress.discussion.models import Comment

    middle = Comment.objects.filter(thread_id=page_key, number__gte=Comment.objects.count() // 20, depth=3)
    return str(middle.order_by("number").values_list("public_id", flat=True)[0])


if __name__ == "__main__":
    django.setup()
    print(json.dumps(look(int(sys.argv[1]))))
