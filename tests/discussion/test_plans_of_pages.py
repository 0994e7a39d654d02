"""No query that a reader's page, fragment or act asks goes through a thread's comments one by one.

As served: PostgreSQL keeps statistics by itself, SQLite has none.
"""

import re
from functools import partial
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from commonpress.accounts.http import _guest
from commonpress.accounts.models import Guest
from commonpress.discussion import filters, ignored, own, queries, rules
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.votes import NONE, UP, vote
from commonpress.discussion.ballots import ballot_of, slip_of
from commonpress.discussion.filters import Filter
from commonpress.discussion.models import Comment, Ignored
from commonpress.discussion.queries import Sort
from commonpress.discussion.views.comment_box import Sent, post
from commonpress.newsroom.models.publication import Publication
from tests.discussion.test_plans import a_big_thread, explain
from tests.factories.accounts import GuestFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# Tables of a few rows, whatever the number of comments, and what a limit keeps to a few.
SMALL = {"r", "below", "wagtailcore_pageviewrestriction", "newsroom_publication", "discussion_discussionsettings"}


@pytest.fixture
def served():
    thread = a_big_thread()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return thread


def scans_of(act):
    """Return what the queries of an act read from beginning to end, of the discussion's tables."""
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    found = []
    for sql, params in asked:
        if "discussion_" not in sql or not sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            continue
        plan = explain(sql, params)
        if connection.vendor == "postgresql":
            plan += explain_for_any_values(sql)
            scans = set(re.findall(r"Seq Scan on (discussion_comment)\b", plan))
        else:
            # Walking an index from its beginning is no scan where the order is asked for and a limit ends it.
            scans = set(re.findall(r"^SCAN (\w+)", plan, re.MULTILINE)) - {"CONSTANT"}
            scans |= ways_past_the_writer(sql, plan)
        found += [(scans - SMALL, sql, plan)] if scans - SMALL else []
    return found


def explain_for_any_values(sql):
    """Return the plan that PostgreSQL may keep for words that are asked again and again (database/plain.py)."""
    numbered = re.sub("%s", partial(lambda number, _: f"${next(number)}", count(1)), sql).replace("%%", "%")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {numbered}")
        return "\n".join(row[-1] for row in cursor.fetchall())


def ways_past_the_writer(sql, plan):
    """Return by what somebody's own few comments are looked for among all of the thread or of the paper, if they are."""
    if not re.search(r"(guest_id|person_id)\"? (=|IN)", sql):
        return set()
    return set(re.findall(r"comment_number \(thread_id=\?\)|comment_by_state \(state=\?\)", plan))


PAGES = {
    **{f"first view, {sort}": partial(lambda sort, page, _: queries.view_of(page.pk, sort), sort) for sort in Sort},
    **{f"a later page, {sort}": partial(lambda sort, page, _: later(page, sort), sort) for sort in Sort},
    **{f"only {kind}": partial(lambda kind, page, _: filters.filtered(page.pk, kind), kind) for kind in Filter},
    "what came since": lambda page, said: filters.since(page.pk, said[3990]),
    "a branch": lambda _, said: queries.branch_of(said[1]),
    "a branch from its middle": lambda _, said: later_in_branch(said[1]),
    "a comment on the story in context": lambda _, said: queries.context_of(said[2001]),
    "a reply in context": lambda _, said: queries.context_of(said[500]),
    "a comment": lambda _, said: queries.comment_by(said[500].public_id),
    "the figures": lambda page, _: queries.newest_scores(page, 30),
}
OWN = {
    "votes": queries.votes_by,
    "comments that wait": own.waiting_in,
    "comments that can be edited": own.written_in,
    "comments by those they ignore": ignored.folded_in,
    "the list of all": lambda writer, _: own.comments_of(writer),
    "whether they are new here": lambda writer, _: rules.has_published(writer),
}


def a_person_with_guests():
    person = PersonFactory()
    for _browser in range(2):
        claim_guest(GuestFactory(), by=person)
    return person


def numbered(number):
    return Comment.objects.get(number=number)


def later(page, sort):
    view = queries.view_of(page.pk, sort)
    assert queries.view_of(page.pk, sort, after=view.next_cursor).entries


def later_in_branch(head):
    _entries, cursor = queries.branch_of(head)
    assert queries.branch_of(head, after=cursor)


@pytest.mark.parametrize("page", PAGES)
def test_what_readers_see_is_read_by_indexes(served, page):
    said = {number: numbered(number) for number in (1, 500, 2001, 3990)}

    assert not scans_of(lambda: PAGES[page](served.page, said))


@pytest.mark.parametrize("what", OWN)
@pytest.mark.parametrize("writer", [GuestFactory, PersonFactory, a_person_with_guests])
def test_what_is_a_readers_own_is_read_by_indexes(served, what, writer):
    somebody, page = writer(), served.page.specific
    for number in range(2):
        Ignored.objects.create(owner_key=somebody.voter_key, person=PersonFactory())
        Ignored.objects.create(owner_key=somebody.voter_key, guest=GuestFactory(), guest_name=f"Tom {number}")

    assert not scans_of(lambda: OWN[what](somebody, page))


def test_a_vote_is_cast_by_indexes(served):
    identity = Guest.new_identity()
    story, comment, voter = served.page.specific, numbered(500), GuestFactory(identity_hash=Guest.hash_of(identity))

    def votes():
        _guest.first(voter.identity_hash)
        ballot_of(comment.public_id)
        assert slip_of(comment.public_id, identity)
        for value in (UP, NONE):
            vote(comment, page=story, voter=voter, value=value)

    assert not scans_of(votes)


def test_a_comment_is_posted_by_indexes(served):
    Comment.objects.filter(number=500).update(created_at=timezone.now())
    story, parent, writer = served.page.specific, numbered(500), GuestFactory()

    assert not scans_of(lambda: post_comment(story, writer=writer, text="A word.", parent=parent, once="x" * 20))


@pytest.mark.skipif(connection.vendor == "postgresql", reason="On PostgreSQL comments have no box")
def test_a_comment_of_the_box_is_posted_by_indexes(served):
    Publication(pk=1, name="The Paper").save()
    identity = Guest.new_identity()
    parent = numbered(500)
    GuestFactory(identity_hash=Guest.hash_of(identity))

    def posts():
        assert "A word." in post(
            served.pk, parent.public_id, identity, Sent("A word.", "Ada", "x" * 20), "<p>A word.</p>"
        )

    assert not scans_of(posts)
