import re

import pytest
import time_machine
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.cache import cache
from django.test import RequestFactory

from commonpress.accounts.again import ask_again, is_surely
from commonpress.accounts.rules import Role
from tests.factories.accounts import PASSWORD, make_person

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/again/?next=/admin/fundraising/ways/"


@pytest.fixture(autouse=True)
def _no_limits_of_others():
    cache.clear()


@pytest.fixture
def treasurer(client):
    person = make_person("", Role.TREASURER)
    client.force_login(person)
    return person


def request_of(client, person):
    request = RequestFactory().get("/admin/fundraising/ways/?page=2")
    request.user, request.session = person, client.session
    return request


def code_sent(client, run_jobs):
    assert client.post(ADDRESS).status_code == 200
    run_jobs()
    return re.search(r"^\s+([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.outbox[-1].body, re.MULTILINE)[1]


def test_a_session_alone_proves_nothing_and_the_code_in_the_mailbox_does(client, treasurer, run_jobs):
    assert not is_surely(request_of(client, treasurer))

    code = code_sent(client, run_jobs)
    answer = client.post(ADDRESS, {"code": code.lower().replace("-", " ")})

    assert mail.outbox[-1].to == [treasurer.email]
    assert (answer.status_code, answer["Location"]) == (302, "/admin/fundraising/ways/")
    assert is_surely(request_of(client, treasurer))


def test_it_is_good_for_a_moment_and_not_when_the_clock_goes_back(client, treasurer, run_jobs):
    with time_machine.travel("2026-11-04 12:00Z", tick=False) as clock:
        client.force_login(treasurer)
        client.post(ADDRESS, {"code": code_sent(client, run_jobs)})
        proved = []
        for seconds in (0, 299, 300, -1):
            clock.move_to(
                f"2026-11-04 12:{seconds // 60:02}:{seconds % 60:02}Z" if seconds >= 0 else "2026-11-04 11:59Z"
            )
            proved.append(is_surely(request_of(client, treasurer)))

    assert proved == [True, True, False, False]


def test_a_code_is_used_once(client, treasurer, run_jobs):
    code = code_sent(client, run_jobs)
    client.post(ADDRESS, {"code": code})

    assert client.post(ADDRESS, {"code": code}).status_code == 422


def test_a_code_is_over_after_five_minutes_and_with_the_next_one(client, treasurer, run_jobs):
    with time_machine.travel("2026-11-04 12:00Z", tick=False) as clock:
        client.force_login(treasurer)
        first = code_sent(client, run_jobs)
        second = code_sent(client, run_jobs)
        statuses = [client.post(ADDRESS, {"code": first}).status_code]
        clock.shift(301)
        statuses.append(client.post(ADDRESS, {"code": second}).status_code)

    assert statuses == [422, 422]


def test_three_wrong_codes_end_the_right_one_and_guessing_has_to_wait(client, treasurer, run_jobs):
    code = code_sent(client, run_jobs)

    statuses = [client.post(ADDRESS, {"code": f"WRNG-000{number}"}).status_code for number in range(3)]
    statuses.append(client.post(ADDRESS, {"code": code}).status_code)
    statuses += [client.post(ADDRESS, {"code": "WRNG-0000"}).status_code for _guess in range(7)]

    assert statuses == [422] * 10 + [429]
    assert not is_surely(request_of(client, treasurer))


def test_nobody_is_led_to_another_site(client, treasurer, run_jobs):
    for onward in ("https://evil.example/", "//evil.example/", ""):
        code = code_sent(client, run_jobs)
        answer = client.post(f"/accounts/again/?next={onward}", {"code": code})
        assert answer["Location"] == "/accounts/"


def test_who_has_a_password_is_asked_for_it_instead(client, treasurer):
    with_password = make_person("", Role.TREASURER, password=PASSWORD)

    with pytest.raises(ReauthenticationRequired):
        ask_again(request_of(client, with_password))

    assert ask_again(request_of(client, treasurer))["Location"] == (
        "/accounts/again/?next=%2Fadmin%2Ffundraising%2Fways%2F%3Fpage%3D2"
    )


def test_strangers_have_proved_nothing(client):
    assert not is_surely(request_of(client, AnonymousUser()))
    assert client.get(ADDRESS).status_code == 302
