from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from commonpress.accounts.schedules import forget_ended_sessions


@pytest.mark.django_db
@pytest.mark.both_databases
def test_an_ended_session_is_forgotten_and_a_running_one_kept():
    now = timezone.now()
    for key, ends_at in (("ended", now - timedelta(minutes=1)), ("running", now + timedelta(minutes=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends_at)

    forget_ended_sessions.func()

    assert [session.session_key for session in Session.objects.all()] == ["running"]
