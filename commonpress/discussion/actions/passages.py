"""Where the passages of a story are: marked by readers, asked about by authors, and found again when it is published."""

from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from commonpress.changes.changed import changed
from commonpress.discussion.actions.placing import thread_for_writing
from commonpress.discussion.anchors import Anchor, Change, State
from commonpress.discussion.models import Passage, PassageKind, StoryText
from commonpress.discussion.models.passage import WORDINGS
from commonpress.discussion.passage_text import Mark, marks_in, texts_of
from commonpress.newsroom.marks import LONGEST_QUESTION
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import PublicPage
from commonpress.newsroom.models.story import Story

CHANGING = ["question", "is_open", "block", "start", "end", "exact", "prefix", "suffix", "state", "wordings"]
WHERE_IT_STANDS = attrgetter(*CHANGING)
AT_ONCE = 100


@transaction.atomic
def settle_passages(page: PublicPage) -> None:
    """Find the passages of a page that was just published in its new text, and the author's questions in it.

    What is not found keeps its words, as no longer in the story; so does a question whose mark was taken away.
    """
    if not isinstance(page, Story | PlainPage):
        return
    marks = {mark.id: mark for mark in marks_in(page.body)}
    # Nobody could read it before this, let alone mark words in it.
    if not marks and page.last_public_at is None:
        return
    # Before it is asked whether there are any: a reader may be marking the first words.
    thread = thread_for_writing(page)
    if not marks and not Passage.objects.filter(thread=thread).exists():
        return
    texts = texts_of(page.body)
    last = StoryText.objects.filter(thread=thread).first()
    change = Change(last.blocks if last else {}, texts)
    passages = list(Passage.objects.filter(thread=thread).order_by("pk"))
    before = {passage.pk: WHERE_IT_STANDS(passage) for passage in passages}
    for passage in passages:
        if passage.mark in marks:
            _ask(passage, marks[passage.mark])
        elif passage.mark is not None:
            passage.state = State.ORPHANED
        else:
            _follow(passage, change)
    others = [passage for passage in passages if WHERE_IT_STANDS(passage) != before[passage.pk]]
    Passage.objects.bulk_update(others, CHANGING, batch_size=AT_ONCE)
    asked = {passage.mark for passage in passages}
    for mark in marks.values():
        if mark.id not in asked:
            _question(mark.id, mark, thread_id=thread.pk).save()
    StoryText.objects.update_or_create(thread=thread, defaults={"blocks": texts})
    changed(thread.key, f"passages:{thread.pk}")


def passage_at(anchor: Anchor, page: Story | PlainPage) -> Passage | None:
    """Return the passage readers mark at an anchor, made if there is none; None where other words stand there by now.

    Expects the thread's row to be locked.
    """
    texts = texts_of(page.body)
    if not anchor.stands_in(texts):
        return None
    same = Passage.objects.filter(thread=page.pk, block=anchor.block, start=anchor.start, end=anchor.end)
    passage = same.filter(mark__isnull=True).exclude(state=State.ORPHANED).first()
    if passage is not None:
        return passage
    StoryText.objects.get_or_create(thread_id=page.pk, defaults={"blocks": texts})
    passage = Passage.marked_at(anchor, thread_id=page.pk, kind=PassageKind.READER)
    passage.save(force_insert=True)
    return passage


def _question(mark_id: UUID, mark: Mark, *, thread_id: int) -> Passage:
    about = {"mark": mark_id, "question": mark.question[:LONGEST_QUESTION], "is_open": mark.is_open}
    return Passage.marked_at(mark.anchor, thread_id=thread_id, kind=PassageKind.QUESTION, **about)


def _ask(passage: Passage, mark: Mark) -> None:
    """Take a question as it stands in the text: the mark went with its words, however they were edited."""
    passage.question, passage.is_open = mark.question[:LONGEST_QUESTION], mark.is_open
    state = State.INTACT if mark.anchor.start == passage.start else State.SHIFTED
    _stand(passage, State.MOVED if mark.anchor.block != passage.block else state, mark.anchor)


def _follow(passage: Passage, change: Change) -> None:
    if passage.is_orphaned:
        # An editor may bring an earlier version back; nothing but the same words between the same is the same.
        text = change.after.get(passage.block, "")
        if Anchor.at(passage.block, text, passage.start, passage.end) == passage.anchor:
            _stand(passage, State.INTACT, passage.anchor)
        return
    state, anchor = change.mapped(passage.anchor)
    if state is State.ORPHANED:
        passage.state = state
    else:
        _stand(passage, state, anchor)


def _stand(passage: Passage, state: State, anchor: Anchor) -> None:
    if anchor.exact != passage.exact:
        passage.wordings = [*passage.wordings, [timezone.now().isoformat(), passage.exact]][-WORDINGS:]
    passage.stand_at(anchor)
    was = {words for _until, words in passage.wordings}
    passage.state = State.EDITED if was - {anchor.exact} else state
