import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from commonpress.accounts.sessions import browser_words, end_sessions
from tests.factories.accounts import PASSWORD, make_person

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


def browser(user_agent: str = FIREFOX, address: str = "203.0.113.7") -> Client:
    return Client(REMOTE_ADDR=address, headers={"user-agent": user_agent})


def sign_in(client: Client, email: str) -> None:
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (SAFARI, "Safari, iPhone"),
        (EDGE, "Edge, Windows"),
        (CHROME, "Chrome, Android"),
        ("curl/8.5.0", ""),
    ],
)
def test_a_browser_is_known_by_two_words(user_agent, words):
    assert browser_words(user_agent) == words


def test_where_a_session_was_opened_is_kept_nowhere():
    ada = make_person("ada@readers.example", password=PASSWORD)
    client = browser(SAFARI)

    sign_in(client, ada.email)

    (kept,) = UserSession.objects.values("ip", "user_agent", "data")
    assert kept == {"ip": "0.0.0.0", "user_agent": "Safari, iPhone", "data": {}}
    assert "203.0.113.7" not in str([session.get_decoded() for session in Session.objects.all()])


def test_all_sessions_of_a_person_end_and_nobody_elses():
    ada, bo = (make_person(f"{name}@readers.example", password=PASSWORD) for name in ("ada", "bo"))
    phone, laptop, elsewhere, another = browser(SAFARI), browser(), browser(), browser()
    sign_in(phone, ada.email)
    laptop.force_login(ada)
    # A sign-in that waits for its code names its person too.
    elsewhere.post("/accounts/login/", {"login": ada.email})
    sign_in(another, bo.email)

    end_sessions(ada)

    assert [client.get("/accounts/").status_code for client in (phone, laptop, another)] == [302, 302, 200]
    assert "ada@readers.example" not in str([session.get_decoded() for session in Session.objects.all()])
    assert [session.user for session in UserSession.objects.all()] == [bo]
