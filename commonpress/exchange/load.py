"""Writes records through the packages' own actions: once, in order, telling nobody.

Every item is written together with the row that says it was imported, so a run that was cut
short goes on where it stopped, and one that is repeated changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from taggit.models import Tag

from commonpress.changes.changed import changed
from commonpress.discussion.actions import imports as discussion_imports
from commonpress.discussion.models import comment as comments
from commonpress.exchange import content, wxr
from commonpress.exchange.branches import parents_first
from commonpress.exchange.media import MediaFolder
from commonpress.exchange.models import Imported
from commonpress.exchange.records import CommentRecord, CommentState, EntryRecord, EntryState, Kind, PhotoRecord
from commonpress.exchange.report import Report
from commonpress.exchange.wxr_fields import plain
from commonpress.lib.refusals import Refused
from commonpress.newsroom.actions import imports as newsroom_imports
from commonpress.newsroom.actions.photos import add_photo
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story

Page = Story | PlainPage

COMMENT_STATES = {
    CommentState.VISIBLE: comments.CommentState.PUBLISHED,
    CommentState.HELD: comments.CommentState.HELD,
    CommentState.REMOVED: comments.CommentState.REMOVED,
}


def import_wxr(path: Path, *, media: Path | None = None, dry_run: bool = False) -> Report:
    """Bring a WordPress export into the publication.

    `media` is a local folder with the archive's uploads; nothing is ever downloaded. A dry run
    does all the work, photos' files excepted, and takes it back.

    Raises UnreadableFileError, before anything is written, when the file is not a whole export.
    """
    publication = Publication.load()
    report = Report(is_dry_run=dry_run)
    found = wxr.survey(path, ZoneInfo(publication.zone), report)
    loader = Loader(found, MediaFolder(media), report)
    with translation.override(publication.language), timezone.override(ZoneInfo(publication.zone)):
        if dry_run:
            with transaction.atomic():
                loader.run()
                transaction.set_rollback(True)
        else:
            loader.run()
    return report


# An archive has dozens of categories; the most used ones stand in the navigation, an editor adds others.
DESKS_IN_NAVIGATION = 6
# Stands in a dry run for a photo whose file is there and was left alone.
NO_PHOTO = 0
# A paper has many pages and one foot; an editor links the others where they belong.
IN_THE_FOOT = {"about", "contact", "privacy", "privacy-policy", "imprint", "impressum"}


@dataclass
class Loader:
    found: wxr.Survey
    media: MediaFolder
    report: Report
    desks: dict[str, int] = field(default_factory=dict)
    bylines: dict[str, int] = field(default_factory=dict)
    pictures: content.Pictures = field(default_factory=lambda: content.Pictures({}, {}))
    # Redirects wait until the page or photo they lead to is there.
    pages: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        tags_before = self.tags_here()
        self.load_desks()
        self.load_bylines()
        self.load_photos()
        self.load_entries()
        self.redirect_attachments()
        self.count_tags(tags_before)
        with transaction.atomic():
            changed("publication", "front")

    # --- What was imported before ------------------------------------------------------------

    def known(self, kind: Kind) -> dict[str, int]:
        """Return the rows an earlier run made of this kind, by the source's ids."""
        rows = Imported.objects.filter(source=self.found.source, kind=kind)
        return dict(rows.values_list("source_id", "row_id"))

    @contextmanager
    def once(self, kind: Kind, source_id: str) -> Iterator[list[int]]:
        """Write an item and the memory of it together; the block puts the row's id into the list."""
        with transaction.atomic():
            made: list[int] = []
            yield made
            Imported.objects.create(source=self.found.source, kind=kind, source_id=source_id, row_id=made[0])
        self.report.made[kind] += 1

    # --- Desks, bylines, photos -----------------------------------------------------------------

    def load_desks(self) -> None:
        self.desks = self.known(Kind.DESK)
        by_use = sorted(self.found.desks.values(), key=lambda desk: -self.found.desk_uses.get(desk.slug, 0))
        for position, desk in enumerate(by_use, start=1):
            self.report.seen[Kind.DESK] += 1
            if desk.source_id in self.desks:
                self.report.known[Kind.DESK] += 1
                continue
            with self.once(Kind.DESK, desk.source_id) as made:
                page = newsroom_imports.import_desk(
                    title=desk.name,
                    slug=desk.slug,
                    position=position,
                    is_in_navigation=position <= DESKS_IN_NAVIGATION,
                )
                made.append(page.pk)
                self.lead(desk.old_addresses, page.pk)
            self.desks[desk.source_id] = page.pk

    def tags_here(self) -> set[str]:
        names = [tag.name for tag in self.found.tags.values()]
        return set(Tag.objects.filter(name__in=names).values_list("name", flat=True))

    def count_tags(self, before: set[str]) -> None:
        """Count tags, which come into being with the first story that carries them."""
        now = self.tags_here()
        self.report.seen[Kind.TAG] = len(self.found.tags)
        self.report.known[Kind.TAG] = len(before)
        self.report.made[Kind.TAG] = len(now - before)
        if unused := len(self.found.tags) - len(now):
            self.report.dropped["tags no story carries"] = unused

    def load_bylines(self) -> None:
        self.bylines = self.known(Kind.BYLINE)
        for record in self.found.bylines.values():
            self.report.seen[Kind.BYLINE] += 1
            if record.source_id in self.bylines:
                self.report.known[Kind.BYLINE] += 1
                continue
            with self.once(Kind.BYLINE, record.source_id) as made:
                byline = newsroom_imports.import_byline(name=record.name, slug=record.slug, biography=record.biography)
                made.append(byline.pk)
                redirects = [Redirect(old=old, new=byline.get_absolute_url()) for old in record.old_addresses]
                newsroom_imports.add_redirects(redirects)
            self.bylines[record.source_id] = byline.pk

    def load_photos(self) -> None:
        photos = self.known(Kind.PHOTO)
        for record in self.found.photos.values():
            self.report.seen[Kind.PHOTO] += 1
            if record.source_id in photos:
                self.report.known[Kind.PHOTO] += 1
            elif (path := self.media.find(record.file_address)) is None:
                self.report.missing[record.file_name] += 1
            elif self.report.is_dry_run:
                self.report.made[Kind.PHOTO] += 1
                photos[record.source_id] = NO_PHOTO
            elif (photo := self.add_photo(record, path)) is not None:
                photos[record.source_id] = photo
        self.pictures = content.Pictures(
            by_id=photos,
            by_file={
                content.file_stem(record.file_address): photos[source_id]
                for source_id, record in self.found.photos.items()
                if source_id in photos
            },
        )

    def add_photo(self, record: PhotoRecord, path: Path) -> int | None:
        try:
            with self.once(Kind.PHOTO, record.source_id) as made, path.open("rb") as file:
                photo = add_photo(
                    file,
                    title=self.cut(record.title, 255, "titles of photos"),
                    alt=self.cut(record.alt, 300, "alternative texts"),
                    caption=plain(record.caption),
                    name=path.name,
                )
                made.append(photo.pk)
        except Refused as refusal:
            self.report.note(f"The photo {record.file_name} was refused: {refusal}")
            return None
        if not record.alt:
            self.report.note(f"The photo {record.file_name} has no alternative text; please write one.")
        return photo.pk

    def redirect_attachments(self) -> None:
        """Lead what were attachment pages to their photo, or, where it is missing, to its story."""
        redirects = []
        for record in self.found.photos.values():
            photo, parent = self.pictures.by_id.get(record.source_id), self.pages.get(record.parent_id)
            if photo:
                redirects += [Redirect(old=old, photo_id=photo) for old in record.old_addresses]
            elif parent:
                redirects += [Redirect(old=old, page_id=parent) for old in record.old_addresses]
        newsroom_imports.add_redirects(redirects)

    # --- Stories and pages ------------------------------------------------------------------------

    def load_entries(self) -> None:
        stories = self.known(Kind.STORY)
        pages = self.known(Kind.PAGE)
        self.pages = {**stories, **pages}
        waiting: dict[str, EntryRecord] = {}
        for record in wxr.entries(self.found, self.report):
            self.report.seen[record.kind] += 1
            if record.kind == Kind.PAGE:
                waiting[record.source_id] = record
            else:
                self.load_entry(record)
        while waiting:
            # A page whose parent is neither here nor waiting stands at the top.
            ready = [page for page in waiting.values() if page.parent_id not in waiting]
            for page in ready or [next(iter(waiting.values()))]:
                del waiting[page.source_id]
                self.load_entry(page)

    def load_entry(self, record: EntryRecord) -> None:
        if record.source_id in self.pages:
            self.report.known[record.kind] += 1
        else:
            with self.once(record.kind, record.source_id) as made:
                page = self.make(record)
                made.append(page.pk)
                self.lead(record.old_addresses, page.pk)
            self.pages[record.source_id] = page.pk
        self.load_comments(record)

    def make(self, record: EntryRecord) -> Page:
        state = record.state
        if state == EntryState.SCHEDULED and (record.public_at is None or record.public_at <= timezone.now()):
            self.report.note(f"“{record.title}” was scheduled for a time that is past and is a draft now.")
            state = EntryState.DRAFT
        title = record.title or self.untitled(record)
        of_entry = [
            self.pictures.by_id[photo.source_id]
            for photo in self.found.photos.values()
            if photo.parent_id == record.source_id and photo.source_id in self.pictures.by_id
        ]
        pictures = content.Pictures(self.pictures.by_id, self.pictures.by_file, of_entry)
        shared: dict[str, Any] = {
            "title": title,
            "slug": slugify(record.slug or title, allow_unicode=True) or f"{record.kind}-{record.source_id}",
            "body": content.blocks(record.html, pictures, self.report, title=title),
            "state": state,
            "public_at": record.public_at if record.was_public or state != EntryState.DRAFT else None,
            "modified_at": record.modified_at,
            "comments_state": CommentsState.OPEN if record.comments_open else CommentsState.CLOSED,
        }
        if record.kind == Kind.PAGE:
            return newsroom_imports.import_page(
                **shared,
                parent=self.pages.get(record.parent_id),
                position=record.position,
                place=PlainPage.Place.FOOT if record.slug in IN_THE_FOOT else PlainPage.Place.NONE,
            )
        return newsroom_imports.import_story(
            **shared,
            dek=record.dek,
            desk=self.desks.get(record.desk_slug),
            bylines=[self.bylines[login] for login in record.byline_logins],
            tags=[self.cut(name, 100, "tag names") for name in record.tag_names],
            lead_photo=self.pictures.by_id.get(record.lead_photo_id) or None,
        )

    def cut(self, text: str, length: int, what: str) -> str:
        """Return text as long as its column, and count what was too long."""
        if len(text) > length:
            self.report.dropped[f"letters beyond {length} of {what}"] += len(text) - length
        return text[:length]

    def untitled(self, record: EntryRecord) -> str:
        day = formats.date_format(timezone.localtime(record.public_at), "DATE_FORMAT") if record.public_at else ""
        self.report.note(f"The {record.kind} {record.source_id} has no headline; it is called “Untitled” now.")
        return _("Untitled, %(day)s") % {"day": day} if day else _("Untitled")

    def lead(self, old_addresses: tuple[str, ...], page: int) -> None:
        newsroom_imports.add_redirects([Redirect(old=old, page_id=page) for old in old_addresses])

    # --- Comments -----------------------------------------------------------------------------------

    def load_comments(self, record: EntryRecord) -> None:
        if not record.comments:
            return
        self.report.seen[Kind.COMMENT] += len(record.comments)
        page = (
            (PlainPage if record.kind == Kind.PAGE else Story).objects.filter(pk=self.pages[record.source_id]).first()
        )
        ids = [comment.source_id for comment in record.comments]
        rows = Imported.objects.filter(source=self.found.source, kind=Kind.COMMENT, source_id__in=ids)
        known = dict(rows.values_list("source_id", "row_id"))
        self.report.known[Kind.COMMENT] += len(known)
        if page is None or len(known) == len(ids):  # deleted here since, or nothing new
            return
        with transaction.atomic():
            for comment in parents_first(record.comments, set(known), self.report):
                with self.once(Kind.COMMENT, comment.source_id) as made:
                    made.append(self.add_comment(comment, record, page, known))
                known[comment.source_id] = made[0]
            discussion_imports.finish_import(page)

    def add_comment(self, comment: CommentRecord, record: EntryRecord, page: Page, known: dict[str, int]) -> int:
        written_at = comment.written_at
        if written_at is None:
            written_at = record.public_at or timezone.now()
            self.report.note(
                f"Comment {comment.source_id} on “{record.title}” had no date and took the {record.kind}'s."
            )
        parent = comments.Comment.objects.filter(pk=known[comment.parent_id]).first() if comment.parent_id else None
        made = discussion_imports.import_comment(
            page,
            name=comment.author_name,
            html=comment.html,
            created_at=written_at,
            state=COMMENT_STATES[comment.state],
            kind=comments.CommentKind.PINGBACK if comment.is_pingback else comments.CommentKind.COMMENT,
            parent=parent,
            is_author_reply=comment.by_login in record.byline_logins,
            is_staff_reply=comment.by_login in self.bylines,
            ups=comment.ups,
            downs=comment.downs,
        )
        return made.pk
