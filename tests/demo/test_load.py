import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

from commonpress.accounts.models import Guest, Person
from commonpress.demo.load import SomebodysPaper, Summary, load
from commonpress.demo.talk import moments, talk
from commonpress.discussion.models import Comment, CommentState, Removal, Thread, Vote
from commonpress.exchange.models import Imported
from commonpress.fundraising.models.bank_details import BankDetails, require_iban
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from tests.databases import point_at
from tests.factories.newsroom import StoryFactory, make_publication

DUBLIN = ZoneInfo("Europe/Dublin")
NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
BUSY = "penny-bridge-to-close-for-fourteen-months"


@pytest.fixture(scope="module")
def paper(django_db_setup, django_db_blocker, databases, tmp_path_factory):
    """The demo, loaded once into a database of its own; tests read it. One drawing stands for all."""
    from commonpress.demo import paper as demo_paper
    from commonpress.demo.pictures.draw import draw

    small = draw("cas-ondry", "tide")
    shared = settings.DATABASES["default"]["NAME"]
    copy = databases.new_copy()
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
    ):
        patch.setattr(demo_paper, "draw", lambda _key, _seed: small)
        point_at(copy)
        yield loaded()
        point_at(shared)
    databases.drop(copy)


def loaded(now=NOW):
    with time_machine.travel(now, tick=False):
        return load(now, "tide")


@pytest.mark.django_db
@pytest.mark.both_databases
def test_loading_makes_a_whole_paper_and_says_how_much(paper):
    assert paper == Summary(stories=14, photos=20, comments=Comment.objects.count(), gifts=Gift.objects.count())
    assert Publication.load().name == "The Tidewaiter"
    assert (Desk.objects.count(), Byline.objects.count(), PlainPage.objects.live().count()) == (3, 4, 4)
    assert all(byline.portrait and byline.biography and byline.person for byline in Byline.objects.all())
    assert all(photo.alt and photo.caption and photo.licence for photo in Photo.objects.all())
    assert {photo.credit for photo in Photo.objects.all()} == {"Drawn by code / Commonpress demo"}


@pytest.mark.django_db
def test_stories_lie_in_the_last_weeks_one_in_the_next_and_one_nowhere(paper):
    public = Story.objects.live()
    assert public.count() == 12
    assert all(NOW - dt.timedelta(days=21) < story.first_public_at < NOW for story in public)
    scheduled = Story.objects.get(slug="the-tide-clock-is-wrong-on-purpose")
    assert (scheduled.live, scheduled.go_live_at > NOW + dt.timedelta(days=6)) == (False, True)
    assert not Story.objects.get(slug="who-owns-the-ropewalk").live
    corrected = Story.objects.get(slug="mussel-beds-open-again")
    assert corrected.corrected_at > corrected.first_public_at


@pytest.mark.django_db
def test_one_lead_photo_is_three_years_old_and_the_others_are_not(paper):
    old = [
        story.slug
        for story in Story.objects.live().select_related("lead_photo")
        if story.first_public_at.date() - story.lead_photo.taken_on > dt.timedelta(days=30)
    ]

    assert old == ["forty-one-seats"]
    assert f"{Photo.objects.get(title__startswith='The Pelican').taken_on:%A}" == "Thursday"
    assert f"{Photo.objects.get(title='Saturday market').taken_on:%A}" == "Saturday"


@pytest.mark.django_db
@pytest.mark.both_databases
def test_loading_again_changes_nothing(paper):
    before = (Story.objects.count(), Comment.objects.count(), Gift.objects.count(), Photo.objects.count())

    again = loaded(NOW + dt.timedelta(days=3))

    assert again == Summary()
    assert (Story.objects.count(), Comment.objects.count(), Gift.objects.count(), Photo.objects.count()) == before


@pytest.mark.commits
def test_a_paper_that_is_somebodys_is_left_as_it_is():
    make_publication(name="The Harbour Post")
    story = StoryFactory()

    with pytest.raises(SomebodysPaper):
        loaded()

    assert Publication.load().name == "The Harbour Post"
    assert list(Story.objects.all()) == [story]
    assert not Imported.objects.exists()


@pytest.mark.django_db
def test_gifts_and_pledges_are_as_people_give(paper):
    gifts = Gift.objects.all()
    assert gifts.filter(is_anonymous=True).exists()
    assert gifts.filter(is_anonymous=False, supporter__isnull=False).exists()
    assert gifts.exclude(message="").exists()
    assert Pledge.objects.filter(state=Pledge.State.OPEN).count() == 2
    require_iban(BankDetails.load().iban)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_busy_story_has_some_200_comments_in_one_sound_tree(paper):
    story = Story.objects.get(slug=BUSY)
    thread = Thread.objects.get(page_id=story.pk)
    comments = list(Comment.objects.filter(thread=thread))
    assert 190 <= thread.published_count <= 210
    assert (thread.held_count, thread.removed_count) == (2, 1)
    assert max(comment.depth for comment in comments) == 5
    at = {comment.pk: comment for comment in comments}
    for comment in comments:
        assert story.first_public_at < comment.created_at < NOW
        if comment.parent_id:
            parent = at[comment.parent_id]
            assert comment.path.startswith(parent.path)
            assert comment.created_at > parent.created_at
            assert comment.root_id == (parent.root_id or parent.pk)


@pytest.mark.django_db
def test_votes_are_rows_of_guests_and_add_up(paper):
    for comment in Comment.objects.prefetch_related("votes"):
        values = [vote.value for vote in comment.votes.all()]
        assert (values.count(1), values.count(-1)) == (comment.votes_up, comment.votes_down)
    voters = {vote.voter_key for vote in Vote.objects.all()}
    assert voters <= {guest.voter_key for guest in Guest.objects.all()}


@pytest.mark.django_db
def test_staff_author_guests_and_people_with_accounts_take_part(paper):
    comments = Comment.objects.filter(thread_id=Story.objects.get(slug=BUSY).pk)
    assert comments.filter(is_author_reply=True).count() == 9
    assert comments.filter(is_staff_reply=True, is_author_reply=False).exists()
    assert comments.filter(guest__isnull=False, guest_name="").exists()
    assert comments.filter(guest__isnull=False).exclude(guest_name="").exists()
    assert comments.filter(person__isnull=False, is_staff_reply=False).exists()
    removed = Removal.objects.get()
    assert removed.by.display_name == "Perpetua Slade"
    assert (removed.comment.reply_count, removed.comment.descendant_count) == (2, 6)


@pytest.mark.django_db
def test_what_is_held_or_removed_is_not_on_the_page(paper, client):
    held = list(Comment.objects.filter(state=CommentState.HELD))
    removed = Comment.objects.get(state=CommentState.REMOVED)

    page = client.get(Story.objects.get(slug=BUSY).get_url()).content.decode()

    assert len(held) == 2
    assert "fourteen months" in page
    assert all(comment.body_source[:40] not in page for comment in [*held, removed])


@pytest.mark.django_db
def test_nobody_is_told(paper, mailoutbox):
    letters = DBTaskResult.objects.filter(task_path__contains="letter")

    assert (mailoutbox, letters.count()) == ([], 0)
    assert not Person.objects.exclude(email__endswith=".example").exists()


def test_the_same_seed_gives_the_same_hours_and_another_seed_others():
    said = talk(BUSY)

    def hours(seed):
        return moments(said, begins=NOW - dt.timedelta(days=2), ends=NOW, random=Random(seed), zone=DUBLIN)

    assert hours("tide") == hours("tide")
    assert hours("tide") != hours("ebb")


@pytest.mark.parametrize("minutes", [1, 60, 60 * 24 * 3])
def test_comments_fit_between_the_story_and_now_however_short_that_is(minutes):
    said = talk(BUSY)
    begins = NOW - dt.timedelta(minutes=minutes)

    times = moments(said, begins=begins, ends=NOW, random=Random("tide"), zone=DUBLIN)

    assert all(begins < moment < NOW for moment in times)
    assert all(times[one.answers] < moment for one, moment in zip(said, times, strict=True) if one.answers is not None)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_story_with_two_hundred_comments_takes_at_most_fifteen_queries(
    paper, client, django_assert_max_num_queries
):
    address = Story.objects.get(slug=BUSY).path_here

    with django_assert_max_num_queries(15):
        answer = client.get(address)

    assert answer.content.count(b"comment__body") == 209
