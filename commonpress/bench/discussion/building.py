"""Makes a paper with one story, or gives that story so many comments, as if they had been posted one by one.

Run in a process that has the paper for its own: python -m commonpress.bench.discussion.building 0, and then 1000000
"""

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import django

# Of the comments on the story itself, the first and the last come with nine others below them; between stand as many
# alone as make half of all comments.
BELOW = (0, 0, 0, 1, 3, 0, 5, 6, 0, 2)
GROUP = len(BELOW)
BARE_SHARE = 0.51
AT_ONCE = 5000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = (
    "The bridge was closed for three winters and nobody asked the people who cross it every day.",
    "Thank you for the figures. I looked them up in the council’s own report, page 12, and they are right.",
    "I disagree. A ferry would cost less, run later in the evening, and could start in spring.",
    "What has become of the plans that lay in the town hall in 1998? My grandmother has seen them. Somebody must know.",
)


def build(what: str) -> None:
    from django.core.management import call_command

    from commonpress.newsroom.models.story import Story

    if what == "migrate":
        call_command("migrate", verbosity=0)
    elif what == "0":
        call_command("migrate", verbosity=0)
        a_story()
    else:
        talk(Story.objects.get().pk, int(what))


def a_story() -> None:
    from django.utils import timezone

    from commonpress.newsroom.actions import imports
    from commonpress.newsroom.models.publication import Publication

    paper = Publication.load()
    paper.set_up_at = timezone.now()
    paper.save()
    text = "".join(f"<p>{each}</p>" for each in TEXTS)
    imports.import_story(
        title="The bridge stays closed", slug="bridge", dek="The work takes until spring.",
        body=[("paragraph", text)], state="public", public_at=BEGAN,
    )  # fmt: skip


def talk(page_key: int, comments: int) -> None:
    """Give a page without comments so many, with everything that is kept about them. recount.py agrees."""
    from django.db import connection, transaction

    from commonpress.discussion.models import Comment, Thread

    fields = columns()
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    rows = (tuple(row[name] for name in fields) for row in rows_of(page_key, comments, first))
    with transaction.atomic():
        Thread.objects.create(
            page_id=page_key,
            published_count=comments,
            comment_seq=comments,
            root_seq=roots_of(comments),
            last_comment_at=BEGAN + timedelta(seconds=comments),
        )
        insert("discussion_comment", fields, rows)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('discussion_comment', 'id'), %s)", [first + comments])
            # As its own upkeep does within minutes.
            cursor.execute("ANALYZE")


def columns() -> list[str]:
    from commonpress.discussion.models import Comment

    return [field.attname for field in Comment._meta.concrete_fields]  # noqa: SLF001 - Django's documented name


def insert(table: str, fields: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(fields)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    statement = f"INSERT INTO {table} ({', '.join(fields)}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608  our own names
    with connection.cursor() as cursor:
        while some := list(islice(rows, AT_ONCE)):
            cursor.executemany(statement, some)


def groups_of(comments: int) -> int:
    return int(comments * (1 - BARE_SHARE)) // GROUP


def roots_of(comments: int) -> int:
    return comments - groups_of(comments) * (GROUP - 1)


def rows_of(page_key: int, comments: int, first: int) -> Iterator[dict[str, Any]]:
    """Yield the values of each comment's row, the first with the key `first`."""
    chance = random.Random(4)  # noqa: S311 - the same each time
    groups, number = groups_of(comments), 0
    for place in range(roots_of(comments)):
        is_answered = place < groups // 2 or place >= roots_of(comments) - (groups - groups // 2)
        size = GROUP if is_answered else 1
        for row in group(number, place + 1, size, chance):
            yield row | {
                "thread_id": page_key,
                **{name: row[name] and first - 1 + row[name] for name in ("id", "parent_id", "root_id")},
            }
        number += size


def group(number: int, ordinal: int, size: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield a comment on the story and those below it, `size` in all, after `number` others. Keys are their numbers."""
    from django.db import connection

    from commonpress.discussion import paths
    from commonpress.discussion.models import Comment

    where = [paths.segment(ordinal)]
    children = [0] * size
    for place in range(1, size):
        over = BELOW[place]
        children[over] += 1
        where.append(where[over] + paths.segment(children[over]))
    for place in range(size):
        text = TEXTS[chance.randrange(len(TEXTS))]
        comment = Comment(
            pk=number + place + 1,
            parent_id=number + BELOW[place] + 1 if place else None,
            root_id=number + 1 if place else None,
            path=where[place],
            depth=paths.depth(where[place]),
            number=number + place + 1,
            child_seq=children[place],
            reply_count=children[place],
            descendant_count=sum(other.startswith(where[place]) for other in where) - 1,
            imported_name=f"Reader {number % 997}",
            body_source=text,
            body_html=f"<p>{text}</p>\n",
            renderer="bench",
            created_at=BEGAN + timedelta(seconds=number + place),
            # Those that are answered are agreed with, too, so that each order begins with some.
            ups_imported=chance.randrange(40) + (60 if size > 1 else 0),
            downs_imported=chance.randrange(12),
        )
        comment.set_keys()
        row = {name: getattr(comment, name) for name in columns()}
        row["created_at"] = connection.ops.adapt_datetimefield_value(comment.created_at)
        yield row


if __name__ == "__main__":
    django.setup()
    build(sys.argv[1])
