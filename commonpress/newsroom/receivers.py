"""Wagtail's and Django's signals, each handed to one action. Between our own packages we call functions.

Deleting a live page needs no receiver: Wagtail unpublishes it first.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from taggit.models import Tag
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from commonpress.newsroom.actions import photos, publishing, upkeep
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.publication import Publication


@receiver(page_published)
def on_published(instance: Page, **signal: Any) -> None:
    publishing.settle_published(instance)


@receiver(page_unpublished)
def on_unpublished(instance: Page, **signal: Any) -> None:
    publishing.settle_withdrawn(instance)


@receiver(post_page_move)
def on_moved(instance: Page, **signal: Any) -> None:
    publishing.settle_moved(instance)


@receiver(post_save, sender=Byline)
def on_byline(instance: Byline, **signal: Any) -> None:
    upkeep.byline_changed(instance)


@receiver(post_delete, sender=Byline)
def on_byline_deleted(instance: Byline, **signal: Any) -> None:
    upkeep.byline_deleted(instance)


@receiver([post_save, post_delete], sender=Tag)
def on_tag(instance: Tag, *, created: bool = False, **signal: Any) -> None:
    if not created:
        upkeep.tag_changed(instance)


@receiver(post_save, sender=Photo)
def on_photo(instance: Photo, **signal: Any) -> None:
    photos.photo_saved(instance)


@receiver(post_delete, sender=Photo)
def on_photo_deleted(instance: Photo, **signal: Any) -> None:
    photos.photo_deleted(instance)


@receiver(pre_save, sender=Publication)
def before_publication(instance: Publication, **signal: Any) -> None:
    upkeep.publication_changes(instance)


@receiver(post_save, sender=Publication)
def on_publication(instance: Publication, **signal: Any) -> None:
    upkeep.publication_changed(instance)
