"""Jobs and requests that arrive together, on real connections and real commits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonpress.notices import topics
from commonpress.notices.digest import write_digest
from commonpress.notices.following import follow, stop
from commonpress.notices.models import Follow, Letter, Notice, Pace, Subscriber
from commonpress.notices.subscribers import subscriber_at
from commonpress.notices.telling import tell_followers
from tests.factories.notices import follower
from tests.notices.test_following import Things
from tests.together import together

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]


def test_one_batch_done_by_many_workers_at_once_tells_each_once():
    for _ in range(20):
        follower("thing:1")

    results = together(*[lambda: tell_followers.func("event:1", ["thing:1"], []) for _worker in range(6)])

    assert not [result for result in results if isinstance(result, Exception)]
    assert (Notice.objects.count(), Letter.objects.count()) == (20, 20)


def test_one_digest_written_by_many_workers_at_once_is_one_letter():
    ada = follower("thing:1", pace=Pace.DAILY)
    for number in range(3):
        tell_followers.func(f"event:{number}", ["thing:1"], [])
    tomorrow = timezone.now() + timedelta(days=1, hours=1)

    results = together(*[lambda: write_digest(ada.pk, tomorrow) for _worker in range(6)])

    assert sorted(results) == [False] * 5 + [True]
    assert Letter.objects.get().notices.count() == 3


def test_an_address_asked_for_many_times_at_once_is_asked_once(monkeypatch):
    monkeypatch.setitem(topics._tellers, "thing", Things())

    def ask(number):
        follow(subscriber_at("ada@readers.example"), topic=f"thing:{number}", about="thing", pace=Pace.NOW)

    results = together(*[lambda number=number: ask(number) for number in range(8)])

    assert not [result for result in results if isinstance(result, Exception)]
    assert (Subscriber.objects.count(), Follow.objects.count()) == (1, 8)
    assert Letter.objects.filter(kind="confirm_follow").count() == 1


def test_who_stops_while_they_are_told_is_told_at_most_what_went_before():
    ada = follower("thing:1")

    results = together(
        *[lambda number=number: tell_followers.func(f"event:{number}", ["thing:1"], []) for number in range(4)],
        lambda: stop(ada),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert not Follow.objects.exists()
