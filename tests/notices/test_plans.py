"""Each list of follows and notices is read through the index made for it. The database's own plan says so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from commonpress.notices.models import Follow, Notice, Pace, Subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ROWS = 4000
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def many():
    """Four thousand subscribers: all follow one thing, a few another; each has been told, and a few wait to be."""
    subscribers = Subscriber.objects.bulk_create(
        [Subscriber(email=f"s{n}@readers.example") for n in range(ROWS)], batch_size=200
    )
    follows = []
    for number, subscriber in enumerate(subscribers):
        follows.append(Follow(subscriber=subscriber, topic="thing:1:all", about="thing:1", confirmed_at=NOW))
        other = f"thing:{number % 400 + 2}"
        follows.append(
            Follow(
                subscriber=subscriber,
                topic=f"{other}:all",
                about=other,
                pace=Pace.DAILY,
                asked_by=f"g:{number}" if number % 2 else "",
                confirmed_at=NOW if number % 100 else None,
            )
        )
    Follow.objects.bulk_create(follows, batch_size=200)
    Notice.objects.bulk_create(
        [
            Notice(
                subscriber=subscriber,
                event=f"event:{number}",
                topic="thing:1:all",
                due_at=NOW + timedelta(days=number % 1000),
            )
            for number, subscriber in enumerate(subscribers)
        ],
        batch_size=200,
    )
    with connection.cursor() as cursor:
        for table in ("notices_follow", "notices_notice", "notices_subscriber"):
            cursor.execute(f"ANALYZE {table}")


def plan_of(queryset):
    command = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        sql, params = queryset.query.sql_with_params()
        cursor.execute(f"{command} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def lists():
    confirmed = Follow.objects.filter(confirmed_at__isnull=False)
    return {
        "follow_confirmed": confirmed.filter(topic="thing:7:all", subscriber_id__gt=1000).order_by("subscriber_id")[
            :100
        ],
        "follow_about": confirmed.filter(about="thing:7")[:1],
        "one_follow_per_topic": Follow.objects.filter(subscriber=1234),
        "follow_by_asker": Follow.objects.filter(asked_by="g:7"),
        "follow_unconfirmed": Follow.objects.filter(confirmed_at=None, asked_at__lt=NOW),
        "one_notice_per_subscriber_and_event": Notice.objects.filter(event="event:7", subscriber__in=[5, 6, 7, 8]),
        "notice_due": Notice.objects.filter(letter=None, due_at__lte=NOW),
    }


@pytest.mark.parametrize("index", lists())
def test_each_list_is_read_by_its_index_and_not_sorted(many, index):
    plan = plan_of(lists()[index])

    # SQLite calls an index it made for a constraint by a name of its own.
    assert index in plan or (index.startswith("one_") and "autoindex" in plan)
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan
    # PostgreSQL would rather sort ten rows than walk an index for them.
    assert "TEMP B-TREE" not in plan
