"""Where old addresses lead that belong to no page of ours: those of attachments and tags.

A desk's, a story's and a page's are entered together with it.
"""

from collections.abc import Iterable, Iterator, Mapping

from taggit.models import Tag

from commonpress.exchange.records import FileRecord, PhotoRecord, TermRecord
from commonpress.newsroom.models.redirect import Redirect


def of_attachments(
    records: Iterable[PhotoRecord], *, photos: Mapping[str, int], entries: Mapping[str, int]
) -> Iterator[Redirect]:
    """Lead what were attachment pages to their photo, or, where it is missing, to its story."""
    for record in records:
        photo, entry = photos.get(record.source_id), entries.get(record.parent_id)
        if photo:
            yield from (Redirect(old=old, photo_id=photo) for old in record.old_addresses)
        elif entry:
            yield from (Redirect(old=old, page_id=entry) for old in record.old_addresses)


def of_files(records: Iterable[FileRecord], entries: Mapping[str, int]) -> Iterator[Redirect]:
    """Lead the pages of what is no photo to the entry it belonged to."""
    for record in records:
        if entry := entries.get(record.parent_id):
            yield from (Redirect(old=old, page_id=entry) for old in record.old_addresses)


def of_late_photos(
    records: Iterable[PhotoRecord], *, photos: Mapping[str, int], entries: Mapping[str, int]
) -> Iterator[Redirect]:
    """Yield what an earlier run, which lacked the photo, led to its story instead."""
    for record in records:
        if record.source_id in photos and (entry := entries.get(record.parent_id)):
            yield from (Redirect(old=old, page_id=entry) for old in record.old_addresses)


def of_tags(records: Iterable[TermRecord], tags: Mapping[str, Tag]) -> Iterator[Redirect]:
    """Lead a tag's address to where it is now; `tags` are those here, by the records' names."""
    for record in records:
        if record.name in tags:
            new = f"/tag/{tags[record.name].slug}/"
            yield from (Redirect(old=old, new=new) for old in record.old_addresses)
