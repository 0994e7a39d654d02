"""Whom a reader does not wish to read, and what of a thread that is."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from commonpress.accounts.models import Writer
from commonpress.discussion.models import Comment, CommentState, Ignored
from commonpress.discussion.models.comment import shown_name
from commonpress.discussion.reading import Entry
from commonpress.discussion.rules import Discussed

# Who ignores somebody that has written more in one thread sees the oldest of it.
FOLDED = 500


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
    theirs = written_by_ignored([writer.voter_key])
    if theirs is None:
        return []
    comments = Comment.objects.filter(theirs).among_theirs(page.pk).theirs_in_state(CommentState.PUBLISHED)
    return list(comments.order_by("-number").values_list("public_id", flat=True)[:FOLDED])


def fold(entries: Iterable[Entry], writer: Writer | None) -> None:
    """Have the entries of a page made for one reader fold up what ignored writers said."""
    shown = {entry.comment.pk: entry for entry in entries if entry.comment is not None}
    theirs = written_by_ignored([writer.voter_key]) if writer is not None else None
    if theirs is None:
        return
    for key in Comment.objects.filter(theirs, pk__in=list(shown)).values_list("pk", flat=True):
        shown[key].is_folded = not shown[key].is_marked


def written_by_ignored(owner_keys: Collection[str]) -> Q | None:
    """Return what finds comments of those whom any of these ignores; None where that is nobody."""
    rows = list(Ignored.objects.filter(owner_key__in=owner_keys).values_list("person", "guest", "guest_name"))
    if not rows:
        return None
    theirs = Q(person__in=[person for person, _guest, _name in rows if person is not None])
    for _person, guest, name in rows:
        if guest is not None:
            theirs |= Q(guest=guest, guest_name=name)
    return theirs
