from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.accounts.schedules import forget_ended_sessions, forget_unfinished_sign_ups
from tests.factories.accounts import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_an_ended_session_is_forgotten_and_a_running_one_kept():
    now = timezone.now()
    ada = make_person("ada@readers.example")
    for key, ends_at in (("ended", now - timedelta(minutes=1)), ("running", now + timedelta(minutes=1))):
        UserSession.objects.create(user=ada, session_key=key)
        Session.objects.create(session_key=key, session_data="", expire_date=ends_at)

    forget_ended_sessions.func()

    assert [session.session_key for session in Session.objects.all()] == ["running"]
    assert [session.session_key for session in UserSession.objects.all()] == ["running"]


def test_a_sign_up_without_its_code_is_forgotten_after_a_day():
    cache.clear()
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        Client().post("/accounts/signup/", {"email": "stranger@readers.example", "display_name": "Prank"})
        clock.shift(timedelta(hours=23))
        forget_unfinished_sign_ups.func()
        kept = list(Person.objects.values_list("email", flat=True))
        clock.shift(timedelta(hours=2))
        forget_unfinished_sign_ups.func()

    assert (kept, Person.objects.count()) == (["stranger@readers.example"], 0)
    assert "stranger@readers.example" not in str([session.get_decoded() for session in Session.objects.all()])


def test_who_confirmed_was_invited_or_works_here_is_not_forgotten():
    ago = timezone.now() - timedelta(days=2)
    confirmed = make_person("ada@readers.example", joined_at=ago)
    invited = Person.objects.create_user("bo@readers.example", joined_at=ago)
    changing = make_person("cy@readers.example", joined_at=ago)
    changing.emailaddress_set.create(email="cyd@readers.example", verified=False)
    works_here = make_person("edda@paper.example", "editor", joined_at=ago)
    works_here.emailaddress_set.update(verified=False)
    was_here = make_person("fi@readers.example", joined_at=ago, last_login=ago)
    was_here.emailaddress_set.update(verified=False)

    forget_unfinished_sign_ups.func()

    assert set(Person.objects.all()) == {confirmed, invited, changing, works_here, was_here}
