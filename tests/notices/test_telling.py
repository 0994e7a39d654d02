"""From one event to everybody who follows what it belongs to."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import time_machine
from hypothesis import strategies as st

from commonpress.notices import telling
from commonpress.notices.digest import send_digests
from commonpress.notices.models import Follow, Letter, Notice, Pace
from commonpress.notices.slots import due_at, next_morning
from commonpress.notices.telling import tell_followers
from tests.factories.accounts import make_person
from tests.factories.newsroom import make_publication
from tests.factories.notices import follower

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = datetime(2026, 3, 3, 12, 20, tzinfo=UTC)


def test_many_followers_are_told_some_at_a_time_each_once(run_jobs, monkeypatch):
    monkeypatch.setattr(telling, "A_BATCH", 3)
    everybody = [follower("thing:1:all") for _ in range(10)]
    some, posted = everybody[2:5], []
    for one in some:
        follower("thing:1:author", email=one.email)

    monkeypatch.setattr(telling, "post_notice", posted.append)
    tell_followers.enqueue("event:1", ["thing:1:author", "thing:1:all"], [])
    jobs = run_jobs()

    told = dict(Notice.objects.values_list("subscriber", "topic"))
    assert told == {one.pk: "thing:1:author" if one in some else "thing:1:all" for one in everybody}
    assert sorted(posted) == sorted(Letter.objects.values_list("pk", flat=True))
    assert jobs > 3


def test_a_batch_that_runs_twice_tells_once(monkeypatch):
    monkeypatch.setattr(telling, "A_BATCH", 3)
    for _ in range(5):
        follower("thing:1")

    for after in (0, 0):
        tell_followers.func("event:1", ["thing:1"], [], after)

    assert (Notice.objects.count(), Letter.objects.count()) == (3, 3)


def test_a_job_that_died_in_the_middle_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(telling, "A_BATCH", 2)
    for _ in range(5):
        follower("thing:1")
    posted = []

    def dies_at_the_fourth(letter_pk):
        posted.append(letter_pk)
        if len(posted) == 4:
            raise SystemExit

    monkeypatch.setattr(telling, "post_notice", dies_at_the_fourth)
    tell_followers.func("event:1", ["thing:1"], [], 0)
    last = Notice.objects.order_by("-subscriber").first().subscriber_id
    with pytest.raises(SystemExit):
        tell_followers.func("event:1", ["thing:1"], [], last)
    assert Notice.objects.count() == 2

    monkeypatch.setattr(telling, "post_notice", posted.append)
    for after in (0, last):
        tell_followers.func("event:1", ["thing:1"], [], after)

    assert Notice.objects.count() == 4


def test_who_brought_it_about_is_not_told():
    ada = make_person("ada@readers.example")
    mine = follower("thing:1", email="ada@readers.example")
    mine.person = ada
    mine.save()
    follower("thing:1", email="guest@readers.example", asked_by="g:7")
    other = follower("thing:1")

    tell_followers.func("event:1", ["thing:1"], [ada.voter_key, "g:7"])

    assert Notice.objects.get().subscriber == other


def test_what_somebody_typed_for_an_address_keeps_nothing_from_its_owner():
    ada = follower("thing:1", email="ada@readers.example")
    Follow.objects.create(subscriber=ada, topic="thing:2", about="thing:2", asked_by="g:666")

    tell_followers.func("event:1", ["thing:1"], ["g:666"])

    assert Notice.objects.get().subscriber == ada


def test_unconfirmed_follows_are_told_nothing():
    ada = follower("thing:1")
    Follow.objects.update(confirmed_at=None)

    tell_followers.func("event:1", ["thing:1"], [])

    assert not ada.notices.exists()


# Events, each with some topics, to subscribers who follow some at some pace; jobs run once, twice, in any order.
NAMES = ["thing:1:a", "thing:1:b", "thing:1:c"]
FOLLOWING = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(Pace.values))


@hypothesis.settings(max_examples=25)
@hypothesis.given(
    followings=st.lists(FOLLOWING, min_size=1, max_size=6),
    events=st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True), min_size=1, max_size=4),
    runs=st.lists(st.integers(0, 3), max_size=8),
)
def test_each_subscriber_is_told_of_each_event_once_at_the_fastest_of_their_paces(followings, events, runs):
    Notice.objects.all().delete()
    Letter.objects.all().delete()
    Follow.objects.all().delete()
    subscribers = []
    for place, wanted in enumerate(followings):
        for name, pace in wanted.items():
            subscribers.append(follower(name, email=f"s{place}@readers.example", pace=Pace(pace)))
    with time_machine.travel(NOON, tick=False):
        for number in [*range(len(events)), *(run for run in runs if run < len(events))]:
            tell_followers.func(f"event:{number}", events[number], [])

        for place, wanted in enumerate(followings):
            for number, names in enumerate(events):
                paces = [Pace(wanted[name]) for name in names if name in wanted]
                told = Notice.objects.filter(subscriber__email=f"s{place}@readers.example", event=f"event:{number}")
                fastest = [min(due_at(pace, NOON) for pace in paces)] if paces else []
                assert [notice.due_at for notice in told] == fastest

    for _twice in range(2):
        send_digests(NOON + timedelta(days=2))
    assert not Notice.objects.filter(letter=None).exists()
    digests = Letter.objects.filter(kind="digest")
    assert digests.count() == len(set(digests.values_list("to", flat=True)))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-03T05:59", "2026-03-03T07:00"),
        ("2026-03-03T07:00", "2026-03-04T07:00"),
        ("2026-03-03T23:30", "2026-03-04T07:00"),
        # The clocks go forward in the night between.
        ("2026-03-28T20:00", "2026-03-29T07:00"),
        ("2026-10-24T20:00", "2026-10-25T07:00"),
    ],
)
def test_the_morning_is_the_papers_own(now, expected):
    berlin = ZoneInfo("Europe/Berlin")
    moment = datetime.fromisoformat(now).replace(tzinfo=berlin)

    assert next_morning(moment, berlin) == datetime.fromisoformat(expected).replace(tzinfo=berlin)


def test_daily_and_hourly_know_when_they_are_due():
    make_publication(zone="America/Chicago")

    assert due_at(Pace.NOW, NOON) == NOON
    assert due_at(Pace.HOURLY, NOON) == datetime(2026, 3, 3, 13, tzinfo=UTC)
    assert due_at(Pace.DAILY, NOON) == datetime(2026, 3, 3, 13, tzinfo=UTC)
    assert due_at(Pace.DAILY, NOON + timedelta(hours=1)) == datetime(2026, 3, 4, 13, tzinfo=UTC)


def test_a_digest_is_one_letter_for_all_that_is_due_and_nothing_else(monkeypatch):
    ada = follower("thing:1", pace=Pace.HOURLY)
    follower("thing:2", email=ada.email, pace=Pace.HOURLY)
    follower("thing:3", email=ada.email, pace=Pace.DAILY)
    with time_machine.travel(NOON, tick=False):
        for number in (1, 2, 3):
            tell_followers.func(f"event:{number}", [f"thing:{number}"], [])

    written = [send_digests(NOON), send_digests(NOON + timedelta(hours=1)), send_digests(NOON + timedelta(hours=1))]

    assert written == [0, 1, 0]
    assert sorted(Letter.objects.get().notices.values_list("event", flat=True)) == ["event:1", "event:2"]
