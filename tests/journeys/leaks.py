"""The oracle: signed-in people crawl with everything that is theirs; a stranger's bytes stay the same, and nobody's.

Each person has a canary in name, mail, session, form token, cookies, headers and query. They ask for every route
there is, with mangled paths and any method, in an order drawn by lot. An anonymous crawl of all that is kept, before
and after, must be byte-identical and hold no canary. With changes in between, it must be what is made anew.
"""

import http.client
import json
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAKE_PEOPLE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role
made = []
roles = [Role.EDITOR, Role.MODERATOR, None, None]
for number in range(%d):
    canary = f"canary{number}x"
    person = Person.objects.create_user(email=f"{canary}@demo.example", display_name=f"Ann {canary}")
    if roles[number %% 4]:
        person.groups.add(Group.objects.get(name=roles[number %% 4]))
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["note"] = canary
    session.save()
    made.append([canary, session.session_key])
print(json.dumps(made))
"""
# Each route of the address book, with what really stands there in the places of its variables.
FIND_ROUTES = r"""
import json, re
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from commonpress.discussion.models import Comment
from commonpress.fundraising.models.gift import Gift
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.story import Story
from taggit.models import Tag
stories = list(Story.objects.published().newest_first())
comment = Comment.objects.filter(state="published").order_by("pk").first()
story = comment.thread.page.specific

def patterns(resolver, before=""):
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield before + str(each.pattern)
        else:
            yield from patterns(each, before + str(each.pattern))

def filled(pattern):
    values = {
        "public_id": Gift.objects.first().public_id if pattern.startswith("give/") else comment.public_id,
        "slug": {"by": Byline, "tag": Tag}.get(pattern.split("/")[0], Desk).objects.first().slug,
        "address": story.path_here.strip("/"), "page_key": story.pk, "page_id": story.pk, "sort": "best",
        "year": story.path_here.split("/")[1], "month": "05", "period_key": f"{Gift.objects.latest('occurred_at').occurred_at:%Y-%m}", "colour": "aa2222", "cursor": "0a",
    }
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", r"<\1>", pattern)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], 1)), path)
    return "/" + re.sub(r"[\^$\\?]|\([^()]*\)\*?", "", path)

print(json.dumps({
    "stories": [story.path_here for story in stories],
    "routes": sorted({filled(pattern) for pattern in patterns(get_resolver())}),
}))
"""
# What the clock starts, such as the seals of what earlier journeys booked, is no reader's trace.
HOLD_CLOCKS = """
from datetime import timedelta
from django.db.models import F
from commonpress.jobs.models import Clock
Clock.objects.update(due_at=F("due_at") + timedelta(days=%d))
"""
COUNT_JOBS = """
from django_tasks_db.models import DBTaskResult
print(DBTaskResult.objects.ready().count() + DBTaskResult.objects.filter(status="RUNNING").count())
"""
CHANGE = """
from django.utils import timezone
from commonpress.discussion.actions.comments import post_comment
from commonpress.accounts.models import Person
from commonpress.newsroom.models.story import Story
story = Story.objects.published().newest_first()[%(number)d]
post_comment(story, writer=Person.objects.earliest("pk"), text="Said in between, number %(number)d.")
story.dek = "Changed in between, number %(number)d."
story.save_revision().publish()
"""
STANDARD = ["Accept", "Accept-Charset", "Accept-Datetime", "Accept-Encoding", "Accept-Language", "Accept-Ranges", "Age", "Allow", "Alt-Used", "Authorization", "Cache-Control", "CDN-Loop", "Client-IP", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Location", "Content-Type", "Cookie2", "Date", "Depth", "Destination", "DNT", "Early-Data", "ETag", "Expires", "Forwarded", "From", "Front-End-Https", "If", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Keep-Alive", "Last-Modified", "Link", "Location", "Max-Forwards", "Negotiate", "Origin", "Overwrite", "Pragma", "Prefer", "Priority", "Proxy-Authorization", "Proxy-Connection", "Range", "Referer", "Save-Data", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-User", "Sec-GPC", "Service-Worker", "SOAPAction", "Surrogate-Capability", "TE", "Timeout", "Trailer", "True-Client-IP", "Upgrade-Insecure-Requests", "User-Agent", "Via", "Want-Digest", "Warning"]  # fmt: skip
FIRST = ["X", "X-Forwarded", "X-Original", "X-Real", "X-Rewrite", "X-Proxy", "X-Client", "X-Cluster", "X-Amz", "X-HTTP"]
SECOND = [
    "Host", "For", "Proto", "Scheme", "Port", "Server", "By", "Prefix", "Path", "URL", "URI", "IP", "User", "Email", "Id",
    "Token", "Session", "Method", "Method-Override", "Requested-With", "Request-Id", "Trace-Id", "Cache", "Debug", "Lang",
    "Country", "Device", "Auth", "Auth-Token", "CSRF-Token", "Api-Key", "Nonce", "Version", "Ssl", "Https", "Remote-Addr",
    "Remote-User", "Accept", "Encoding", "Wap-Profile", "Correlation-Id", "Content-Type", "Origin", "Referer", "Name",
    "Role", "Locale", "Timezone", "Theme", "Variant",
]  # fmt: skip
# What ends the connection, or the request, is no canary's business; nor is where it goes.
HEADERS = [*STANDARD, *(f"{first}-{second}" for first in FIRST for second in SECOND)] + [
    f"{first}-{second}-{third}" for first in FIRST[:2] for second in SECOND[:19] for third in SECOND[18:33]
]
MANGLED = [
    "{}", "{}", "{}?x={canary}", "{}?utm={canary}&p", "/{}", "{}x.css", "{}.json", "{};{canary}.css", "{}%2e", "{}%00",
    "{}//", "{}#{canary}", "{}?page={canary}", "{}{canary}/", "{}?{canary}", "{}%2f..%2f", "{}?next=//{canary}.example/",
    "{}?q={canary}", "{}../", "{}%0d%0aX:{canary}",
]  # fmt: skip
METHODS = ["GET"] * 16 + ["HEAD", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "PURGE", "PROPFIND"]
# Wagtail's own, for editors to see what an error looks like.
ALWAYS_AN_ERROR = "/admin/failwhale/"
# Everything an answer may be; nothing of it is a 500.
ANSWERS = {200, 206, 301, 302, 303, 304, 400, 401, 403, 404, 405, 406, 410, 412, 413, 415, 416, 421, 429, 431}
# A name in a query that would have to be decoded first is Django's to read, so that it makes the page.
MADE_ANEW = "?%78"


@dataclass
class Oracle:
    """A demo paper to be crawled. `seed` decides who asks for what."""

    demo: object
    people: int
    requests: int
    seed: int
    statuses: dict[int, int] = field(default_factory=dict)
    # What was asked where the answer was none of `ANSWERS`.
    failed: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Make the people and find the addresses, when all jobs are done that may change a page, as drawing pictures does."""
        self.demo.shell(HOLD_CLOCKS % 1)
        deadline = time.monotonic() + 900
        while self.demo.shell(COUNT_JOBS) != "0":
            assert time.monotonic() < deadline, "The jobs are never done."
            time.sleep(5)
        self.address = urlsplit(self.demo.address)
        self.who = json.loads(self.demo.shell(MAKE_PEOPLE % self.people))
        found = json.loads(self.demo.shell(FIND_ROUTES))
        stories = found["stories"]
        self.routes = [route for route in found["routes"] if route != ALWAYS_AN_ERROR]
        self.kept = [
            "/", *stories, *(f"{story}comments/best/" for story in stories[:3]), "/feed/", "/feed/atom/", "/sitemap.xml",
            "/sitemap/pages.xml", "/ledger/", "/supporters/", "/ledger/owners/", "/meter.json", f"{stories[0]}comments/feed/atom/",
            f"/-/api{stories[0]}comments/", "/-/api/meter/", f"/embed/thread{stories[0]}", f"/{stories[0].split('/')[1]}/",
        ]  # fmt: skip
        self.dice = random.Random(self.seed)

    def end(self) -> None:
        """Let the clocks go on, for the journeys that come after."""
        self.demo.shell(HOLD_CLOCKS % -1)

    def crawl(self) -> dict[str, tuple[int, list[tuple[str, str]], bytes]]:
        """Fetch everything kept as a stranger, once it is."""
        found = {}
        for path in self.kept:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                found[path] = self.fetch(path)
                if any(name.lower() == "etag" for name, _value in found[path][1]):
                    break
                time.sleep(0.05)
            else:
                raise AssertionError(f"{path} is never kept")
        return found

    def disturb(self, requests: int) -> None:
        """Have people ask for anything, in any way."""
        for _ in range(requests):
            canary, session = self.dice.choice(self.who)
            target = self.dice.choice(self.kept if self.dice.random() < 0.5 else self.routes)
            path = self.dice.choice(MANGLED).replace("{canary}", canary).replace("{}", target)
            headers = dict.fromkeys(self.dice.sample(HEADERS, 6), canary)
            headers["Cookie"] = f"session={session}; guest={canary}; csrftoken={canary}; {canary}={canary}"
            if self.dice.random() < 0.5:
                headers["Accept-Encoding"] = "gzip, br"
            if self.dice.random() < 0.2:
                headers[self.dice.choice(HEADERS)] = canary * self.dice.choice([100, 1000])
            method = self.dice.choice(METHODS)
            status, _headers, _body = self.fetch(path, headers, method=method)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status not in ANSWERS:
                self.failed.append(f"{status} {method} {path} {headers}")

    def change(self, number: int) -> None:
        """Comment on a story and correct it, from another process."""
        self.demo.shell(CHANGE % {"number": number})

    def made_anew(self) -> dict[str, bytes]:
        """Return what Django makes of each kept address for a stranger just now."""
        return {path: self.fetch(path + MADE_ANEW)[2] for path in self.kept}

    def crawl_settled(self) -> tuple[dict[str, tuple[int, list[tuple[str, str]], bytes]], list[str]]:
        """Fetch everything kept, and tell which of it is not what Django makes of it.

        After a change a kept page has a second, and more on a busy machine. What is still another page then stays so.
        """
        deadline = time.monotonic() + 15
        while True:
            kept, anew = self.crawl(), self.made_anew()
            late = [path for path in self.kept if kept[path][2] != anew[path]]
            if not late or time.monotonic() > deadline:
                return kept, late
            time.sleep(0.2)

    def canaries_in(self, pages: dict[str, tuple[int, list[tuple[str, str]], bytes]]) -> list[str]:
        marks = [mark.encode() for person in self.who for mark in person]
        return [path for path, answer in pages.items() if any(mark in repr(answer).encode() for mark in marks)]

    def fetch(self, path, headers=None, *, method="GET"):
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=30)
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
