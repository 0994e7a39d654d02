"""A photo as readers see it: the pictures that stand, or the one made at upload; and its caption."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonpress.newsroom.models.photo import Photo
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
def caption_of(photo: Photo, on: captions.Moment | None, own_caption: str) -> captions.Caption:
    """`{% caption_of photo on own_caption as shown %}`: what stands under a photo in a story of that day."""
    return captions.caption_of(photo, on, own_caption)
