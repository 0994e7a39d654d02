"""A photo as readers see it: the pictures that stand, or the one made at upload; and whether it is an old one."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.public_page import PublicPage
from commonpress.newsroom.photos import captions
from commonpress.newsroom.photos.picture import picture_of

register = template.Library()


@register.simple_tag
def picture(
    photo: Photo, sizes: str, shape: str = "full", *, eager: bool = False, beside_text: bool = False
) -> SafeString:
    """Return a <picture> of a photo.

    `sizes` is the HTML attribute; `shape` is "full" (the true ratio) or "wide" (three to two, cut around the
    focal point). `eager` marks the first picture of a page. `beside_text`: the link or text next to it says
    all, so it is not read aloud twice.
    """
    shown = picture_of(photo, shape)
    image = format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" {} decoding="async">',
        shown.fallback.url,
        "" if beside_text else photo.alt,
        shown.fallback.width,
        shown.fallback.height,
        SafeString('fetchpriority="high"' if eager else 'loading="lazy"'),
    )
    if not shown.sources:
        return image
    return format_html(
        '<picture><source type="image/avif" srcset="{}" sizes="{}">{}</picture>', shown.srcset, sizes, image
    )


@register.simple_tag
def file_photo_label(photo: Photo, on: captions.Moment | None) -> str:
    """Return "File photo" and its date for a photo taken more than 30 days before the story's day, else nothing."""
    return captions.file_photo_label(photo, on)


@register.simple_tag
def caption_of(photo: Photo, story: PublicPage | None = None, own_caption: str = "") -> captions.Caption:
    """`{% caption_of photo story own_caption as caption %}`: label, text and credit; as text, the first two."""
    return captions.caption_of(photo, story, own_caption)
