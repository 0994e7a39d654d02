"""Whatever changes a page's bytes has said so: every page is made before and after every kind of change.

And what is made of the parts that still stand is what is made from nothing.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from taggit.models import Tag

from commonpress.accounts.actions.badges import give_badge
from commonpress.accounts.models import Badge
from commonpress.accounts.rules import Role
from commonpress.changes.keys import with_kinds
from commonpress.changes.models import Change
from commonpress.discussion.actions.bursts import count_held_votes
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.edits import edit_comment
from commonpress.discussion.actions.erasure import delete_comment
from commonpress.discussion.actions.moderation import feature_comment, hold_comment, remove_comment
from commonpress.discussion.actions.votes import vote
from commonpress.discussion.cursors import cursor_at, key_to_text
from commonpress.discussion.models import Comment, Passage, RemovalReason, Standing, Vote
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.fundraising.actions.drives import save_drive
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.newsroom.actions.corrections import issue_correction
from commonpress.newsroom.actions.publishing import publish, publish_due, schedule, unpublish
from commonpress.newsroom.models import archive
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from commonpress.prerender.publisher import make
from commonpress.prerender.store import Store
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator
from tests.factories.fundraising import make_drive, make_gift, promise
from tests.factories.newsroom import BylineFactory, DeskFactory, PlainPageFactory, StoryFactory, make_publication
from tests.factories.passages import TEXT, marked, revise
from tests.factories.photos import make_photo

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)

pytestmark = pytest.mark.django_db


PATHS = [
    "/",
    "/2026/bridge-closes/",
    "/2026/ferry-sold/",
    "/2026/bridge-closes/comments/oldest/",
    "/2026/bridge-closes/comments/best/",
    "/2026/bridge-closes/comments/hot/",
    "/2026/bridge-closes/comments/most-discussed/",
    "/2026/bridge-closes/comments/answers/",
    "/2026/bridge-closes/comments/featured/",
    "/2026/bridge-closes/comments/since/HEAD/",
    "/2026/bridge-closes/comments/oldest/after/ROOT/",
    "/2026/bridge-closes/comments/in/HEAD/",
    "/2026/bridge-closes/comments/in/HEAD/after/REPLY/",
    "/2026/",
    "/2026/06/",
    "/2026/06/page/2/",
    "/by/ada-writer/2026/06/page/2/",
    "/tag/water/2026/06/page/2/",
    "/harbour/2026/06/page/2/",
    "/harbour/",
    "/sports/",
    "/harbour/2026/",
    "/about/",
    "/by/ada-writer/",
    "/tag/water/",
    "/feed/",
    "/feed/atom/",
    "/harbour/feed/",
    "/by/ada-writer/feed/",
    "/tag/water/feed/atom/",
    "/2026/bridge-closes/comments/on/",
    "/2026/bridge-closes/comments/on/PASSAGE/",
    "/2026/bridge-closes/comments/on/PASSAGE/latest/",
    "/2026/bridge-closes/comments/feed/",
    "/2026/bridge-closes/comments/feed/atom/",
    "/by/ada-writer/comments/feed/",
    "/by/ada-writer/comments/feed/atom/",
    "/sitemap.xml",
    "/sitemap/pages.xml",
    "/sitemap/2026-06.xml",
    "/meter/",
    "/embed/meter/",
    "/embed/thread/2026/bridge-closes/",
    "/embed/thread/2026/bridge-closes/comments/best/",
    "/embed/thread/2026/bridge-closes/comments/oldest/after/ROOT/",
    "/embed.js",
    "/meter.json",
    "/meter.svg",
    "/-/live/STORY.json",
    "/-/api/2026/bridge-closes/comments/",
    "/-/api/2026/bridge-closes/comments/best/",
    "/-/api/2026/bridge-closes/comments/oldest/after/ROOT/",
    "/-/api/2026/bridge-closes/comments/in/HEAD/",
    "/-/api/2026/bridge-closes/comments/in/HEAD/after/REPLY/",
    "/-/api/c/HEAD/",
    "/-/api/meter/",
    "/-/api/openapi.json",
]


@pytest.fixture(autouse=True)
def short_lists(monkeypatch):
    """A story a page, so that lists have further pages."""
    monkeypatch.setattr(archive, "NEWEST", 1)


def make_paper():
    """Make a small paper in which everything stands somewhere."""
    make_publication()
    harbour = DeskFactory(title="Harbour", slug="harbour")
    sports = DeskFactory(title="Sports", slug="sports")
    ada = BylineFactory(name="Ada Writer", slug="ada-writer", person=PersonFactory(display_name="Ada Writer"))
    story = StoryFactory(
        title="Bridge closes",
        slug="bridge-closes",
        desk=harbour,
        bylines=[ada],
        tags=["water"],
        body=[("paragraph", TEXT.replace("Nobody knows", marked("Nobody knows")))],
        lead_photo=make_photo(title="Bridge", alt="A bridge", caption="The bridge at noon"),
    )
    StoryFactory(title="Ferry sold", slug="ferry-sold", desk=sports)
    StoryFactory(
        title="Quay dry",
        slug="quay-dry",
        desk=harbour,
        bylines=[ada],
        tags=["water"],
        first_public_at=NOW - timedelta(days=9),
    )
    PlainPageFactory(title="About", slug="about")
    make_gift(make_drive(title="Reporting fund"), occurred_at=NOW - timedelta(days=1))
    comment = comment_on(story, "A first thought.", name="Ben")
    for text in ("An answer.", "Another."):
        comment_on(story, text, parent=comment)
    comment_on(story, "A second thought.")
    comment_on(story, "Her own.", writer=ada.person)


class Paper:
    """The paper as the database has it now."""

    def __init__(self):
        self.harbour = Desk.objects.get(slug="harbour")
        self.sports = Desk.objects.get(slug="sports")
        self.byline = Byline.objects.get()
        self.photo = Photo.objects.get()
        self.story = Story.objects.get(slug="bridge-closes")
        self.older = Story.objects.get(slug="ferry-sold")
        self.drive = Drive.objects.get()
        self.gift = Gift.objects.get()
        self.comment = Comment.objects.get(number=1)
        self.answer_of_hers = Comment.objects.get(is_author_reply=True)


def everything():
    return {path: made(path) for path in PATHS}


def raw(path):
    """Return a path with the key of the story, the id of its first comment, and cursors after that and its first reply."""
    if path == path.lower():
        return path.encode()
    story = Story.objects.order_by("pk")[0]
    head, reply = Comment.objects.filter(thread_id=story.pk).order_by("number")[:2]
    words = {
        "PASSAGE": Passage.objects.filter(thread=story.pk).order_by("pk")[0].public_id,
        "STORY": str(story.pk),
        "HEAD": head.public_id,
        "ROOT": cursor_at(key_to_text(head.key_new), of=f"{story.pk} oldest"),
        "REPLY": cursor_at(reply.path, of=f"in {head.public_id}"),
    }
    for word, value in words.items():
        path = path.replace(word, value)
    return path.encode()


def made(path):
    page = make(raw(path))
    return None if page is None else (page.answers[b""].body, page.keys, page.until)


def kept_pages():
    """Return a store with every page, drawn one after the other of what there is."""
    store = Store()
    for path in PATHS:
        store.keep(make(raw(path), store), since=store.moment)
    return store


def copied(store):
    """Return a store that holds the same, and can be changed by itself."""
    parts = {part: replace(part, pages=0) for page in store.pages.values() for part in page.parts}
    copy = Store()
    for page in store.pages.values():
        copy.keep(replace(page, parts=tuple(parts[part] for part in page.parts)), since=copy.moment)
    return copy


def made_again(store, path):
    page = make(raw(path), store)
    return None if page is None else page.answers[b""].body


def publish_another(paper):
    StoryFactory(
        title="Lock repaired", slug="lock-repaired", desk=paper.harbour, bylines=[paper.byline], tags=["water"]
    )


def edit_headline(paper):
    paper.story.title = "Bridge closes for good"
    publish(paper.story)


def move_to_another_desk(paper):
    paper.story.desk = paper.sports
    publish(paper.story)


def lose_its_tag(paper):
    paper.story.tags.clear()
    publish(paper.story)


def lose_its_byline(paper):
    paper.story.story_bylines.all().delete()
    paper.story.refresh_from_db()
    publish(paper.story)


def change_its_slug(paper):
    paper.older.slug = "ferry-scrapped"
    publish(paper.older)


def open_a_desk(paper):
    DeskFactory(title="Letters", slug="letters")


def rename_a_desk(paper):
    paper.harbour.title = "Port"
    publish(paper.harbour)


def add_a_plain_page(paper):
    PlainPageFactory(title="Imprint", slug="imprint")


def rename_the_byline(paper):
    paper.byline.name = "Ada Scribe"
    paper.byline.save()


def rename_a_tag(paper):
    tag = Tag.objects.get()
    tag.name = "Rivers"
    tag.save()


def delete_a_tag(paper):
    Tag.objects.get().delete()


def caption_the_photo(paper):
    paper.photo.caption = "The bridge at midnight"
    paper.photo.save()


def rename_the_paper(paper):
    publication = Publication.load()
    publication.name = "The Other Paper"
    publication.save()


def answer_somebody(paper):
    comment_on(paper.story, "One more.", parent=paper.comment)


def answer_the_authors_question(paper):
    post_comment(paper.story, writer=GuestFactory(), text="In May.", about=Passage.objects.get())


def comment_on_some_words(paper):
    (anchor,) = found_in(texts_of(paper.story.body), "paid 4 million")
    post_comment(paper.story, writer=GuestFactory(), text="So much?", about=anchor)


def edit_the_words_asked_about(paper):
    revise(paper.story, TEXT.replace("Nobody knows", marked("Hardly anybody", mark=Passage.objects.get().mark)))


def correct_the_story(paper):
    issue_correction(paper.story, text="It was Sunday.", credit="Ben", by=PersonFactory(roles=[Role.EDITOR]))


def be_the_first_to_comment(paper):
    comment_on(paper.older, "Who bought it?")


def vote_up(paper):
    vote(paper.comment, page=paper.story, voter=GuestFactory(), value=1)


def hold_a_comment(paper):
    hold_comment(paper.comment, by=moderator())


def feature_a_comment(paper):
    feature_comment(paper.comment, by=moderator())


def answer_as_staff(paper):
    comment_on(paper.story, "We asked.", writer=PersonFactory(roles=[Role.REPORTER]), parent=paper.comment)


def remove_a_comment(paper):
    remove_comment(paper.comment, by=moderator(), reason=RemovalReason.ABUSE)


def remove_what_the_author_said(paper):
    remove_comment(paper.answer_of_hers, by=moderator(), reason=RemovalReason.OTHER)


def change_what_the_author_said(paper):
    comment = paper.answer_of_hers
    edit_comment(comment, page=paper.story, by=comment.person, text="Said otherwise.", stood=comment.wording)


def delete_what_was_answered(paper):
    delete_comment(paper.comment, by=paper.comment.guest)


def show_that_the_author_supports_the_paper(paper):
    give_badge(paper.answer_of_hers.person, Badge.Kind.SUPPORTER, until=timezone.now() + timedelta(days=9))


def count_votes_that_were_held_back(paper):
    Vote.objects.create(comment=paper.comment, voter_key="g:0", value=1, standing=Standing.HELD)
    count_held_votes(paper.comment, by=moderator())


def close_the_discussion(paper):
    paper.story.comments_state = "closed"
    publish(paper.story)


def turn_the_discussion_off(paper):
    paper.story.comments_state = "off"
    publish(paper.story)


def give(paper):
    make_gift(paper.drive, occurred_at=NOW)


def take_a_gift_back(paper):
    refund_gift(paper.gift, amount=Money(5_00, "EUR"))


def promise_a_gift(paper):
    promise(paper.drive)


def begin_another_drive(paper):
    drive = make_drive(title="Printing press", is_current=False)
    drive.is_current = True
    save_drive(drive)


def raise_the_goal(paper):
    paper.drive.goal_minor = 9_000_00
    save_drive(paper.drive)


def publish_what_was_scheduled(paper):
    story = StoryFactory(title="Later", slug="later", published=False)
    schedule(story, at=NOW + timedelta(minutes=1))
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        publish_due()


def withdraw_a_story(paper):
    unpublish(paper.story)


def delete_a_story(paper):
    paper.older.delete()


def withdraw_a_desk(paper):
    unpublish(paper.sports)


CHANGES = [
    publish_another,
    edit_headline,
    move_to_another_desk,
    lose_its_tag,
    lose_its_byline,
    change_its_slug,
    open_a_desk,
    rename_a_desk,
    add_a_plain_page,
    rename_the_byline,
    rename_a_tag,
    delete_a_tag,
    caption_the_photo,
    rename_the_paper,
    answer_somebody,
    answer_the_authors_question,
    comment_on_some_words,
    edit_the_words_asked_about,
    correct_the_story,
    be_the_first_to_comment,
    vote_up,
    hold_a_comment,
    feature_a_comment,
    answer_as_staff,
    remove_a_comment,
    remove_what_the_author_said,
    change_what_the_author_said,
    delete_what_was_answered,
    show_that_the_author_supports_the_paper,
    count_votes_that_were_held_back,
    close_the_discussion,
    turn_the_discussion_off,
    give,
    take_a_gift_back,
    promise_a_gift,
    begin_another_drive,
    raise_the_goal,
    publish_what_was_scheduled,
    withdraw_a_story,
    delete_a_story,
    withdraw_a_desk,
]


@time_machine.travel(NOW, tick=False)
def test_every_page_whose_bytes_change_is_told():
    make_paper()
    before = everything()
    kept = kept_pages()
    untold = {}
    for change in CHANGES:
        last = Change.objects.order_by("-pk").values_list("pk", flat=True).first()
        with transaction.atomic():
            change(Paper())
            told = set(Change.objects.filter(pk__gt=last).values_list("key", flat=True))
            store = copied(kept)
            store.change(told)
            told = with_kinds(told)
            after = everything()
            again = {path: made_again(store, path) for path in PATHS}
            transaction.set_rollback(True)
        changed = [path for path in PATHS if after[path] is None or after[path][0] != before[path][0]]
        assert changed != [], f"{change.__name__} changes nothing"
        assert [path for path in PATHS if again[path] != (after[path] and after[path][0])] == [], change.__name__
        untold |= {(change.__name__, path): before[path][1] for path in changed if not before[path][1] & told}
    assert untold == {}


@time_machine.travel(NOW, tick=False)
def test_every_page_of_the_list_is_kept_and_made_twice_is_the_same():
    make_paper()

    first, second = everything(), everything()

    assert [path for path in PATHS if first[path] is None] == []
    assert [path for path in PATHS if first[path][0] != second[path][0]] == []


def test_the_meter_turns_with_nobody_changing_anything():
    with time_machine.travel(NOW, tick=False):
        make_publication()
        make_drive(kind="month", zone="Europe/Berlin")

        _body, _keys, until = made("/")

    assert until == datetime(2026, 6, 15, 22, tzinfo=UTC).timestamp()
