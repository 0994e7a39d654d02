"""Somebody is lured to an address that looks like a file, or sends what should not be sent: the next reader gets no trace.

A real process answers; what it must not keep is asked for by a stranger afterwards.
"""

import json
from itertools import cycle, product
from urllib.parse import urlsplit

import pytest

from tests.journeys.leaks import ANSWERS, MAKE_PEOPLE, Oracle
from tests.journeys.papers import Paper, migrated_folder
from tests.leaks.headers import NAMES
from tests.prerender.test_deception import DELIMITERS, EXTENSIONS, PRIVATE
from tests.verbs.test_for_real import SET_UP

KILOBYTES = [1, 2, 4, 8, 15, 16, 17, 32, 64]
PAGES = 20
PUBLISH = """
from commonpress.accounts.models import Guest
from commonpress.discussion.actions.comments import post_comment
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.story import Story
stories = []
for number in range(5):
    story = Story(title=f"The ferry runs again, part {number}", live=False)
    year_folder(None).add_child(instance=story)
    publish(story)
    guest = Guest.objects.create(identity_hash=Guest.new_identity())
    post_comment(story, writer=guest, text="Will it run on *Sundays*?", name="Mara")
    stories.append(story.path_here)
print(json.dumps(stories))
"""


@pytest.fixture(scope="module")
def oracle(tmp_path_factory):
    """A small paper to be asked; the last of its people is a reader with an account, signed in."""
    paper = Paper("serve", migrated_folder(tmp_path_factory.mktemp("lures") / "data"), "--no-worker")
    oracle = Oracle(paper, people=3, requests=0, seed=0)
    oracle.address = urlsplit(paper.address)
    made, published = paper.shell(SET_UP + MAKE_PEOPLE % oracle.people + PUBLISH).splitlines()
    oracle.who, stories = json.loads(made), json.loads(published)
    oracle.kept = [
        "/", "/feed/", "/feed/atom/", "/sitemap.xml", "/sitemap/pages.xml", *stories,
        *(f"{story}comments/{sort}/" for story in stories for sort in ("best", "oldest")),
    ]  # fmt: skip
    yield oracle
    paper.stop()


def test_what_a_lured_person_saw_is_not_there_for_the_stranger_who_follows(oracle):
    canary, session = oracle.who[-1]
    signed_in = {"Cookie": f"session={session}; here=1"}
    # As on a chess board; prerender/test_deception.py asks for all of them, without a socket.
    pairs = [pair for number, pair in enumerate(product(DELIMITERS, EXTENSIONS)) if (number + number // 12) % 2]
    lures = [f"{private}{'lure.'.join(pair)}" for private, pair in zip(cycle(PRIVATE), pairs, strict=False)]
    before = oracle.crawl()
    assert len(set(lures)) == 40 * 12 / 2
    assert canary.encode() in oracle.fetch("/-/me", signed_in)[2]
    assert canary.encode() in oracle.fetch("/accounts/", signed_in)[2]

    seen = {lure: oracle.fetch(lure, signed_in) for lure in lures}
    found = {lure: oracle.fetch(lure) for lure in lures}

    assert {status for status, _headers, _body in seen.values()} <= ANSWERS
    assert oracle.canaries_in(found) == []
    assert [lure for lure, (_status, headers, _body) in found.items() if "etag" in names_of(headers)] == []
    assert oracle.crawl() == before


def test_no_header_of_any_size_is_in_what_the_next_reader_gets(oracle):
    canary, _session = oracle.who[-1]
    before = oracle.crawl()
    pages = oracle.kept[:PAGES]
    assert len(pages) == PAGES

    statuses = {
        oracle.fetch(page, {name: canary * (kilobytes * 1024 // len(canary))})[0]
        for name, kilobytes, page in zip(NAMES, cycle(KILOBYTES), cycle(pages), strict=False)
    }

    after = oracle.crawl()
    assert len(NAMES) > 1100
    assert statuses <= ANSWERS
    assert [path for path in oracle.kept if after[path] != before[path]] == []
    assert oracle.canaries_in(after) == []


def names_of(headers):
    return {name.lower() for name, _value in headers}
