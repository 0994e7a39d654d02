"""What feed readers fetch: the newest stories of the paper, a desk, a byline or a tag, as RSS and as Atom."""

from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe
from taggit.models import Tag

from commonpress.changes.shown import keep
from commonpress.lib.text import clean_line, clean_text
from commonpress.newsroom.middleware import publication_of
from commonpress.newsroom.models.addresses import absolute
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.story import Story, StoryQuerySet
from commonpress.newsroom.photos.captions import caption_of
from commonpress.newsroom.photos.picture import widest_jpeg

NEWEST = 30
MEDIA = "http://search.yahoo.com/mrss/"


class MediaElements:
    """Adds what both formats say of a story's lead photo: its size, what it shows, who took it."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:media": MEDIA}  # type: ignore[misc]  # of the feed beside this

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)  # type: ignore[misc]  # of the feed beside this
        photo = item["photo"]
        if photo is None:
            return
        size = {"width": str(photo["shown"].width), "height": str(photo["shown"].height)}
        about = {"url": photo["url"], "type": "image/jpeg", "medium": "image", **size}
        handler.startElement("media:content", AttributesImpl(about))
        for name, text in (("description", str(photo["caption"])), ("credit", photo["caption"].credit)):
            if text:
                handler.addQuickElement(f"media:{name}", clean_line(text))
        handler.endElement("media:content")


class Rss(MediaElements, Rss201rev2Feed):
    content_type = "application/rss+xml; charset=utf-8"

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            # RSS's own "author" wants an e-mail address, which nobody shall give away.
            handler.addQuickElement("dc:creator", author, {"xmlns:dc": "http://purl.org/dc/elements/1.1/"})


class Atom(MediaElements, Atom1Feed):
    content_type = "application/atom+xml; charset=utf-8"

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", author)
            handler.endElement("author")


FORMATS: dict[str, type[Rss | Atom]] = {"rss": Rss, "atom": Atom}


@require_safe
def of_paper(request: HttpRequest, form: str) -> HttpResponse:
    keep("front")
    return answer(request, form, Story.objects.published(), "/", "")


@require_safe
def of_desk(request: HttpRequest, form: str, slug: str) -> HttpResponse:
    desk = get_object_or_404(Desk.objects.live(), slug=slug)
    keep(f"desk:{desk.pk}")
    return answer(request, form, Story.objects.published().filter(desk=desk), desk.path_here, desk.title)


@require_safe
def of_byline(request: HttpRequest, form: str, slug: str) -> HttpResponse:
    byline = get_object_or_404(Byline, slug=slug)
    stories = Story.objects.published().filter(pk__in=byline.story_bylines.values("story"))
    keep(byline.key)
    return answer(request, form, stories, byline.get_absolute_url(), byline.name)


@require_safe
def of_tag(request: HttpRequest, form: str, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    stories = Story.objects.published().filter(tagged_items__tag=tag)
    if not stories.exists():
        raise Http404
    keep(f"tag:{tag.slug}")
    return answer(request, form, stories, f"/tag/{tag.slug}/", tag.name)


def answer(
    request: HttpRequest,
    form: str,
    stories: StoryQuerySet,
    path: str,
    name: str,
) -> HttpResponse:
    """Answer with a feed of the newest of `stories`; `path` is the page they stand on, `name` what it is called."""
    publication = publication_of(request)
    feed = FORMATS[form](
        title=clean_line(f"{name} – {publication.name}" if name else publication.name),
        link=absolute(path),
        description=clean_line(publication.tagline or publication.name),
        language=publication.language,
        author_name=clean_line(publication.name),
        feed_url=absolute(request.path),
    )
    for story in stories.newest_first().cards().prefetch_related("tagged_items__tag")[:NEWEST]:
        add(feed, story)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def add(feed: Rss | Atom, story: Story) -> None:
    photo = described(story)
    feed.add_item(
        title=clean_line(story.headline),
        link=absolute(story.path_here),
        description=clean_text(story.dek),
        unique_id=f"urn:uuid:{story.uid}",
        unique_id_is_permalink=False,
        pubdate=story.first_public_at,
        updateddate=max(
            moment for moment in (story.last_public_at, story.corrected_at, story.first_public_at) if moment
        ),
        categories=subjects(story),
        enclosures=[Enclosure(photo["url"], str(photo["bytes"]), "image/jpeg")] if photo else [],
        authors=[clean_line(byline.name) for byline in story.bylines],
        photo=photo,
    )


def described(story: Story) -> dict[str, Any] | None:
    if story.lead_photo is None:
        return None
    shown = widest_jpeg(story.lead_photo)
    caption = caption_of(story.lead_photo, story.shown_date, story.lead_caption)
    # Until the job has drawn it the size is unknown; readers of feeds take 0 for that.
    return {"shown": shown, "url": absolute(shown.url), "bytes": shown.bytes or 0, "caption": caption}


def subjects(story: Story) -> list[str]:
    tags = sorted(item.tag.name for item in story.tagged_items.all())
    return [clean_line(name) for name in ([story.desk.title] if story.desk else []) + tags]
