"""Stories with discussions, people and guests who write in them."""

import factory
from django.utils import timezone
from wagtail.models import Page

from commonpress.accounts.models import Guest, Person
from commonpress.discussion.actions.comments import post_comment
from commonpress.newsroom.models.front import Front
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.models.year import Year


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    email = factory.Sequence(lambda n: f"reader{n}@paper.example")
    display_name = factory.Sequence(lambda n: f"Reader {n}")


class GuestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Guest

    identity_hash = factory.Sequence(lambda n: f"{n:064x}")


def moderator() -> Person:
    from django.contrib.auth.models import Group

    person = PersonFactory(display_name="Mo Derator")
    person.groups.add(Group.objects.get(name="moderator"))
    return person


def story_to_discuss(title: str = "The bridge stays closed", **fields) -> Story:
    """Make a public story in the year 2026, and the front and the year when there are none."""
    now = timezone.now()
    front = Front.objects.first()
    if front is None:
        front = Page.objects.get(depth=1).add_child(instance=Front(title="Front", slug="front-of-tests"))
    year = Year.objects.child_of(front).filter(slug="2026").first()
    if year is None:
        year = front.add_child(instance=Year(title="2026", slug="2026"))
    return year.add_child(instance=Story(title=title, first_public_at=now, last_public_at=now, **fields))


def comment_on(story, text="A first thought.", *, writer=None, parent=None, name=""):
    """Post a comment as readers do."""
    return post_comment(story, writer=writer or GuestFactory(), text=text, parent=parent, name=name)
