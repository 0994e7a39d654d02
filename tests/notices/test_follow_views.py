"""A subscriber's own pages, reached by the links in letters."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from commonpress.notices import links, topics
from commonpress.notices.following import follow
from commonpress.notices.models import Follow, Pace, Subscriber
from commonpress.notices.subscribers import subscriber_at
from commonpress.notices.topics import Described
from tests.factories.accounts import make_person
from tests.factories.notices import follower

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Things:
    def describe(self, topics):
        return {name: Described(f"Story {name[-1]}", f"/{name}/", "all of it") for name in topics if "gone" not in name}

    def may_tell(self, subscriber, notices):
        return []

    def tell(self, subscriber, notices):
        return {}


@pytest.fixture(autouse=True)
def things(monkeypatch):
    from django.core.cache import cache

    cache.clear()
    monkeypatch.setitem(topics._tellers, "thing", Things())


@pytest.fixture
def reader() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def path_of(address: str) -> str:
    return address.removeprefix("http://localhost:8000")


@pytest.fixture
def ada() -> Subscriber:
    follower("thing:1", email="ada@readers.example")
    return follower("thing:2", email="ada@readers.example")


def asked(name="thing:1") -> Subscriber:
    follow(subscriber_at("ada@readers.example"), topic=name, about=name, pace=Pace.NOW)
    return Subscriber.objects.get()


def test_the_link_in_a_letter_shows_what_one_follows_and_only_the_end_of_the_address(reader, ada):
    follower("thing:3")

    answer = reader.get(path_of(links.manage(ada)))

    html = answer.content.decode()
    assert "Story 1" in html
    assert "Story 2" in html
    assert "Story 3" not in html
    assert "a…@readers.example" in html
    assert "ada@" not in html
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies or "csrf" in answer.cookies


def test_a_pace_is_changed_one_follow_is_stopped_and_all_are(reader, ada):
    address = path_of(links.manage(ada))
    first, second = Follow.objects.order_by("topic")
    seen = []

    for form in (
        {"follow": first.pk, "then": "pace", "pace": "daily"},
        {"follow": first.pk, "then": "pace", "pace": "never"},
        {"follow": second.pk, "then": "stop"},
        {"follow": "1 or 1", "then": "stop"},
        {"then": "stop-all"},
    ):
        assert reader.post(address, form)["Location"] == address
        seen.append(sorted(Follow.objects.values_list("topic", "pace")))

    assert seen == [
        [("thing:1", "daily"), ("thing:2", "now")],
        [("thing:1", "daily"), ("thing:2", "now")],
        [("thing:1", "daily")],
        [("thing:1", "daily")],
        [],
    ]


def test_nobody_changes_what_somebody_else_follows(reader, ada):
    other = follower("thing:3")

    reader.post(path_of(links.manage(other)), {"follow": Follow.objects.get(topic="thing:1").pk, "then": "stop"})

    assert Follow.objects.count() == 3


@pytest.mark.parametrize(
    "change",
    [lambda token: token[:-1], lambda token: "x" + token, lambda _token: "x", lambda token: token.split("~")[0]],
)
@pytest.mark.parametrize("purpose", ["manage", "confirm", "stop"])
def test_an_address_we_did_not_make_leads_nowhere(reader, ada, purpose, change):
    token = path_of(getattr(links, purpose)(ada)).rstrip("/").rpartition("/")[2]
    place = {"manage": "/-/follows/", "confirm": "/-/follows/confirm/", "stop": "/-/follows/stop/"}[purpose]

    for send in (reader.get, reader.post):
        assert send(f"{place}{change(token)}/").status_code == 404
    assert Follow.objects.count() == 2


def test_a_link_opens_only_what_it_was_made_for(reader, ada):
    stop = path_of(links.stop(ada)).rstrip("/").rpartition("/")[2]

    assert reader.get(f"/-/follows/{stop}/").status_code == 404
    assert reader.get(f"/-/follows/confirm/{stop}/").status_code == 404


def test_looking_confirms_nothing_and_the_button_does(reader):
    subscriber = asked()
    address = path_of(links.confirm(subscriber))

    looked = reader.get(address)
    assert "Story 1" in looked.content.decode()
    assert Follow.objects.get().confirmed_at is None

    pressed = reader.post(address, {"follow": Follow.objects.get().pk, "then": "confirm"})
    assert "Confirmed." in pressed.content.decode()
    assert Follow.objects.get().confirmed_at is not None
    assert "Nothing waits" in reader.get(address).content.decode()


def test_a_question_can_be_answered_for_a_month(reader):
    with time_machine.travel(NOON, tick=False):
        address = path_of(links.confirm(asked()))
    answers = []

    for days in (29, 31):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            answers.append(reader.get(address).status_code)

    assert answers == [200, 404]


def test_a_letter_stops_what_it_is_about_for_years(reader, ada):
    with time_machine.travel(NOON, tick=False):
        address = path_of(links.stop(ada))

    with time_machine.travel(NOON + timedelta(days=2000), tick=False):
        reader.post(address)

    assert not Follow.objects.exists()


def test_never_write_to_this_address(reader):
    subscriber = asked()

    answer = reader.post(path_of(links.confirm(subscriber)), {"then": "never"})

    assert "any more, whoever types it" in answer.content.decode()
    assert (Follow.objects.count(), Subscriber.objects.get().is_left_alone) == (0, True)


def test_stopping_by_the_link_asks_with_a_button_first(reader, ada):
    address = path_of(links.stop(ada, "thing:1"))

    assert "Stop them" in reader.get(address).content.decode()
    assert Follow.objects.count() == 2

    assert "Stopped." in reader.post(address).content.decode()
    assert Follow.objects.get().topic == "thing:2"
    assert "We do not write to you about this." in reader.get(address).content.decode()


def test_a_mail_providers_one_click_needs_no_cookie_no_token_and_no_origin_and_may_come_twice(ada):
    provider = Client(enforce_csrf_checks=True)

    answers = [
        provider.post(
            path_of(links.stop(ada)), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        ).status_code
        for _twice in range(2)
    ]

    assert answers == [200, 200]
    assert not Follow.objects.exists()


def test_the_other_buttons_do_need_a_page_of_ours(ada):
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.post(path_of(links.manage(ada)), {"then": "stop-all"}).status_code == 403
    assert (
        Client(headers={"sec-fetch-site": "cross-site"}, enforce_csrf_checks=True)
        .post(path_of(links.confirm(ada)), {"then": "never"})
        .status_code
        == 403
    )
    assert Follow.objects.count() == 2


def test_what_cannot_be_read_now_is_listed_without_its_name(reader):
    ada = follower("thing:gone", email="ada@readers.example")

    html = reader.get(path_of(links.manage(ada))).content.decode()

    assert "A story that cannot be read now" in html


def test_a_person_finds_the_same_page_at_their_account():
    person = make_person("ada@readers.example")
    follower("thing:1", email="ada@readers.example")
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(person)

    assert "/accounts/follows/" in client.get("/accounts/").content.decode()
    assert "Story 1" in client.get("/accounts/follows/").content.decode()
    assert client.post("/accounts/follows/", {"then": "stop-all"}).status_code == 302
    assert not Follow.objects.exists()
    assert "You follow nothing" in client.get("/accounts/follows/").content.decode()


def test_strangers_are_led_to_sign_in(reader):
    assert reader.get("/accounts/follows/")["Location"].startswith("/accounts/login/")


def test_a_person_does_not_see_what_an_address_follows_that_they_have_not_proven():
    from tests.factories.accounts import PersonFactory

    follower("thing:1", email="ada@readers.example")
    client = Client()
    client.force_login(PersonFactory(email="ada@readers.example"))

    assert "Story 1" not in client.get("/accounts/follows/").content.decode()


def test_the_list_takes_the_same_queries_for_one_and_for_three(reader, ada):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (3, 4):
        follower(f"thing:{number}", email="ada@readers.example")
        with CaptureQueriesContext(connection) as queries:
            reader.get(path_of(links.manage(ada)))
        counts.append(len(queries))

    assert counts[0] == counts[1]
