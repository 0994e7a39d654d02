"""Stories, desks, bylines and plain pages for tests, made through the same actions as at the desk."""

import factory
from wagtail.models import Page

from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.byline import Byline, StoryByline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.front import Front
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story


class BylineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Byline

    name = factory.Sequence(lambda n: f"Ada Writer {n}")
    slug = factory.Sequence(lambda n: f"ada-writer-{n}")


class PageFactory(factory.django.DjangoModelFactory):
    """Makes pages under the front, published unless `published=False`."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *_args, published=True, parent=None, **kwargs):
        page = model_class(live=False, **kwargs)
        # Read again: another page may have been added since.
        parent = Page.objects.get(pk=parent.pk) if parent else Front.objects.get()
        parent.add_child(instance=page)
        if published:
            publish(page)
        return page


class DeskFactory(PageFactory):
    class Meta:
        model = Desk

    title = factory.Sequence(lambda n: f"Desk {n}")


class PlainPageFactory(PageFactory):
    class Meta:
        model = PlainPage

    title = factory.Sequence(lambda n: f"Plain page {n}")


class StoryFactory(factory.django.DjangoModelFactory):
    """Makes stories, published now unless `first_public_at` is given or `published=False`.

    `bylines` is a list of Byline, `tags` one of words; there is a desk, and nobody credited, unless told otherwise.
    """

    class Meta:
        model = Story

    title = factory.Sequence(lambda n: f"Council repairs bridge {n}")
    dek = "The work takes until spring."
    desk = factory.SubFactory(DeskFactory)

    @classmethod
    def _create(cls, model_class, *_args, published=True, bylines=(), tags=(), parent=None, **kwargs):
        story = model_class(live=False, **kwargs)
        story.story_bylines.set([StoryByline(byline=byline, sort_order=place) for place, byline in enumerate(bylines)])
        story.tags.set(tags)
        year = parent or year_folder(kwargs.get("first_public_at"))
        Page.objects.get(pk=year.pk).add_child(instance=story)
        if published:
            publish(story)
        else:
            story.save_revision()
        return story


class DraftFactory(StoryFactory):
    published = False


def make_publication(**fields: object) -> Publication:
    """Return the publication's one row, with a zone that is not UTC so that midnights differ."""
    publication = Publication(**{"name": "The Lower Valley Courier", "zone": "America/Chicago", **fields})
    publication.save()
    return publication
