"""The oracle: signed-in people crawl with everything that is theirs; a stranger's bytes stay the same, and nobody's.

Each person has a canary in name, mail, session, cookies, headers and query. An anonymous crawl before and one
after must be byte-identical and hold no canary.
"""

import http.client
import json
import random
import time
from urllib.parse import urlsplit

import pytest

PEOPLE = 8
REQUESTS = 300

MAKE_PEOPLE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role
made = []
for number in range(%d):
    canary = f"canary{number}x"
    person = Person.objects.create_user(email=f"{canary}@demo.example", display_name=f"Ann {canary}")
    if number %% 3 == 0:
        person.groups.add(Group.objects.get(name=Role.EDITOR))
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["note"] = canary
    session.save()
    made.append([canary, session.session_key])
print(json.dumps(made))
"""
FIND_PATHS = """
import json
from commonpress.newsroom.models.story import Story
print(json.dumps([story.path_here for story in Story.objects.published().newest_first()]))
"""
COUNT_PICTURES_TO_DRAW = """
from django_tasks_db.models import DBTaskResult
print(DBTaskResult.objects.filter(queue_name="pictures", status__in=["READY", "RUNNING"]).count())
"""
HEADERS = [
    "User-Agent", "Referer", "Accept-Language", "Authorization", "X-Forwarded-For", "X-Forwarded-Host",
    "X-Forwarded-Proto", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Real-IP", "Forwarded",
    "From", "Origin", "Range", "If-None-Match", "Via", "X-Canary", "Prefer", "DNT", "Save-Data",
]  # fmt: skip
MANGLED = [
    "{}", "{}?x={canary}", "{}?utm={canary}&p", "/{}", "{}x.css", "{}.json", "{};{canary}.css", "{}%2e", "{}%00", "{}//",
    "{}#{canary}", "{}?page={canary}", "{}{canary}/",
]  # fmt: skip


def fetch(address, path, headers=None, *, method="GET"):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        lasting = sorted((name, value) for name, value in answer.getheaders() if name.lower() != "date")
        return answer.status, lasting, body
    finally:
        connection.close()


@pytest.fixture
def paths(demo):
    """The addresses of everything kept, when the last picture that changes a page is drawn."""
    deadline = time.monotonic() + 900
    while demo.shell(COUNT_PICTURES_TO_DRAW) != "0":
        assert time.monotonic() < deadline, "The pictures are never drawn."
        time.sleep(5)
    stories = json.loads(demo.shell(FIND_PATHS))
    return [
        "/", *stories, *(f"{story}comments/best/" for story in stories[:3]), "/feed/", "/feed/atom/", "/sitemap.xml",
        "/sitemap/pages.xml", "/meter/", "/meter.json", f"/{stories[0].split('/')[1]}/",
    ]  # fmt: skip


def crawl(address, paths):
    """Fetch everything as a stranger, once it is kept."""
    found = {}
    for path in paths:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found[path] = fetch(address, path)
            if any(name.lower() == "etag" for name, _value in found[path][1]):
                break
            time.sleep(0.05)
        else:
            raise AssertionError(f"{path} is never kept")
    return found


def test_nobody_leaves_a_trace_in_what_others_read(demo, paths):
    address = urlsplit(demo.address)
    people = json.loads(demo.shell(MAKE_PEOPLE % PEOPLE))
    before = crawl(address, paths)
    dice = random.Random(20261128)
    statuses = set()

    for _ in range(REQUESTS):
        canary, session = dice.choice(people)
        path = dice.choice(MANGLED).replace("{canary}", canary).replace("{}", dice.choice(paths))
        headers = dict.fromkeys(dice.sample(HEADERS, 6), canary)
        headers["Cookie"] = f"session={session}; guest={canary}; here=1; {canary}={canary}"
        if dice.random() < 0.5:
            headers["Accept-Encoding"] = "gzip, br"
        status, _headers, _body = fetch(address, path, headers, method=dice.choice(["GET"] * 8 + ["HEAD", "OPTIONS"]))
        statuses.add(status)

    after = crawl(address, paths)
    canaries = [canary.encode() for canary, _session in people] + [session.encode() for _canary, session in people]
    assert statuses <= {200, 206, 301, 302, 304, 400, 404, 405, 410, 421}
    assert {path: (before[path], after[path]) for path in paths if after[path] != before[path]} == {}
    assert [path for path in paths for canary in canaries if canary in repr(after[path]).encode()] == []
