"""What strangers and broken connections send is answered with a 400, and fills no operator's log."""

import logging

import pytest
from django.core import mail
from django.test import Client

from tests.factories.accounts import make_person

pytestmark = pytest.mark.django_db


class HangsUp:
    """A request's body whose sender goes away in the middle of it."""

    def read(self, *_size):
        raise OSError("The sender went away in the middle of a request.")

    readline = read

    def close(self):
        pass


@pytest.fixture
def log(settings, caplog):
    """What an operator's log says, who is written to when something breaks."""
    settings.ADMINS = [("Olive", "olive@paper.example")]
    return caplog


def sender(**headers) -> Client:
    return Client(raise_request_exception=False, headers={"Sec-Fetch-Site": "same-origin"} | headers)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "a b", "localhost,evil.example"])
def test_a_request_for_another_host_is_refused_without_a_traceback_or_a_mail(log, host):
    answer = sender(host=host).get("/")

    assert answer.status_code == 400
    assert [(record.levelname, record.exc_info) for record in log.records] == [("WARNING", None)]
    assert mail.outbox == []


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/accounts/login/", 400),
        ("/admin/images/multiple/add/", 400),
        # Refused whatever is sent: the page that would show what was typed cannot read it.
        ("/give/", 400),
        ("/-/mail/", 405),
    ],
)
def test_who_hangs_up_while_sending_is_no_error_of_ours(log, address, status, kind):
    person = sender()
    person.force_login(make_person("edda@paper.example", "editor"))

    answer = person.post(address, **{"wsgi.input": HangsUp(), "CONTENT_LENGTH": "100", "CONTENT_TYPE": kind})

    assert answer.status_code == status
    assert [record.getMessage() for record in log.records if record.exc_info or record.levelno > logging.WARNING] == []
    assert mail.outbox == []
