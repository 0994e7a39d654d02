"""Public pages through the address book: who sees what, and at what cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonpress.newsroom.actions.publishing import publish, schedule, unpublish
from tests.factories.accounts import PersonFactory
from tests.factories.newsroom import (
    BylineFactory,
    DeskFactory,
    DraftFactory,
    PlainPageFactory,
    StoryFactory,
    make_publication,
)

pytestmark = pytest.mark.django_db

SECRET = "Mayor-secretly-sells-the-bridge"


def sign_in(client, *roles):
    person = PersonFactory(roles=roles)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return person


def test_a_story_shows_what_was_published_and_not_the_draft_after_it(client):
    story = StoryFactory(title="Bridge reopens", bylines=[BylineFactory(name="Ada Pole")], tags=["Roads"])
    story.title = SECRET
    story.save_revision()

    page = client.get(story.path_here).content.decode()

    assert "Bridge reopens" in page
    assert "Ada Pole" in page
    assert "Roads" in page
    assert SECRET not in page


def test_drafts_scheduled_and_withdrawn_stories_are_nowhere(client):
    desk, byline = DeskFactory(title="Council"), BylineFactory()
    shown = StoryFactory(title="Bridge reopens", desk=desk, bylines=[byline], tags=["Roads"])
    draft = DraftFactory(title=f"{SECRET} 1", desk=desk, bylines=[byline], tags=["Roads"])
    scheduled = DraftFactory(title=f"{SECRET} 2", desk=desk, bylines=[byline], tags=["Roads"])
    schedule(scheduled, at=dt.datetime(2090, 1, 1, tzinfo=dt.UTC))
    withdrawn = StoryFactory(title=f"{SECRET} 3", desk=desk, bylines=[byline], tags=["Roads"])
    unpublish(withdrawn)
    year = shown.path_here.split("/")[1]

    lists = ["/", "/council/", f"/{year}/", f"/{year}/{shown.first_public_at:%m}/", shown.path_here]
    pages = {address: client.get(address) for address in lists}

    assert {address: page.status_code for address, page in pages.items()} == dict.fromkeys(lists, 200)
    assert [address for address, page in pages.items() if SECRET in page.content.decode()] == []
    assert all("Bridge reopens" in page.content.decode() for page in pages.values())
    for story in (draft, scheduled):
        assert client.get(story.path_here).status_code == 404
    assert client.get(withdrawn.path_here).status_code in {404, 410}


def test_a_draft_is_seen_in_preview_by_its_writer_only(client):
    make_publication()
    writer = sign_in(client, "reporter")
    draft = DraftFactory(title=SECRET, owner=writer, bylines=[BylineFactory()], tags=["Roads"])
    preview = reverse("wagtailadmin_pages:view_draft", args=(draft.pk,))

    seen = client.get(preview)
    client.logout()
    by_nobody = client.get(preview)
    sign_in(client, "reporter")
    by_a_colleague = client.get(preview)
    sign_in(client, "editor")
    by_an_editor = client.get(preview)

    assert SECRET in seen.content.decode()
    assert (by_nobody.status_code, by_a_colleague.status_code) == (302, 302)
    assert SECRET in by_an_editor.content.decode()


def test_a_desks_months_have_addresses(client):
    desk = DeskFactory(title="Council")
    story = StoryFactory(title="Bridge reopens", desk=desk, first_public_at=dt.datetime(2024, 5, 3, tzinfo=dt.UTC))
    StoryFactory(title="Fair opens", first_public_at=dt.datetime(2024, 5, 3, tzinfo=dt.UTC))

    for address in ("/council/", "/council/2024/", "/council/2024/05/"):
        page = client.get(address).content.decode()
        assert story.path_here in page, address
        assert "Fair opens" not in page, address
    for address in ("/council/2023/", "/council/2024/06/", "/council/2024/5/", "/council/2024/99/", "/council/x/"):
        assert client.get(address).status_code == 404, address


def test_nobody_reads_the_archive_of_a_desk_that_is_withdrawn(client):
    desk = DeskFactory(title="Council")
    StoryFactory(desk=desk, first_public_at=dt.datetime(2024, 5, 3, tzinfo=dt.UTC))
    unpublish(desk)

    assert client.get("/council/2024/05/").status_code in {404, 410}


def test_a_plain_page_below_another_has_an_address(client):
    about = PlainPageFactory(title="About")
    PlainPageFactory(title="Jobs", parent=about)

    assert client.get("/about/jobs/").status_code == 200


def test_a_desk_that_is_withdrawn_is_named_by_its_stories_and_linked_by_none(client):
    shown, gone = DeskFactory(title="Council"), DeskFactory(title="Harbour")
    stories = [StoryFactory(title=f"{desk.title} reopens", desk=desk) for desk in (shown, gone)]
    unpublish(gone)

    pages = [
        client.get(address).content.decode()
        for address in (stories[1].path_here, f"/{stories[1].path_here.split('/')[1]}/", "/search/?q=reopens")
    ]

    assert f'<a href="{shown.path_here}">Council</a>' in client.get(stories[0].path_here).content.decode()
    assert [("Harbour" in page, gone.path_here in page) for page in pages] == [(True, False)] * 3


def test_a_republished_desk_name_is_on_the_page_of_its_story(client):
    desk = DeskFactory(title="Council")
    story = StoryFactory(desk=desk)
    desk.title = "City hall"
    publish(desk)

    assert "City hall" in client.get(story.path_here).content.decode()


def test_a_story_page_costs_the_same_with_one_byline_and_three(client):
    one = StoryFactory(bylines=[BylineFactory()], tags=["a"])
    three = StoryFactory(bylines=[BylineFactory() for _ in range(3)], tags=["a", "b", "c"])
    client.get(one.path_here)

    with CaptureQueriesContext(connection) as for_one:
        client.get(one.path_here)
    with CaptureQueriesContext(connection) as for_three:
        client.get(three.path_here)

    assert len(for_three) == len(for_one)
    assert len(for_one) <= 12
