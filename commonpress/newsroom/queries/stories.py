"""Stories by what they are about and who wrote them, for pages that are not Wagtail's."""

from django.http import Http404
from taggit.models import Tag

from commonpress.newsroom.models.archive import Archive, archive_of
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.story import Story


def tag_archive(tag: Tag, *, year: int | None = None, month: int | None = None, page: int = 1) -> Archive:
    """Return the archive at /tag/SLUG/ (or its year, its month). Raises Http404 when nothing there is public."""
    stories = Story.objects.published().filter(tagged_items__tag=tag)
    archive = archive_of(stories, base=f"/tag/{tag.slug}/", year=year, month=month, page=page)
    if not archive.stories:
        raise Http404
    return archive


def byline_archive(byline: Byline, *, year: int | None = None, month: int | None = None, page: int = 1) -> Archive:
    """Return the archive at /by/SLUG/ (or its year, its month)."""
    # Through a set of keys: a credit that stands twice must not list its story twice.
    stories = Story.objects.published().filter(pk__in=byline.story_bylines.values("story"))
    return archive_of(stories, base=byline.get_absolute_url(), year=year, month=month, page=page)
