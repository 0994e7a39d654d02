"""The editor's desk, through Wagtail's real views."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtail.users.models import UserProfile

from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.front import Front
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import PersonFactory
from tests.factories.newsroom import BylineFactory, DeskFactory, DraftFactory, StoryFactory

pytestmark = pytest.mark.django_db


def story_form(title="Bridge reopens", *, desk=None, bylines=(), body=(), **fields):
    return nested_form_data(
        {
            "title": title,
            "slug": "",
            "dek": "",
            "desk": desk.pk if desk else "",
            "story_bylines": inline_formset([{"byline": byline.pk} for byline in bylines]),
            "lead_photo": "",
            "lead_caption": "",
            "body": streamfield(body),
            "tags": "",
            "first_public_at": "",
            "corrected_at": "",
            "comments_state": "open",
            "go_live_at": "",
            "expire_at": "",
            **fields,
        }
    )


def begin(client, form, **action):
    return client.post(reverse("wagtailadmin_pages:add", args=("newsroom", "story", year_folder().pk)), form | action)


def edit(client, story, form, **action):
    return client.post(reverse("wagtailadmin_pages:edit", args=(story.pk,)), form | action)


PUBLISH = {"action-publish": "Publish"}
SUBMIT = {"action-submit": "Submit"}


def test_a_story_is_begun_under_this_year_wherever_the_writer_stands(desk):
    client = desk("reporter")
    assert not Page.objects.filter(slug=str(timezone.localtime().year)).exists()

    answer = client.get(reverse("newsroom_new_story"))

    year = year_folder()
    add = reverse("wagtailadmin_pages:add", args=("newsroom", "story", year.pk))
    assert answer.url == f"{add}?next=%2Fadmin%2Fstories%2F"
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("role", ["moderator", "treasurer"])
def test_moderators_and_treasurers_neither_see_nor_reach_the_editor(desk, role):
    client = desk(role)
    story = DraftFactory(title="Secret draft")

    home = client.get(reverse("wagtailadmin_home")).content.decode()

    assert "Stories" not in home
    assert client.get(reverse("newsroom_new_story")).status_code == 403
    for address in ("stories:index", "desks:index", "bylines:index", "publication:list"):
        assert client.get(reverse(address)).status_code == 302, address
    assert client.get(reverse("wagtailadmin_pages:edit", args=(story.pk,))).status_code == 302
    assert client.get(reverse("wagtailadmin_pages:view_draft", args=(story.pk,))).status_code == 302


def test_a_reporter_writes_a_draft_and_hands_it_in_but_cannot_publish(desk):
    client = desk("reporter")
    section, byline = DeskFactory(), BylineFactory()

    begin(client, story_form(desk=section, bylines=[byline]), **PUBLISH)
    story = Story.objects.get()
    after_publishing = story.live
    edit(client, story, story_form(desk=section, bylines=[byline]), **SUBMIT)

    story.refresh_from_db()
    assert not after_publishing
    assert not story.live
    assert story.owner == client.person
    assert story.current_workflow_state.status == "in_progress"


def test_a_reporter_edits_neither_others_stories_nor_desks_nor_the_front(desk):
    client = desk("reporter")
    others, section, front = DraftFactory(), DeskFactory(), Front.objects.get()

    for page in (others, section, front):
        answer = client.get(reverse("wagtailadmin_pages:edit", args=(page.pk,)))
        assert answer.status_code == 302, page
        assert answer.url == reverse("wagtailadmin_home")
    begun = client.get(reverse("wagtailadmin_pages:add", args=("newsroom", "desk", front.pk)))
    assert begun.status_code == 302
    assert client.post(reverse("wagtailadmin_pages:unpublish", args=(section.pk,))).status_code == 302
    section.refresh_from_db()
    assert section.live


def test_a_reporter_may_not_publish_by_bulk_or_workflow_either(desk):
    client = desk("reporter")
    story = DraftFactory(owner=client.person)

    client.post(reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish")) + f"?id={story.pk}")
    story.get_workflow().start(story, client.person)
    task = story.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=(story.pk, "approve", task.pk)), {"next": "/"})

    story.refresh_from_db()
    assert not story.live


def test_an_editor_publishes_what_a_reporter_handed_in(desk):
    reporter = PersonFactory(roles=["reporter"])
    story = DraftFactory(owner=reporter, bylines=[BylineFactory()])
    story.get_workflow().start(story, reporter)
    client = desk("editor")

    client.post(
        reverse("wagtailadmin_pages:workflow_action", args=(story.pk, "approve", story.current_workflow_task_state.pk)),
        {"next": "/"},
    )

    story.refresh_from_db()
    assert story.live
    assert story.first_public_at is not None


def test_an_editor_begins_and_publishes_a_story_in_one_go(desk):
    client = desk("editor")
    section, byline = DeskFactory(title="Council"), BylineFactory()
    body = [("paragraph", rich_text("<p>It is open.</p>")), ("heading", "What now")]

    answer = begin(client, story_form(desk=section, bylines=[byline], body=body), **PUBLISH)

    story = Story.objects.get()
    assert answer.status_code == 302
    assert story.live
    assert story.path_here == f"/{timezone.localtime().year}/bridge-reopens/"
    assert [block.block_type for block in story.body] == ["paragraph", "heading"]
    assert story.bylines == [byline]


def test_an_hour_at_the_desk_is_an_hour_in_the_papers_zone(desk):
    client = desk("editor")
    section, byline = DeskFactory(), BylineFactory()

    begin(client, story_form(desk=section, bylines=[byline], go_live_at="2090-02-01 09:00"), **PUBLISH)

    story = Story.objects.get()
    assert not story.live
    assert story.go_live_at == dt.datetime(2090, 2, 1, 15, tzinfo=dt.UTC)
    assert story.approved_schedule


def test_somebody_far_away_may_work_in_a_zone_of_their_own(desk):
    client = desk("editor")
    UserProfile.objects.create(user=client.person, current_time_zone="Asia/Tokyo")

    begin(client, story_form(go_live_at="2090-02-01 09:00"))

    assert Story.objects.get().get_latest_revision_as_object().go_live_at == dt.datetime(2090, 2, 1, tzinfo=dt.UTC)


def test_a_draft_may_lack_desk_and_byline_and_a_finished_story_is_told_what_it_lacks(desk):
    client = desk("editor")

    saved = begin(client, story_form())
    story = Story.objects.get()
    refused = edit(client, story, story_form(), **PUBLISH)

    assert saved.status_code == 302
    page = refused.content.decode()
    assert "Choose the desk this story belongs to." in page
    assert "choose at least one byline." in page
    story.refresh_from_db()
    assert not story.live


def test_a_taken_slug_is_shown_with_its_number_before_publishing(desk):
    client = desk("editor")
    section, byline = DeskFactory(), BylineFactory()
    StoryFactory(title="Bridge reopens")
    form = story_form(desk=section, bylines=[byline])

    shown = begin(client, form, **PUBLISH)
    page = shown.content.decode()
    begin(client, form | {"slug": "bridge-reopens-2"}, **PUBLISH)

    assert "This one now has “bridge-reopens-2”" in page
    assert 'value="bridge-reopens-2"' in page
    assert list(Story.objects.order_by("pk").values_list("slug", flat=True)) == ["bridge-reopens", "bridge-reopens-2"]


def test_a_slug_taken_in_the_year_of_the_schedule_is_shown_too(desk):
    client = desk("editor")
    section, byline = DeskFactory(), BylineFactory()
    next_year = timezone.localtime().year + 1
    DraftFactory(title="Bridge reopens", parent=year_folder(dt.datetime(next_year, 3, 1, tzinfo=dt.UTC)))

    answer = begin(client, story_form(desk=section, bylines=[byline], go_live_at=f"{next_year}-02-01 09:00"), **PUBLISH)

    assert "This one now has “bridge-reopens-2”" in answer.content.decode()


@pytest.mark.parametrize("slug", ["by", "tag", "give", "ledger", "meter", "c", "search", "admin", "accounts", "2019"])
def test_a_desk_cannot_take_an_address_of_the_papers_own(desk, slug):
    client = desk("editor")
    form = {"title": "A desk", "slug": slug, "dek": "", "position": "10"}

    answer = client.post(
        reverse("wagtailadmin_pages:add", args=("newsroom", "desk", Front.objects.get().pk)), form | PUBLISH
    )

    assert f"The address /{slug}/" in answer.content.decode()
    assert not Desk.objects.exists()


def test_a_story_cannot_have_been_published_in_the_future(desk):
    client = desk("editor")

    answer = begin(client, story_form(first_public_at="2090-01-01 10:00"))

    assert "This hour has not come yet." in answer.content.decode()
    assert not Story.objects.exists()


@pytest.mark.parametrize(
    ("corrected", "said"),
    [
        ("2020-05-01 09:59", "corrected before it was published"),
        ("2090-01-01 10:00", "This hour has not come yet"),
        ("2020-05-01 10:00", None),
    ],
)
def test_a_correction_lies_between_the_publication_and_now(desk, corrected, said):
    client = desk("editor")
    dates = {"first_public_at": "2020-05-01 10:00", "corrected_at": corrected}

    answer = begin(client, story_form(desk=DeskFactory(), bylines=[BylineFactory()], **dates), **PUBLISH)

    assert Story.objects.exists() == (said is None)
    assert said is None or said in answer.content.decode()


def test_one_byline_stands_once_and_two_may_change_places(desk):
    client = desk("editor")
    section, ada, bea = DeskFactory(), BylineFactory(), BylineFactory()
    begin(client, story_form(desk=section, bylines=[ada, bea]), **PUBLISH)
    story = Story.objects.get()
    rows = list(story.story_bylines.all())

    twice = edit(client, story, story_form(desk=section, bylines=[ada, ada]), **PUBLISH)
    swapped = story_form(desk=section) | nested_form_data(
        {
            "story_bylines": inline_formset(
                [{"id": rows[0].pk, "byline": bea.pk}, {"id": rows[1].pk, "byline": ada.pk}], initial=2
            )
        }
    )
    edit(client, story, swapped, **PUBLISH)

    assert "One byline stands twice" in twice.content.decode()
    assert Story.objects.get().bylines == [bea, ada]


def test_an_uneven_table_is_refused_with_the_row(desk):
    client = desk("editor")
    table = {"caption": "", "has_head": "on", "rows": "Year | Litres\n2024 | 3 | 4"}

    answer = begin(client, story_form(body=[("table", table)]))

    assert "Row 2 has 3 cells, the first has 2." in answer.content.decode().replace("\\u0027", "'")
    assert not Story.objects.exists()
