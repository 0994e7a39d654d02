"""The further pages of a thread: kept like all others once somebody has turned to them, so often as one may."""

import pytest

from commonpress.discussion.cursors import cursor_at, key_to_text
from commonpress.prerender import wanted
from commonpress.prerender.publisher import make
from tests.factories.discussion import comment_on
from tests.factories.newsroom import StoryFactory, make_publication
from tests.prerender.test_wanted import Desired

pytestmark = pytest.mark.django_db


@pytest.fixture
def further():
    """The addresses of a later page of a thread, and of a branch of it."""
    make_publication()
    story = StoryFactory(title="Bridge closes")
    first = comment_on(story, "A first thought.")
    comment_on(story, "An answer.", parent=first)
    comment_on(story, "A second thought.")
    cursor = cursor_at(key_to_text(first.key_new), of=f"{story.pk} oldest")
    return [f"{story.path_here}comments/oldest/after/{cursor}/", f"{story.path_here}comments/in/{first.public_id}/"]


def test_a_page_somebody_has_turned_to_is_kept(client, further, monkeypatch):
    desired = Desired()
    monkeypatch.setattr(wanted, "running", [desired])

    for address in further:
        client.get(address)

    assert desired.paths == [address.encode() for address in further]


def test_a_cursor_that_is_none_of_ours_leads_to_nothing_that_is_kept(client, further, monkeypatch):
    desired = Desired()
    monkeypatch.setattr(wanted, "running", [desired])

    answer = client.get(further[0].replace("/after/", "/after/1"))

    assert (answer.status_code, desired.paths) == (404, [])


def test_keeping_them_takes_nothing_from_what_an_address_may_read(client, further, settings):
    settings.THREAD_PAGES_PER_MINUTE = 2
    for _ in range(3):
        assert make(further[0].encode()) is not None

    assert [client.get(further[0]).status_code for _ in range(3)] == [200, 200, 429]
