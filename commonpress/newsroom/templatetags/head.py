"""What stands in the head of a page for machines and for other sites that link to it."""

from dataclasses import dataclass, field
from typing import Any

from django import template
from django.template import Context
from wagtail.models import Page

from commonpress.newsroom.models.addresses import absolute
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.photos.picture import Shown, widest_jpeg
from commonpress.newsroom.structured_data import as_script, news_article

register = template.Library()


@dataclass(frozen=True)
class Feed:
    title: str
    address: str
    type: str


@dataclass(frozen=True)
class Head:
    """`canonical` and the image's address are absolute. `kind` is Open Graph's: "article" or "website"."""

    canonical: str
    title: str
    description: str
    kind: str = "website"
    image: Shown | None = None
    image_address: str = ""
    image_alt: str = ""
    feeds: list[Feed] = field(default_factory=list)
    structured: str = ""


@register.simple_tag(takes_context=True)
def head_of_page(context: Context) -> Head:
    """Describe the page that is drawn, by what its view gave: story, desk, byline, tag, or another page."""
    publication: Publication = context["publication"]
    path = context["request"].path
    story = context.get("story")
    if isinstance(story, Story):
        return head_of_story(story, publication, context.get("comment_count"))
    subject: Any = context.get("byline") or context.get("tag") or context.get("page")
    if isinstance(subject, Byline):
        return plain_head(subject.name, subject.biography, path, subject.get_absolute_url(), subject.portrait)
    if isinstance(subject, Desk):
        return plain_head(subject.title, subject.dek, path, subject.path_here)
    if "tag" in context and subject is context["tag"]:
        return plain_head(subject.name, "", path, f"/tag/{subject.slug}/")
    if path == "/" or not isinstance(subject, Page):
        return Head(absolute(path), publication.name, publication.tagline if path == "/" else "")
    return Head(absolute(path), subject.title, "")


def plain_head(title: str, description: str, path: str, base: str, photo: Photo | None = None) -> Head:
    """Describe a page that lists stories; it has feeds of its own."""
    feeds = [
        Feed(title, f"{base}feed/", "application/rss+xml"),
        Feed(title, f"{base}feed/atom/", "application/atom+xml"),
    ]
    return with_image(Head(absolute(path), title, " ".join(description.split())[:300], feeds=feeds), photo)


def head_of_story(story: Story, publication: Publication, comment_count: Any) -> Head:
    structured = as_script(
        news_article(story, publication, comment_count=comment_count if isinstance(comment_count, int) else None)
    )
    head = Head(
        canonical=absolute(story.path_here),
        title=story.headline,
        description=story.search_description or story.dek,
        kind="article",
        structured=structured,
    )
    return with_image(head, story.lead_photo)


def with_image(head: Head, photo: Photo | None) -> Head:
    if photo is None:
        return head
    shown = widest_jpeg(photo)
    return Head(**{**vars(head), "image": shown, "image_address": absolute(shown.url), "image_alt": photo.alt})
