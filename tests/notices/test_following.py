"""Asking to be told, confirming it, and stopping it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from commonpress.notices import following, schedules, topics
from commonpress.notices.following import (
    MOST_FOLLOWS,
    MOST_UNANSWERED,
    MOST_WAITING,
    FollowsTooMuch,
    confirm,
    follow,
    forget_asker,
    leave_alone,
    stop,
)
from commonpress.notices.models import Follow, Letter, Notice, Pace, Subscriber
from commonpress.notices.schedules import ask_again_what_waits, forget_what_nobody_confirmed
from commonpress.notices.subscribers import subscriber_at, subscriber_of
from commonpress.notices.tell import send_letter
from commonpress.notices.telling import tell_followers
from commonpress.notices.topics import Described
from tests.factories.accounts import make_person
from tests.factories.notices import SubscriberFactory, follower

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Things:
    """Topics of no package: each is called by its name, and nothing is told of it. `gone` are those nobody sees now."""

    def __init__(self):
        self.gone = set()

    def describe(self, topics):
        return {name: Described(f"The {name}", f"/{name}/", "all of it") for name in topics if name not in self.gone}

    def may_tell(self, subscriber, notices):
        return []

    def tell(self, subscriber, notices):
        return {}


@pytest.fixture(autouse=True)
def things(monkeypatch):
    things = Things()
    monkeypatch.setitem(topics._tellers, "thing", things)
    return things


def ask(email, name="thing:1", **more):
    follow(subscriber_at(email), topic=name, about=name, pace=Pace.NOW, **more)


def ask_two_on_one_day(email, moment=NOON):
    """Ask for two things, of which one waits for the next day's question."""
    with time_machine.travel(moment, tick=False):
        ask(email, "thing:1")
    with time_machine.travel(moment + timedelta(minutes=30), tick=False):
        ask(email, "thing:2")


def questions():
    return Letter.objects.filter(kind="confirm_follow")


def test_an_address_anybody_may_have_typed_is_asked_first_and_follows_nothing_yet():
    ask("ada@readers.example")

    assert Follow.objects.get().confirmed_at is None
    assert questions().get().to == "ada@readers.example"
    assert "The thing:1 (all of it)" in questions().get().text


def test_a_proven_owner_follows_at_once_and_is_asked_nothing():
    ask("ada@readers.example", is_proven=True)

    assert Follow.objects.get().confirmed_at is not None
    assert not questions().exists()


def test_one_address_in_capitals_and_without_is_one():
    ask("Ada@Readers.example")
    ask("ada@readers.example")

    assert (Subscriber.objects.count(), Follow.objects.count(), questions().count()) == (1, 1, 1)


def test_an_address_is_asked_once_a_day_whatever_is_asked_for_it():
    asked = []

    for hours in (0, 1, 23, 24, 25):
        with time_machine.travel(NOON + hours * HOUR, tick=False):
            ask("ada@readers.example", f"thing:{hours}")
            asked.append(questions().count())

    assert asked == [1, 1, 1, 2, 2]


def test_after_three_questions_without_an_answer_an_address_is_left_in_peace_for_a_month():
    asked = []

    for day in (0, 2, 4, 6, 20, 35):
        with time_machine.travel(NOON + day * DAY, tick=False):
            ask("ada@readers.example", f"thing:{day}")
            asked.append(questions().count())

    assert asked == [1, 2, 3, 3, 3, 4]


def test_what_was_asked_for_after_the_days_question_is_asked_on_the_next_day():
    with time_machine.travel(NOON, tick=False):
        ask("ada@readers.example", "thing:1")
    with time_machine.travel(NOON + HOUR, tick=False):
        ask("ada@readers.example", "thing:2")
        ask_again_what_waits.func()
    with time_machine.travel(NOON + DAY, tick=False):
        ask_again_what_waits.func()
        ask_again_what_waits.func()

    assert [letter.text.count("The thing:2") for letter in questions().order_by("pk")] == [0, 1]


def test_a_question_whose_letter_cannot_be_written_is_asked_again(monkeypatch):
    ask_two_on_one_day("ada@readers.example")

    def fail(*args, **kwargs):
        raise OSError

    with time_machine.travel(NOON + DAY, tick=False):
        monkeypatch.setattr(following, "send_letter", fail)
        with pytest.raises(OSError):
            ask_again_what_waits.func()
        monkeypatch.undo()
        monkeypatch.setitem(topics._tellers, "thing", Things())
        ask_again_what_waits.func()

    assert questions().count() == 2


def test_nobody_is_asked_to_confirm_what_readers_cannot_see_any_more(things):
    ask_two_on_one_day("ada@readers.example")
    things.gone = {"thing:1", "thing:2"}

    with time_machine.travel(NOON + DAY, tick=False):
        ask_again_what_waits.func()
        withdrawn = questions().count()
        things.gone = set()
        ask_again_what_waits.func()

    assert (withdrawn, questions().count()) == (1, 2)


def test_addresses_that_may_not_be_asked_take_no_place_from_those_that_may(monkeypatch):
    monkeypatch.setattr(schedules, "QUESTIONS", 1)
    ask_two_on_one_day("in-peace@readers.example")
    Subscriber.objects.update(unanswered=MOST_UNANSWERED)
    ask_two_on_one_day("later@readers.example", NOON + HOUR)
    ask_two_on_one_day("first@readers.example")
    Letter.objects.all().delete()

    with time_machine.travel(NOON + 2 * DAY, tick=False):
        for _hour in range(3):
            ask_again_what_waits.func()

    assert [letter.to for letter in questions().order_by("pk")] == ["first@readers.example", "later@readers.example"]


def test_only_what_is_ticked_is_confirmed_and_the_rest_is_dropped():
    ask("ada@readers.example", "thing:1")
    ask("ada@readers.example", "thing:2")
    ada = Subscriber.objects.get()

    confirm(ada, [Follow.objects.get(topic="thing:2").pk], by="")

    assert list(Follow.objects.values_list("topic", flat=True)) == ["thing:2"]
    assert Follow.objects.get().confirmed_at is not None


def test_nobody_confirms_what_was_asked_for_another_address():
    ask("ada@readers.example")
    bo = SubscriberFactory()

    confirm(bo, [Follow.objects.get().pk], by="")

    assert Follow.objects.get().confirmed_at is None


def test_who_confirmed_in_the_browser_that_asked_is_not_asked_again_there():
    ask("ada@readers.example", "thing:1", asked_by="g:1")
    confirm(Subscriber.objects.get(), [Follow.objects.get().pk], by="g:1")

    ask("ada@readers.example", "thing:2", asked_by="g:1")
    ask("ada@readers.example", "thing:3", asked_by="g:2")

    confirmed = Follow.objects.filter(confirmed_at__isnull=False).order_by("topic")
    assert list(confirmed.values_list("topic", flat=True)) == ["thing:1", "thing:2"]


def test_a_letter_confirmed_elsewhere_lets_nobody_ask_for_more():
    ask("ada@readers.example", "thing:1", asked_by="g:666")
    confirm(Subscriber.objects.get(), [Follow.objects.get().pk], by="g:1")

    ask("ada@readers.example", "thing:2", asked_by="g:666")

    assert Follow.objects.get(topic="thing:2").confirmed_at is None


def test_a_stranger_changes_nothing_about_what_somebody_follows():
    ada = follower("thing:1", email="ada@readers.example", pace=Pace.DAILY)

    ask("ada@readers.example", "thing:1", asked_by="g:666")

    mine = Follow.objects.get(subscriber=ada)
    assert (mine.pace, mine.asked_by, questions().count()) == (Pace.DAILY, "", 0)


def test_an_address_that_is_to_be_left_alone_is_asked_nothing_but_its_owner_may_follow():
    ask("ada@readers.example")
    leave_alone(Subscriber.objects.get())
    Subscriber.objects.update(asked_at=None)

    ask("ada@readers.example", "thing:2")
    assert (Follow.objects.count(), questions().count()) == (0, 1)

    person = make_person("ada@readers.example")
    follow(subscriber_of(person.pk, person.email), topic="thing:3", about="thing:3", pace=Pace.NOW, is_proven=True)
    assert Follow.objects.get().confirmed_at is not None
    assert Subscriber.objects.get().is_left_alone is False


def test_a_person_who_was_to_be_left_alone_and_follows_again_is_written_to():
    person = make_person("ada@readers.example")
    ada = subscriber_of(person.pk, person.email)
    leave_alone(ada)
    Subscriber.objects.update(refused=2)

    ask("ada@readers.example", "thing:1", asked_by="g:666")
    assert not Follow.objects.exists()
    assert Subscriber.objects.get().is_left_alone
    ask("ada@readers.example", "thing:2", is_proven=True)

    assert Follow.objects.get().topic == "thing:2"
    ada.refresh_from_db()
    assert (ada.is_left_alone, ada.refused) == (False, 0)


def test_a_stranger_cannot_fill_the_list_of_an_address():
    for number in range(MOST_WAITING + 3):
        ask("ada@readers.example", f"thing:{number}")

    assert Follow.objects.count() == MOST_WAITING


def test_an_owner_of_many_follows_is_told_that_it_is_too_much_and_a_stranger_is_not():
    ada = follower("thing:0", email="ada@readers.example")
    Follow.objects.bulk_create(
        Follow(subscriber=ada, topic=f"thing:{n}", about=f"thing:{n}", confirmed_at=NOON)
        for n in range(1, MOST_FOLLOWS)
    )

    ask("ada@readers.example", "thing:new")
    with pytest.raises(FollowsTooMuch):
        ask("ada@readers.example", "thing:new", is_proven=True)

    assert Follow.objects.count() == MOST_FOLLOWS


def test_what_nobody_confirms_lapses_after_three_days_and_the_address_after_a_month():
    with time_machine.travel(NOON, tick=False):
        ask("ada@readers.example")
        bo = follower("thing:1", email="bo@readers.example")
    seen = []

    for day in (2, 4, 31):
        with time_machine.travel(NOON + day * DAY, tick=False):
            forget_what_nobody_confirmed.func()
            seen.append((Follow.objects.count(), Subscriber.objects.count()))

    assert seen == [(2, 2), (1, 2), (1, 1)]
    assert Subscriber.objects.get() == bo


def test_stopping_one_leaves_the_others_and_takes_back_what_was_not_sent_yet():
    ada = follower("thing:1", email="ada@readers.example")
    follower("thing:2", email="ada@readers.example", pace=Pace.DAILY)
    tell_followers.func("event:1", ["thing:1"], [])
    tell_followers.func("event:2", ["thing:2"], [])

    assert stop(ada, topic="thing:1") == 1

    assert list(Follow.objects.values_list("topic", flat=True)) == ["thing:2"]
    assert list(Notice.objects.values_list("event", flat=True)) == ["event:2"]


def test_stopping_is_only_ones_own():
    ada, bo = follower("thing:1"), follower("thing:1")

    stop(ada)

    assert Follow.objects.get().subscriber == bo


def test_what_a_guest_asked_for_is_forgotten_with_the_guest():
    follower("thing:1", email="ada@readers.example", asked_by="g:1")
    bo = follower("thing:2", email="bo@readers.example", asked_by="g:1")
    follower("thing:3", email="bo@readers.example")

    forget_asker("g:1")

    assert list(Follow.objects.values_list("topic", flat=True)) == ["thing:3"]
    assert Subscriber.objects.get() == bo
    assert not Letter.objects.filter(to="ada@readers.example").exists()


def test_forgetting_a_guest_takes_no_letter_and_no_peace_from_an_address_that_they_typed():
    with time_machine.travel(NOON, tick=False):
        ask("victim@readers.example", asked_by="g:666")
        send_letter("victim@readers.example", "accounts/password_set", {}, once="password-set:1")

        forget_asker("g:666")
        ask("victim@readers.example", asked_by="g:667")

    assert Letter.objects.get().once_key == "password-set:1"
    assert list(Follow.objects.values_list("asked_by", flat=True)) == ["g:667"]
    with time_machine.travel(NOON + 32 * DAY, tick=False):
        forget_what_nobody_confirmed.func()
    assert not Subscriber.objects.exists()


def test_an_address_that_a_guest_confirmed_in_their_browser_is_forgotten_with_them():
    ask("ada@readers.example", asked_by="g:1")
    confirm(Subscriber.objects.get(), [Follow.objects.get().pk], by="g:1")

    forget_asker("g:1")

    assert not Subscriber.objects.exists()
    assert not Letter.objects.exists()


def test_an_address_becomes_a_persons_with_all_that_it_follows():
    person = make_person("ada@readers.example")
    guest = follower("thing:1", email="ada@readers.example")

    mine = subscriber_of(person.pk, "Ada@readers.example")

    assert (mine, mine.person) == (guest, person)
    assert subscriber_of(person.pk, "ada@readers.example") == guest


def test_a_person_who_changes_their_address_takes_along_what_they_follow_at_either():
    person = make_person("ada@readers.example")
    mine = subscriber_of(person.pk, "ada@readers.example")
    for name in ("thing:1", "thing:2"):
        follow(mine, topic=name, about=name, pace=Pace.DAILY, is_proven=True)
    other = follower("thing:2", email="new@readers.example")
    follower("thing:3", email="new@readers.example")
    tell_followers.func("event:1", ["thing:2"], [])

    moved = subscriber_of(person.pk, "new@readers.example")

    assert (moved, moved.email) == (mine, "new@readers.example")
    assert not Subscriber.objects.filter(pk=other.pk).exists()
    assert sorted(moved.follows.values_list("topic", flat=True)) == ["thing:1", "thing:2", "thing:3"]
    assert list(moved.notices.values_list("event", flat=True)) == ["event:1"]


@pytest.mark.parametrize("of_their_own", [[], ["thing:2"]])
def test_whoever_has_an_address_now_does_not_get_what_its_last_owner_followed(of_their_own):
    ada, bo = make_person("ada@readers.example"), make_person("bo@readers.example")
    mine = subscriber_of(ada.pk, "shared@readers.example")
    follow(mine, topic="thing:1", about="thing:1", pace=Pace.NOW, is_proven=True)
    for name in of_their_own:
        follow(subscriber_of(bo.pk, bo.email), topic=name, about=name, pace=Pace.NOW, is_proven=True)

    theirs = subscriber_of(bo.pk, "shared@readers.example")

    assert (theirs.person, theirs.email) == (bo, "shared@readers.example")
    assert [one.topic for one in theirs.follows.all()] == of_their_own
    assert theirs.public_id != mine.public_id
