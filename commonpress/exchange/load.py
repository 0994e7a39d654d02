"""Writes records through the packages' own actions: once, in order, telling nobody.

Every item is written together with the row that says it was imported, so a run that was cut
short goes on where it stopped, and one that is repeated changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
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
from commonpress.exchange import content, late_photos, old_addresses, wxr
from commonpress.exchange.branches import parents_first
from commonpress.exchange.dry_run import taken_back
from commonpress.exchange.media import MediaFolder
from commonpress.exchange.memory import Memory, Rows
from commonpress.exchange.pictures import Pictures, names_of_photos
from commonpress.exchange.records import CommentRecord, CommentState, EntryRecord, EntryState, Kind, PhotoRecord
from commonpress.exchange.report import Report
from commonpress.exchange.wxr_fields import plain
from commonpress.newsroom.actions import imports as newsroom_imports
from commonpress.newsroom.actions.photos import add_photo
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.photos.upload import UploadRefused, take_in

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
    report = Report(is_dry_run=dry_run)
    with taken_back() if dry_run else nullcontext():
        publication = Publication.load()
        found = wxr.survey(path, ZoneInfo(publication.zone), report)
        with translation.override(publication.language), timezone.override(ZoneInfo(publication.zone)):
            Loader(found, MediaFolder(media), report).run()
    return report


# An archive has dozens of categories; the most used ones stand in the navigation, an editor adds others.
DESKS_IN_NAVIGATION = 6
# Stands in a dry run for a photo whose file is there and was left alone.
NO_PHOTO = 0
LONGEST_TAG = 100  # taggit's column
# A paper has many pages and one foot; an editor links the others where they belong.
IN_THE_FOOT = {"about", "contact", "privacy", "privacy-policy", "imprint", "impressum"}


@dataclass
class Loader:
    found: wxr.Survey
    media: MediaFolder
    report: Report
    desks: Rows = field(init=False)
    bylines: Rows = field(init=False)
    photos: Rows = field(init=False)
    stories: Rows = field(init=False)
    pages: Rows = field(init=False)
    names_of_photos: dict[str, int] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    photos_of_entry: dict[str, list[int]] = field(default_factory=dict)
    photos_of_this_run: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.slugs_of_tags = {tag.name[:LONGEST_TAG]: tag.slug for tag in self.found.tags.values()}
        self.memory = Memory(self.found.source)
        self.desks = self.memory.rows(Kind.DESK)
        self.bylines = self.memory.rows(Kind.BYLINE)
        self.photos = self.memory.rows(Kind.PHOTO)
        self.stories = self.memory.rows(Kind.STORY)
        self.pages = self.memory.rows(Kind.PAGE)

    def run(self) -> None:
        tags_before = len(self.tags_here())
        self.load_desks()
        self.load_bylines()
        self.load_photos()
        self.load_entries()
        self.count_tags(tags_before)
        self.lead_old_addresses()
        with transaction.atomic():
            changed("publication", "front")

    @contextmanager
    def once(self, kind: Kind, source_id: str) -> Iterator[list[int]]:
        """Write an item and the memory of it together; the block puts the row's id into the list."""
        with transaction.atomic():
            made: list[int] = []
            yield made
            self.memory.add(kind, source_id, made[0])
        self.report.made[kind] += 1

    def load_desks(self) -> None:
        by_use = sorted(self.found.desks.values(), key=lambda desk: -self.found.desk_uses.get(desk.slug, 0))
        for position, desk in enumerate(by_use, start=1):
            self.report.seen[Kind.DESK] += 1
            if self.desks.remembers(desk.source_id):
                self.report.known[Kind.DESK] += 1
                continue
            with self.once(Kind.DESK, desk.source_id) as made:
                page = newsroom_imports.import_desk(
                    title=self.cut(desk.name, 255, "names of categories"),
                    slug=desk.slug,
                    dek=self.cut(desk.description, 200, "descriptions of categories"),
                    position=position,
                    is_in_navigation=position <= DESKS_IN_NAVIGATION and desk.slug in self.found.desk_uses,
                )
                made.append(page.pk)
                self.lead(desk.old_addresses, page.pk)
            self.desks.here[desk.source_id] = page.pk

    def load_bylines(self) -> None:
        for record in self.found.bylines.values():
            self.report.seen[Kind.BYLINE] += 1
            if self.bylines.remembers(record.source_id):
                self.report.known[Kind.BYLINE] += 1
                continue
            with self.once(Kind.BYLINE, record.source_id) as made:
                byline = newsroom_imports.import_byline(
                    name=self.cut(record.name, 80, "bylines"), slug=record.slug, biography=record.biography
                )
                made.append(byline.pk)
                redirects = [Redirect(old=old, new=byline.get_absolute_url()) for old in record.old_addresses]
                newsroom_imports.add_redirects(redirects)
            self.bylines.here[record.source_id] = byline.pk

    def load_photos(self) -> None:
        photos = self.photos.here
        for record in self.found.photos.values():
            self.report.seen[Kind.PHOTO] += 1
            if self.photos.remembers(record.source_id):
                self.report.known[Kind.PHOTO] += 1
            elif (path := self.media.find(record.file_address)) is None:
                self.report.missing[record.file_name] += 1
            elif self.report.is_dry_run:
                self.report.made[Kind.PHOTO] += 1
                photos[record.source_id] = NO_PHOTO
                self.photos_of_this_run.add(NO_PHOTO)
            elif (photo := self.add_photo(record, path)) is not None:
                photos[record.source_id] = photo
                self.photos_of_this_run.add(photo)
        for record in self.found.photos.values():
            if record.source_id in photos:
                self.photos_of_entry.setdefault(record.parent_id, []).append(photos[record.source_id])
        addresses = [(record.file_address, photos.get(record.source_id)) for record in self.found.photos.values()]
        self.names_of_photos = names_of_photos(addresses)

    def add_photo(self, record: PhotoRecord, path: Path) -> int | None:
        try:
            # Before the transaction: it takes seconds, in which nobody else could write.
            with path.open("rb") as file:
                upload = take_in(file, path.name)
        except UploadRefused as refusal:
            self.report.note(f"The photo {record.file_name} was refused: {refusal}")
            return None
        with self.once(Kind.PHOTO, record.source_id) as made:
            photo = add_photo(
                upload,
                title=self.cut(record.title, 255, "titles of photos"),
                alt=self.cut(record.alt, 300, "alternative texts"),
                caption=plain(record.caption),
            )
            made.append(photo.pk)
        if not record.alt:
            self.report.note(f"The photo {record.file_name} has no alternative text; please write one.")
        return photo.pk

    def load_entries(self) -> None:
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
        rows = self.pages if record.kind == Kind.PAGE else self.stories
        if rows.remembers(record.source_id):
            self.report.known[record.kind] += 1
            if self.media.folder is not None and record.source_id in rows.here:
                self.give_late_photos(record, rows.here[record.source_id])
        else:
            with self.once(record.kind, record.source_id) as made:
                page = self.make(record)
                made.append(page.pk)
                self.lead(record.old_addresses, page.pk)
            rows.here[record.source_id] = page.pk
        self.load_comments(record, rows)

    def give_late_photos(self, record: EntryRecord, pk: int) -> None:
        model = PlainPage if record.kind == Kind.PAGE else Story
        late_photos.give(
            model.objects.get(pk=pk),
            # What its text leaves out was reported when it came in.
            self.body_of(record, record.title, Report()),
            lead_photo=self.photos.here.get(record.lead_photo_id),
            of_this_run=self.photos_of_this_run,
            report=self.report,
        )

    def make(self, record: EntryRecord) -> Page:
        state = record.state
        if state == EntryState.SCHEDULED and (record.public_at is None or record.public_at <= timezone.now()):
            self.report.note(f"“{record.title}” was scheduled for a time that is past and is a draft now.")
            state = EntryState.DRAFT
        title = self.cut(record.title, 255, "headlines") or self.untitled(record)
        slug = slugify(record.slug or title, allow_unicode=True) or f"{record.kind}-{record.source_id}"
        shared: dict[str, Any] = {
            "title": title,
            "slug": self.cut(slug, 250, "slugs"),
            "body": self.body_of(record, title, self.report),
            "state": state,
            "public_at": record.public_at if record.was_public or state != EntryState.DRAFT else None,
            "modified_at": record.modified_at,
            "comments_state": comments_state(record),
        }
        if record.kind == Kind.PAGE:
            return newsroom_imports.import_page(
                **shared,
                parent=self.parent_of(record, title),
                position=record.position,
                place=PlainPage.Place.FOOT if record.slug in IN_THE_FOOT else PlainPage.Place.NONE,
            )
        return newsroom_imports.import_story(
            **shared,
            dek=self.cut(record.dek, 400, "deks"),
            desk=self.refer(self.desks, record.desk_slug, title, "desk"),
            bylines=[
                byline
                for login in record.byline_logins
                if (byline := self.refer(self.bylines, login, title, "byline")) is not None
            ],
            tags=[self.tag(name) for name in record.tag_names],
            lead_photo=self.refer(self.photos, record.lead_photo_id, title, "lead photo") or None,
        )

    def body_of(self, record: EntryRecord, title: str, report: Report) -> list[content.Block]:
        of_entry = self.photos_of_entry.get(record.source_id, [])
        pictures = Pictures(self.photos.here, self.names_of_photos, of_entry)
        return content.blocks(record.html, pictures, report, title=title)

    def parent_of(self, record: EntryRecord, title: str) -> int | None:
        parent = self.pages.here.get(record.parent_id)
        if parent is None and record.parent_id:
            self.report.note(f"“{title}” stood below a page that is not here; it stands at the top now.")
        return parent

    def refer(self, rows: Rows, source_id: str, title: str, what: str) -> int | None:
        """Return the row an entry names; None where there is none, with a note where it was deleted here."""
        if source_id in rows.gone:
            self.report.note(f"“{title}” names a {what} that was deleted here since, and has none now.")
        return rows.here.get(source_id)

    def tag(self, name: str) -> Tag:
        name = self.cut(name, LONGEST_TAG, "tag names")
        if name not in self.tags:
            self.tags[name] = newsroom_imports.import_tag(name=name, slug=self.slugs_of_tags.get(name, ""))
        return self.tags[name]

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

    def load_comments(self, record: EntryRecord, rows: Rows) -> None:
        if not record.comments:
            return
        self.report.seen[Kind.COMMENT] += len(record.comments)
        ids = [comment.source_id for comment in record.comments]
        known = self.memory.of_comments(ids)
        self.report.known[Kind.COMMENT] += len(known)
        if record.source_id in rows.gone:
            if new := len(ids) - len(known):
                self.report.dropped["comments on what was deleted here since"] += new
            return
        if len(known) == len(ids):
            return
        model = PlainPage if record.kind == Kind.PAGE else Story
        page = model.objects.get(pk=rows.here[record.source_id])
        arriving = list(parents_first(record.comments, set(known), self.report))
        answered = comments.Comment.objects.in_bulk(
            {known[one.parent_id] for one in arriving if one.parent_id in known}
        )
        places = {one.source_id: place for place, one in enumerate(arriving)}
        with transaction.atomic():
            made = discussion_imports.import_comments(
                page,
                [
                    self.arrival(
                        one, record, parent=places.get(one.parent_id, answered.get(known.get(one.parent_id, 0)))
                    )
                    for one in arriving
                ],
            )
            self.memory.add_comments({one.source_id: row.pk for one, row in zip(arriving, made, strict=True)})
            discussion_imports.finish_import(page)
        self.report.made[Kind.COMMENT] += len(made)

    def arrival(
        self, comment: CommentRecord, record: EntryRecord, *, parent: int | comments.Comment | None
    ) -> discussion_imports.Arrival:
        written_at = comment.written_at
        if written_at is None:
            written_at = record.public_at or timezone.now()
            self.report.note(
                f"Comment {comment.source_id} on “{record.title}” had no date and took the {record.kind}'s."
            )
        return discussion_imports.Arrival(
            name=comment.author_name,
            html=comment.html,
            created_at=written_at,
            state=COMMENT_STATES[comment.state],
            kind=comments.CommentKind.PINGBACK if comment.is_pingback else comments.CommentKind.COMMENT,
            parent=parent,
            is_author_reply=comment.by_login in record.byline_logins,
            is_staff_reply=self.bylines.remembers(comment.by_login),
            ups=comment.ups,
            downs=comment.downs,
        )

    def tags_here(self) -> dict[str, Tag]:
        """Return the file's tags that are here, by the names the file has for them."""
        names = [tag.name for tag in self.found.tags.values()]
        return {tag.name: tag for tag in Tag.objects.filter(name__in=names)}

    def count_tags(self, before: int) -> None:
        """Count tags, which come into being with the first story that carries them."""
        now = len(self.tags_here())
        self.report.seen[Kind.TAG] = len(self.found.tags)
        self.report.known[Kind.TAG] = before
        self.report.made[Kind.TAG] = now - before
        if unused := len(self.found.tags) - now:
            self.report.dropped["tags no story carries"] = unused

    def lead_old_addresses(self) -> None:
        entries = {**self.stories.here, **self.pages.here}
        attachments = self.found.photos.values()
        newsroom_imports.take_back_redirects(
            old_addresses.of_late_photos(attachments, photos=self.photos.here, entries=entries)
        )
        newsroom_imports.add_redirects(
            [
                *old_addresses.of_attachments(attachments, photos=self.photos.here, entries=entries),
                *old_addresses.of_files(self.found.files, entries),
                *old_addresses.of_tags(self.found.tags.values(), self.tags_here()),
            ]
        )


def comments_state(record: EntryRecord) -> CommentsState:
    if record.comments_open:
        return CommentsState.OPEN
    # WordPress closes every page's discussion unasked; that nobody could speak there needs no mention.
    if record.kind == Kind.PAGE and not record.comments:
        return CommentsState.OFF
    return CommentsState.CLOSED
