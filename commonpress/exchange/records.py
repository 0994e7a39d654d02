"""The neutral records importers produce and the loader writes.

One format a module (wxr.py ...); each reads into these. Times are aware; where a file names no
zone, the reader of the format says what it assumed and reports it. Ids are the source's own, as text.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    DESK = "desk"
    TAG = "tag"
    BYLINE = "byline"
    PHOTO = "photo"
    STORY = "story"
    PAGE = "page"
    COMMENT = "comment"


class EntryState(StrEnum):
    PUBLIC = "public"
    SCHEDULED = "scheduled"
    DRAFT = "draft"


class CommentState(StrEnum):
    VISIBLE = "visible"
    HELD = "held"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class TermRecord:
    """A category (which becomes a desk) or a tag."""

    source_id: str
    kind: Kind
    slug: str
    name: str
    old_addresses: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class BylineRecord:
    source_id: str
    name: str
    slug: str
    biography: str = ""
    old_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    source_id: str
    title: str
    file_address: str
    alt: str
    caption: str
    parent_id: str
    old_addresses: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        return self.file_address.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class FileRecord:
    """An attachment we have no place for; who asks for its page is led to the entry it belonged to."""

    parent_id: str
    old_addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommentRecord:
    source_id: str
    parent_id: str
    author_name: str
    written_at: datetime | None
    html: str
    state: CommentState
    is_pingback: bool = False
    by_login: str = ""
    ups: int = 0
    downs: int = 0


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """A story or a plain page."""

    source_id: str
    kind: Kind
    title: str
    slug: str
    state: EntryState
    public_at: datetime | None
    modified_at: datetime | None
    dek: str
    html: str
    desk_slug: str = ""
    tag_names: tuple[str, ...] = ()
    byline_logins: tuple[str, ...] = ()
    lead_photo_id: str = ""
    parent_id: str = ""
    position: int = 0
    comments_open: bool = True
    # A draft that readers could once see, or see behind a password, keeps the date it had.
    was_public: bool = False
    comments: tuple[CommentRecord, ...] = ()
    old_addresses: tuple[str, ...] = field(default=())
