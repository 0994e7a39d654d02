"""Whom a reader does not wish to read, and what of a thread that is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from commonpress.accounts.models import Writer
from commonpress.discussion.models import Comment, CommentState, Ignored
from commonpress.discussion.models.comment import shown_name
from commonpress.discussion.reading import Entry
from commonpress.discussion.rules import Discussed

# Who ignores somebody that has written more in one thread sees the oldest of it.
FOLDED = 500
# What says who wrote a comment.
WRITER = ("person_id", "guest_id", "guest_name")


def is_writer_of(comment: Comment) -> Q:
    """Return what finds a comment's writer among ignored ones."""
    if comment.person_id is not None:
        return Q(person=comment.person_id)
    return Q(guest=comment.guest_id, guest_name=comment.guest_name)


def is_ignored(writer: Writer | None, comment: Comment) -> bool:
    if writer is None or comment.writer is None:
        return False
    return Ignored.objects.filter(is_writer_of(comment), owner_key=writer.voter_key).exists()


def names_ignored_by(writer: Writer) -> list[tuple[int, str]]:
    """Return whom somebody ignores as (key, the name readers see), the latest first."""
    rows = Ignored.objects.filter(owner_key=writer.voter_key).select_related("person").order_by("-pk")
    return [(row.pk, shown_name(row.person.display_name if row.person else None, row.guest_name)) for row in rows]


def folded_in(writer: Writer, page: Discussed) -> list[str]:
    """Return the public ids of what ignored writers said in a thread, the latest first."""
    unread = ignored_by([writer.voter_key])
    if unread is None:
        return []
    theirs = Comment.objects.filter(unread.perhaps()).among_theirs(page.pk).theirs_in_state(CommentState.PUBLISHED)
    comments = theirs.order_by("-number").only("public_id", *WRITER)[:FOLDED]
    return [comment.public_id for comment in comments if unread.wrote(comment)]


def fold(entries: Iterable[Entry], writer: Writer | None) -> None:
    """Have the entries of a page made for one reader fold up what ignored writers said."""
    shown = {entry.comment.pk: entry for entry in entries if entry.comment is not None}
    unread = ignored_by([writer.voter_key]) if writer is not None else None
    if unread is None:
        return
    for comment in Comment.objects.filter(unread.perhaps(), pk__in=list(shown)).only(*WRITER):
        if unread.wrote(comment):
            shown[comment.pk].is_folded = not shown[comment.pk].is_marked


@dataclass(frozen=True, slots=True)
class IgnoredWriters:
    persons: set[int]
    # Guests, each under one name.
    guests: set[tuple[int, str]]

    def perhaps(self) -> Q:
        """Return what finds their comments, and those of the same guests under other names.

        With a condition for each name SQLite would refuse a long list: its expressions may not nest deeper than 1,000.
        """
        return Q(person__in=self.persons) | Q(guest__in={guest for guest, _name in self.guests})

    def wrote(self, comment: Comment) -> bool:
        return comment.person_id in self.persons or (comment.guest_id, comment.guest_name) in self.guests


def ignored_by(owner_keys: Collection[str]) -> IgnoredWriters | None:
    """Return whom any of these ignores; None where that is nobody."""
    rows = list(Ignored.objects.filter(owner_key__in=owner_keys).values_list("person", "guest", "guest_name"))
    if not rows:
        return None
    return IgnoredWriters(
        persons={person for person, _guest, _name in rows if person is not None},
        guests={(guest, name) for _person, guest, name in rows if guest is not None},
    )
