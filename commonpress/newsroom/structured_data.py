"""What machines read of a story, in schema.org's words (version 30)."""

import json
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from commonpress.newsroom.models.addresses import absolute
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.photos.captions import caption_of
from commonpress.newsroom.photos.picture import widest_jpeg

Data = dict[str, Any]


def news_article(story: Story, publication: Publication, *, comment_count: int | None = None) -> Data:
    """Return a story as NewsArticle. `comment_count` is said where the discussion is shown."""
    address = absolute(story.path_here)
    changed = max(moment for moment in (story.shown_date, story.corrected_at, story.last_public_at) if moment)
    data: Data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": story.headline,
        "description": story.dek,
        "datePublished": timezone.localtime(story.shown_date).isoformat(),
        "dateModified": timezone.localtime(changed).isoformat(),
        "inLanguage": publication.language,
        "author": [
            {"@type": "Person", "name": byline.name, "url": absolute(byline.get_absolute_url())}
            for byline in story.bylines
        ]
        or publisher(publication),
        "publisher": publisher(publication),
        "articleSection": story.desk.title if story.desk else "",
        "keywords": [tag.name for tag in story.tags_by_name],
        "isAccessibleForFree": True,
    }
    if story.lead_photo is not None:
        data["image"] = image_object(story.lead_photo, story)
    if comment_count is not None:
        data["commentCount"] = comment_count
        data["discussionUrl"] = f"{address}#discussion"
    return without_empty(data)


def publisher(publication: Publication) -> Data:
    data: Data = {"@type": "NewsMediaOrganization", "name": publication.name, "url": absolute("/")}
    if publication.logo is not None:
        logo = widest_jpeg(publication.logo)
        data["logo"] = {
            "@type": "ImageObject",
            "url": absolute(logo.url),
            "width": logo.width,
            "height": logo.height,
        }
    return data


def image_object(photo: Photo, story: Story) -> Data:
    """Return the lead photo with whose it is and when it was taken; never where."""
    shown = widest_jpeg(photo)
    caption = caption_of(photo, story.shown_date, story.lead_caption)
    data: Data = {
        "@type": "ImageObject",
        "url": absolute(shown.url),
        "contentUrl": absolute(shown.url),
        "width": shown.width,
        "height": shown.height,
        "caption": str(caption),
        "description": photo.alt,
        "creditText": photo.credit,
        "copyrightNotice": photo.copyright,
        "dateCreated": photo.taken_on.isoformat() if photo.taken_on else "",
    }
    if photo.photographer:
        data["creator"] = {"@type": "Person", "name": photo.photographer}
    elif photo.agency:
        data["creator"] = {"@type": "Organization", "name": photo.agency}
    if photo.licence.startswith(("http://", "https://")):
        data["license"] = photo.licence
    elif photo.licence:
        data["license"] = {"@type": "CreativeWork", "name": photo.licence}
    return without_empty(data)


def without_empty(data: Data) -> Data:
    return {name: value for name, value in data.items() if value not in ("", [], None)}


def as_script(data: Data) -> SafeString:
    """Return the data as JSON that cannot end the <script> it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, written in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(sign, written)
    return SafeString(text)  # nothing in it is HTML any more
