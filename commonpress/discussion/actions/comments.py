"""What readers do to a thread: write in it."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from commonpress.accounts.badges import has_badge
from commonpress.accounts.models import Badge, Guest, Person, Writer
from commonpress.accounts.rules import is_staff_here
from commonpress.changes.changed import changed
from commonpress.database.plain import fetched
from commonpress.database.prepared import Prepared
from commonpress.discussion import markup, pages, rules
from commonpress.discussion.actions.following import announce
from commonpress.discussion.actions.passages import passage_at
from commonpress.discussion.actions.placing import place, thread_for_writing
from commonpress.discussion.anchors import Anchor
from commonpress.discussion.errors import (
    AnsweredIsGone,
    ChangedWhileWriting,
    ClosedWhileWriting,
    QuestionIsClosed,
    SentAlready,
)
from commonpress.discussion.models import Comment, CommentState, DiscussionSettings, Passage
from commonpress.discussion.rules import Discussed
from commonpress.discussion.sheets import Sheet
from commonpress.lib.refusals import require


def post_comment(
    page: Discussed,
    *,
    writer: Writer,
    text: str,
    html: str | None = None,
    name: str = "",
    parent: Comment | None = None,
    about: Passage | Anchor | None = None,
    once: str | None = None,
) -> Comment:
    """Post a comment on a page, `about` some words of it or not, or as a reply to `parent`, once per once-only key.

    The comment stands at once or is held, as the publication's settings say. `text` is as typed or, with
    `html`, cleaned, and `html` what markup.render made of it. `name` is a guest's; a person's own is shown instead.

    Raises ClosedWhileWriting, AnsweredIsGone, ChangedWhileWriting or QuestionIsClosed when that happened while the reader
    was typing, and SentAlready when something else was posted with the key.
    """
    if html is None:
        text = markup.clean_text(text)
        html = markup.render(text)
    try:
        comment = _post(page, writer=writer, text=text, html=html, name=name, parent=parent, about=about, once=once)
    except IntegrityError:
        # The lock on the thread does not keep the same key from being used in another one.
        if once is None or posted_with([once]) is None:
            raise
        raise SentAlready from None
    require(is_what_was_sent(comment, page=page, parent=parent, text=text), SentAlready)
    return comment


def posted_with(keys: Collection[str]) -> Comment | None:
    """Return the comment that was made with one of these once-only keys, if there is one."""
    # Asked three times for each comment, and hardly ever there.
    for key in keys:
        if fetched("SELECT 1 FROM discussion_comment WHERE once_key = %s", [key]):
            return _posted_with.first(key)
    return None


_posted_with = Prepared(lambda: Comment.objects.filter(once_key="").select_related("person"))


def posted_meanwhile(page: Discussed, keys: Collection[str]) -> Comment | None:
    """Look for such a comment once more, and keep others from posting on the page until the transaction ends.

    A stranger's clicks that arrive together then make one guest, as they make one comment.
    """
    thread_for_writing(page)
    return posted_with(keys)


def is_what_was_sent(comment: Comment, *, page: Discussed, parent: Comment | None, text: str) -> bool:
    """Tell whether a standing comment says what was sent with its key; `text` is cleaned.

    Who goes back in the browser and writes something else sends the old form's key with it.
    """
    return (
        comment.thread_id == page.pk
        and comment.parent_id == (parent.pk if parent else None)
        and comment.body_source == text
    )


@transaction.atomic
def _post(
    page: Discussed,
    *,
    writer: Writer,
    text: str,
    html: str,
    name: str,
    parent: Comment | None,
    about: Passage | Anchor | None,
    once: str | None,
) -> Comment:
    thread = thread_for_writing(page)
    if once is not None and (posted := posted_with([once])) is not None:
        return posted
    # An editor may close the discussion, or a moderator remove what is answered, while the reader still types.
    require(pages.is_open_still(page), ClosedWhileWriting)
    if parent is not None:
        parent = Comment.objects.filter(pk=parent.pk, thread=thread, state=CommentState.PUBLISHED).first()
        require(parent is not None, AnsweredIsGone)
    return _put(
        Comment(
            thread=thread,
            parent=parent,
            passage=_passage(page, about) if about is not None and parent is None else None,
            person=writer if isinstance(writer, Person) else None,
            guest=writer if isinstance(writer, Guest) else None,
            guest_name=markup.clean_name(name) if isinstance(writer, Guest) else "",
            is_staff_reply=is_staff_here(writer),
            is_author_reply=rules.is_author_of(writer, page),
            is_supporter=_has_supporters_badge(writer),
            body_source=text,
            body_html=html,
            once_key=once,
        ),
        writer=writer,
        settings=DiscussionSettings.load(),
    )


def post_on_sheet(sheet: Sheet, *, text: str, html: str, name: str, parent: Comment | None, once: str) -> Comment:
    """Post a guest's comment with all it needs in hand, read in the caller's own transaction, in which nobody else writes.

    Text, HTML and name are cleaned.
    """
    return _put(
        Comment(
            thread_id=sheet.place.page_key,
            parent=parent,
            guest=sheet.guest,
            guest_name=name,
            body_source=text,
            body_html=html,
            once_key=once,
        ),
        writer=sheet.guest,
        settings=sheet.settings,
    )


def _put(comment: Comment, *, writer: Writer, settings: DiscussionSettings) -> Comment:
    """Place a comment whose page is open and whose parent is there, to stand at once or to be held."""
    has_link = rules.leads_elsewhere(writer, comment.body_source, comment.body_html, comment.guest_name)
    held_for = rules.held_for(settings, writer, has_link=has_link)
    comment.state = CommentState.HELD if held_for else CommentState.PUBLISHED
    comment.held_for = held_for or ""
    comment.renderer = markup.MARKDOWN
    place(comment)
    changed(f"thread:{comment.thread_id}")
    announce(comment)
    return comment


def _has_supporters_badge(writer: Writer) -> bool:
    return isinstance(writer, Person) and has_badge(writer, Badge.Kind.SUPPORTER)


def _passage(page: Discussed, about: Passage | Anchor) -> Passage:
    """Return the passage a comment is about, as it stands in the story now."""
    if isinstance(about, Passage):
        passage = Passage.objects.filter(pk=about.pk, thread=page.pk).first()
    else:
        page.refresh_from_db(fields=["body"])
        passage = passage_at(about, page)
    require(passage is not None and not passage.is_orphaned, ChangedWhileWriting)
    assert passage is not None
    require(passage.is_open, QuestionIsClosed)
    return passage
