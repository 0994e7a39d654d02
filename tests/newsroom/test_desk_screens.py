"""The desk's lists, the publication's form, and what nobody may take away."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.test.utils.form_data import nested_form_data, streamfield

from commonpress.changes.models import Change
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.front import Front
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from tests.factories.newsroom import (
    BylineFactory,
    DeskFactory,
    DraftFactory,
    PlainPageFactory,
    StoryFactory,
    make_publication,
)

pytestmark = pytest.mark.django_db

PUBLISH = {"action-publish": "Publish"}


def test_the_list_of_stories_costs_the_same_with_one_and_three(desk):
    client = desk("editor")
    section, byline = DeskFactory(), BylineFactory()
    StoryFactory(desk=section, bylines=[byline])
    client.get(reverse("stories:index"))
    with CaptureQueriesContext(connection) as with_one:
        client.get(reverse("stories:index"))
    StoryFactory(desk=section, bylines=[byline])
    DraftFactory(title="Third", desk=section, bylines=[byline])

    with CaptureQueriesContext(connection) as with_three:
        page = client.get(reverse("stories:index")).content.decode()

    assert "Third" in page
    assert byline.name in page
    assert len(with_three) == len(with_one)


def test_the_list_of_stories_is_filtered_by_desk_and_state_and_searched_by_draft_headline(desk):
    client = desk("editor")
    council = DeskFactory(title="Council")
    StoryFactory(title="Bridge reopens", desk=council)
    DraftFactory(title="Mayor resigns", desk=council)
    StoryFactory(title="Fair opens")

    def listed(**query):
        page = client.get(reverse("stories:index"), query).content.decode()
        return {title for title in ("Bridge reopens", "Mayor resigns", "Fair opens") if title in page}

    assert listed() == {"Bridge reopens", "Mayor resigns", "Fair opens"}
    assert listed(desk=council.pk) == {"Bridge reopens", "Mayor resigns"}
    assert listed(state="draft") == {"Mayor resigns"}
    assert listed(state="published", desk=council.pk) == {"Bridge reopens"}
    assert listed(q="mayor") == {"Mayor resigns"}


def test_only_owners_change_the_publication_and_every_change_is_kept(desk):
    client = desk("owner")
    form = {
        "name": "The Upper Valley Courier",
        "tagline": "",
        "logo": "",
        "spot_colour": "#0B5A3C",
        "language": "de",
        "zone": "Europe/Berlin",
        "currency": "EUR",
        "contact_email": "",
        "place": "",
        "owner_name": "",
        "call_before": "",
        "call_after": "",
        "house_rules": "",
    }

    client.post(reverse("publication:edit", args=(1,)), form)

    publication = Publication.load()
    assert (publication.name, publication.language, publication.spot_colour) == (
        "The Upper Valley Courier",
        "de",
        "#0b5a3c",
    )
    assert publication.revisions.count() == 1


@pytest.mark.parametrize("role", ["editor", "reporter", "moderator"])
def test_others_do_not_change_the_publication(desk, role):
    client = desk(role)

    answer = client.post(reverse("publication:edit", args=(1,)), {"name": "Mine"})

    assert answer.status_code == 302
    assert Publication.load().name == "The Lower Valley Courier"


def test_a_nonsense_zone_is_refused_beside_the_field(desk):
    client = desk("owner")

    answer = client.post(reverse("publication:edit", args=(1,)), {"name": "Courier", "zone": "Mars/Olympus"})

    assert "Select a valid choice" in answer.content.decode()
    assert Publication.load().zone == "America/Chicago"


@pytest.mark.parametrize("role", ["editor", "owner"])
def test_every_screen_of_the_menu_opens(desk, role):
    client = desk(role)
    section, byline = DeskFactory(), BylineFactory()
    story = StoryFactory(desk=section, bylines=[byline])

    addresses = [
        reverse("wagtailadmin_home"),
        reverse("stories:index"),
        reverse("desks:index"),
        reverse("pages:index"),
        reverse("bylines:index"),
        reverse("bylines:add"),
        reverse("bylines:edit", args=(byline.pk,)),
        reverse("wagtailadmin_pages:edit", args=(story.pk,)),
        reverse("wagtailadmin_pages:edit", args=(section.pk,)),
        reverse("wagtailadmin_pages:edit", args=(Front.objects.get().pk,)),
        reverse("wagtailadmin_pages:history", args=(story.pk,)),
        *(
            [reverse("publication:edit", args=(1,)), reverse("publication:history", args=(1,))]
            if role == "owner"
            else []
        ),
    ]

    assert [(address, client.get(address).status_code) for address in addresses] == [
        (address, 200) for address in addresses
    ]


@pytest.mark.parametrize(
    ("verb", "statuses"),
    # A front cannot be deleted by anybody's rights, so that Wagtail leads away before we refuse.
    [("delete", [403, 302]), ("unpublish", [403, 403]), ("copy", [403, 403])],
)
def test_nobody_takes_away_the_front_or_a_year(desk, verb, statuses):
    client = desk("owner")
    year, front = year_folder(), Front.objects.get()

    answers = [client.post(reverse(f"wagtailadmin_pages:{verb}", args=(page.pk,))) for page in (year, front)]

    assert [answer.status_code for answer in answers] == statuses
    assert [page.live for page in Page.objects.filter(pk__in=[year.pk, front.pk])] == [True, True]


# Wagtail itself knows that a year goes under no plain page, and shows the form again.
@pytest.mark.parametrize(("verb", "status"), [("delete", 403), ("unpublish", 403), ("move", 200)])
def test_nobody_takes_away_the_front_or_a_year_in_bulk_either(desk, verb, status):
    client = desk("owner")
    year, front, about, other = year_folder(), Front.objects.get(), PlainPageFactory(), PlainPageFactory()
    address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", verb))
    form = {"chooser": other.pk}

    stays = [Page.objects.filter(pk=page.pk, path=page.path, live=True).exists for page in (year, front, about)]

    refused = client.post(f"{address}?id={year.pk}&id={front.pk}&id={about.pk}", form)
    assert (refused.status_code, [there() for there in stays]) == (status, [True, True, True])
    client.post(f"{address}?id={about.pk}", form)

    assert [there() for there in stays] == [True, True, False]


def test_an_editor_opens_the_discussion_of_a_page(desk):
    client = desk("editor")
    page = PlainPageFactory(title="About")
    form = {
        "title": "About",
        "slug": page.slug,
        "body": streamfield([]),
        "place": "foot",
        "position": "10",
        "comments_state": "open",
    }

    client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), nested_form_data(form) | PUBLISH)

    assert page.comments_state == "off"
    page.refresh_from_db()
    assert page.comments_state == "open"


@pytest.mark.parametrize(
    ("slug", "is_below", "is_made"),
    [
        ("media", True, True),
        ("2019", True, True),
        ("feed", True, False),
        ("media", False, False),
        ("2019", False, False),
        ("press", False, True),
    ],
)
def test_a_page_may_be_called_like_a_part_of_the_paper_only_below_another(desk, slug, is_below, is_made):
    client = desk("editor")
    parent = PlainPageFactory(title="About") if is_below else Front.objects.get()
    form = {"title": "Press", "slug": slug, "body": streamfield([]), "place": "", "position": "10"}
    form["comments_state"] = "off"

    client.post(
        reverse("wagtailadmin_pages:add", args=("newsroom", "plainpage", parent.pk)), nested_form_data(form) | PUBLISH
    )

    assert PlainPage.objects.child_of(parent).filter(slug=slug, live=True).exists() is is_made


def test_a_year_has_nothing_to_edit(desk):
    client = desk("editor")
    year = year_folder()

    client.post(reverse("wagtailadmin_pages:edit", args=(year.pk,)), {"title": "Other", "slug": "other"} | PUBLISH)

    year.refresh_from_db()
    assert (year.title, year.slug) == (str(timezone.localtime().year),) * 2


def test_a_copy_begins_a_life_of_its_own(desk):
    client = desk("editor")
    story = StoryFactory(title="Bridge reopens", bylines=[BylineFactory()])

    client.post(
        reverse("wagtailadmin_pages:copy", args=(story.pk,)),
        {"new_title": "Bridge closes", "new_slug": "bridge-closes", "new_parent_page": story.get_parent().pk},
    )

    copy = Story.objects.get(slug="bridge-closes")
    assert not copy.live
    assert (copy.first_public_at, copy.public_path) == (None, "")
    assert copy.uid != story.uid
    copy.latest_revision.publish()
    copy.refresh_from_db()
    assert copy.uid != story.uid
    assert copy.public_path.endswith("/bridge-closes/")


def test_no_page_is_made_private(desk):
    client = desk("owner")
    story = StoryFactory()

    client.post(
        reverse("wagtailadmin_pages:set_privacy", args=(story.pk,)), {"restriction_type": "password", "password": "x"}
    )

    assert not PageViewRestriction.objects.exists()


def test_a_credited_byline_is_not_deleted(desk):
    client = desk("editor")
    credited, spare = BylineFactory(), BylineFactory()
    StoryFactory(bylines=[credited])

    for byline in (credited, spare):
        client.post(reverse("bylines:delete", args=(byline.pk,)))

    assert list(Byline.objects.all()) == [credited]


def test_a_byline_gets_its_address_from_its_name(desk):
    client = desk("editor")
    BylineFactory(name="Ada Pole", slug="ada-pole")
    form = {"name": " Ada  Pole ", "slug": "", "role": "", "biography": "", "portrait": "", "person": ""}

    client.post(reverse("bylines:add"), form)
    refused = client.post(reverse("bylines:add"), form | {"name": "???"})

    assert Byline.objects.get(slug="ada-pole-2").name == "Ada Pole"
    assert "Write a name readers can read aloud." in refused.content.decode()


def test_what_stands_on_many_pages_says_that_it_changed():
    byline = BylineFactory()
    Change.objects.all().delete()

    byline.role = "Editor"
    byline.save()
    make_publication(name="The Other Courier")

    assert list(Change.objects.order_by("pk").values_list("key", flat=True)) == [byline.key, "publication"]
