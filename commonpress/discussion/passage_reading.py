"""The passages of a page that readers are shown, and what is said on each."""

from django.db.models import Q, QuerySet

from commonpress.changes.shown import shows
from commonpress.discussion.anchors import State
from commonpress.discussion.models import Comment, CommentState, Passage
from commonpress.discussion.models.comment import is_public_id
from commonpress.discussion.reading import Entry
from commonpress.discussion.said import read

# A story with more would be nothing but notes.
PASSAGES = 500
# Of what nobody speaks about the words stay with those who took them back: a question, a comment, a sentence.
SHOWN = Q(published_count__gt=0) | (Q(mark__isnull=False) & ~Q(state=State.ORPHANED))


def passages_of(page_key: int) -> list[Passage]:
    """Return the passages of a page that readers are shown: those talked about, and questions that stand, in no order."""
    shows(f"passages:{page_key}")
    return list(Passage.objects.filter(SHOWN, thread=page_key).order_by("pk")[:PASSAGES])


def shown_passage(public_id: str, page_key: int) -> Passage | None:
    """Return a passage of a page if readers are shown it."""
    return _passages(public_id, page_key).filter(SHOWN).first()


def passage_by(public_id: str, page_key: int) -> Passage | None:
    return _passages(public_id, page_key).first()


def _passages(public_id: str, page_key: int) -> QuerySet[Passage]:
    named = Passage.objects.filter(public_id=public_id, thread=page_key)
    return named if is_public_id(public_id) else named.none()


def comments_on(passage: Passage, most: int) -> tuple[list[Entry], bool]:
    """Return the newest comments on a passage, and whether there are more."""
    published = Comment.objects.filter(passage=passage, state=CommentState.PUBLISHED).order_by("-key_new")
    rows = read(published[: most + 1])
    return [Entry(0, row, is_apart=True) for row in rows[:most]], len(rows) > most
