"""How a test is let in to the page of a supporter's gifts."""

import re

from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.fundraising.sending import OURS


def post(client, address, **typed):
    return client.post(address, typed, headers=OURS)


def ask(client, email):
    return post(client, "/give/mine/", email=email)


def letters(run_jobs):
    """Post what is written and return the links of the letters that let somebody in."""
    run_jobs()
    found = [re.search(r"http://localhost:8000(/give/mine/open/\S+)", message.body) for message in mail.outbox]
    return [link[1] for link in found if link]


def let_in(client, run_jobs, email="ada@example.org"):
    ask(client, email)
    post(client, letters(run_jobs)[-1])


def counting():
    return CaptureQueriesContext(connection)
