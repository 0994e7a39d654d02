import pytest
from django.core.cache import cache

from commonpress.accounts.actions.renaming import rename
from commonpress.changes.models import Change
from commonpress.newsroom.models.byline import Byline
from tests.factories.accounts import PersonFactory, make_person
from tests.factories.discussion import comment_on, story_to_discuss

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def an_owner_with_a_name():
    cache.clear()
    make_person("olive@paper.example", "owner", display_name="Olive Owner")


def test_who_has_written_cannot_take_the_name_of_somebody_who_works_here(client):
    mallory = make_person("m@readers.example", display_name="Mallory")
    story = story_to_discuss()
    comment_on(story, "The paper lied.", writer=mallory)
    client.force_login(mallory)

    answer = client.post("/accounts/", {"display_name": "0live Owner"})

    mallory.refresh_from_db()
    assert (answer.status_code, mallory.display_name) == (422, "Mallory")
    assert "0live Owner" not in client.get(story.url).content.decode()


def test_nobody_joins_under_the_name_of_somebody_who_works_here(client):
    answer = client.post("/accounts/signup/", {"email": "m@readers.example", "display_name": "Olive Owner"})

    assert "Somebody who works here has this name." in answer.content.decode()


@pytest.mark.parametrize("who", ["the owner", "an author"])
def test_who_has_the_name_by_right_may_show_it(client, who):
    person = make_person("a@readers.example", *(["owner"] if who == "the owner" else []), display_name="")
    Byline.objects.create(name="Ann Author", slug="ann-author", person=person)
    client.force_login(person)

    client.post("/accounts/", {"display_name": "Ann Author"})

    person.refresh_from_db()
    assert person.display_name == "Ann Author"


def test_a_new_name_refreshes_each_thread_its_person_wrote_in():
    ada = PersonFactory(display_name="Ada")
    stories = [story_to_discuss(title) for title in ("One", "Two", "Three")]
    for story in (stories[0], stories[0], stories[1]):
        comment_on(story, writer=ada)
    comment_on(stories[2])
    before = set(Change.objects.values_list("pk", flat=True))

    rename(ada, "Ada L.")

    keys = sorted(Change.objects.exclude(pk__in=before).values_list("key", flat=True))
    assert keys == sorted(f"thread:{story.pk}" for story in stories[:2])
