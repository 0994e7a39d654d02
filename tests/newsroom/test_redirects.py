import pytest
from django.db import IntegrityError, transaction

from commonpress.newsroom.actions.publishing import publish, unpublish
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.photos.upload import take_in
from tests.factories.newsroom import DeskFactory, StoryFactory
from tests.factories.photos import make_photo, photo_file

pytestmark = pytest.mark.django_db


def lead(old, **to):
    Redirect.objects.create(old=old, **to)


@pytest.mark.parametrize(
    ("old", "asked"),
    [
        ("/2019/05/the-story/", "/2019/05/the-story/"),
        ("/2019/05/the-story/", "/2019/05/the-story"),
        ("/old.html", "/old.html"),
        ("/old.php", "/old.php?x=1"),
        ("/%d0%b2%d0%be%d0%b4%d0%b0/", "/вода/"),
        ("/вода/", "/%D0%B2%D0%BE%D0%B4%D0%B0/"),
        ("?p=123", "/?p=123"),
        ("?p=123", "/index.php?p=123&feed=rss"),
        ("?page_id=4", "/?page_id=4"),
        ("?cat=7", "/?cat=7"),
        ("?attachment_id=9", "/?attachment_id=9"),
        ("?replytocom=55", "/2019/05/the-story/?replytocom=55"),
        ("?author=3", "/?author=3"),
        ("?tag=cpp", "/?tag=cpp"),
        ("/2019/05/the-story/", "/2019/05/the-story/feed/"),
    ],
)
def test_an_old_address_leads_to_the_story_for_good(client, old, asked):
    story = StoryFactory()
    lead(old, page=story)

    answer = client.get(asked)

    assert (answer.status_code, answer.headers.get("Location")) == (301, story.path_here)
    assert client.head(asked).status_code == 301


def test_an_old_address_may_lead_to_any_address_of_ours(client):
    lead("/author/ada/", new="/by/ada/")

    assert client.get("/author/ada/")["Location"] == "/by/ada/"


@pytest.mark.parametrize(
    ("asked", "ours"),
    [
        ("/category/harbour/feed/", "DESKfeed/"),
        ("/category/harbour/feed/rss2/", "DESKfeed/"),
        ("/category/harbour/feed/atom/", "DESKfeed/atom/"),
        ("/author/ada/feed/", "/by/ada/feed/"),
        ("/comments/feed/", "/feed/"),
        ("/feed/rss2/", "/feed/"),
        ("/?feed=rss2", "/feed/"),
        ("/?feed=atom", "/feed/atom/"),
        ("/?s=the+bridge", "/search/?q=the+bridge"),
    ],
)
def test_old_feeds_and_searches_lead_to_ours(client, asked, ours):
    desk = DeskFactory()
    lead("/category/harbour/", page=desk)
    lead("/author/ada/", new="/by/ada/")

    answer = client.get(asked)

    assert (answer.status_code, answer.headers.get("Location")) == (301, ours.replace("DESK", desk.path_here))


@pytest.mark.parametrize("unknown", ["/category/nowhere/feed/", "/no/such/feed/atom/"])
def test_the_feed_of_nothing_is_unknown(client, unknown):
    assert client.get(unknown).status_code == 404


def test_an_old_address_of_a_photo_leads_to_the_file_it_has_now(client):
    photo = make_photo()
    lead("?attachment_id=9", photo=photo)
    before = client.get("/?attachment_id=9")["Location"]
    photo.take(take_in(photo_file(), "other.jpg"))
    photo.save()

    after = client.get("/?attachment_id=9")

    assert (after.status_code, after["Location"], after["Cache-Control"]) == (301, photo.preview_800.url, "no-cache")
    assert before != photo.preview_800.url


def test_an_old_address_of_a_photo_that_was_deleted_is_not_found(client):
    photo = make_photo()
    lead("/crane/", photo=photo)

    photo.delete()

    assert client.get("/crane/").status_code == 404


def test_an_old_address_leads_to_one_thing():
    photo, story = make_photo(), StoryFactory()

    for several in ({"photo": photo, "page": story}, {"photo": photo, "new": "/x/"}, {"page": story, "new": "/x/"}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            lead("/old/", **several)


@pytest.mark.parametrize(
    "new", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:x"]
)
def test_nobody_is_led_to_somebody_elses_address(client, new):
    lead("/old/", new=new)

    assert client.get("/old/").status_code == 404


def test_nobody_is_led_in_a_circle(client):
    lead("/old/", new="/old/")

    assert client.get("/old/").status_code == 404


@pytest.mark.parametrize(
    "asked", ["/nothing/", "/?p=999", "/?page_id=x", "/nothing/?p=999", "/%00/", "/a" * 2000 + "/"]
)
def test_an_unknown_address_is_not_found(client, asked):
    assert client.get(asked).status_code == 404


def test_old_names_mean_nothing_on_a_storys_own_address(client):
    story = StoryFactory()

    assert client.get(f"{story.path_here}?replytocom=5").status_code == 200
    assert client.get(f"{story.path_here}?p=5").status_code == 200
    assert client.get("/?replytocom=5").status_code == 200
    assert client.get("/?utm_source=x").status_code == 200


@pytest.mark.parametrize("asked", ["/search/?q=bridge&p=30", "/?q=bridge&p=31", "/feed/?cat=7", "/tag/x/?page_id=4"])
def test_old_names_lead_nowhere_from_another_page_of_the_paper(client, asked):
    story = StoryFactory(tags=["x"])
    for old in ("?p=30", "?cat=7", "?page_id=4"):
        lead(old, page=story)

    assert client.get(asked).headers.get("Location") is None


def test_a_story_taken_back_is_gone_and_so_is_what_led_to_it(client):
    story = StoryFactory()
    address = story.path_here
    lead("?p=123", page=story)
    assert client.get(address).status_code == 200

    unpublish(story)

    assert client.get(address).status_code == 410
    assert "Taken back" in client.get(address).content.decode()
    assert client.get("/?p=123").status_code == 410


def test_a_draft_that_was_never_public_is_not_found(client):
    story = StoryFactory(published=False)
    lead("?p=123", page=story)

    assert client.get(story.path_here).status_code == 404
    assert client.get("/?p=123").status_code == 404


def test_a_changed_slug_leads_from_the_old_address(client):
    story = StoryFactory(slug="first")
    old = story.path_here
    story.slug = "second"
    publish(story)

    assert client.get(old)["Location"] == story.path_here
    assert client.get(story.path_here).status_code == 200


def test_a_form_is_never_redirected(client):
    lead("/old/", new="/search/")

    assert client.post("/old/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404


def test_an_address_without_its_last_slash_is_completed(client):
    story = StoryFactory()

    answer = client.get(story.path_here.rstrip("/"))

    assert (answer.status_code, answer["Location"]) == (301, story.path_here)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "asked", ["/a%00b/", "/2019/a%00", "/?p=%00", "/search/?q=%00", "/by/x/?page=1%00", "/-/me?x=%00"]
)
def test_an_address_with_a_nul_is_nobodys(client, asked):
    assert client.get(asked).status_code == 404
    assert client.post(asked, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404


@pytest.mark.both_databases
def test_an_address_that_only_names_a_nul_is_asked_for(client):
    assert client.get("/search/?q=%2500").status_code == 200
