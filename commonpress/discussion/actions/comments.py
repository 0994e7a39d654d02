"""What readers do to a thread: write in it."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonpress.accounts.models import Guest, Person, Writer
from commonpress.accounts.rules import is_staff_here
from commonpress.changes.changed import changed
from commonpress.discussion import markup, rules
from commonpress.discussion.actions.placing import place, thread_for_writing
from commonpress.discussion.errors import CommentIsGone, ThreadIsClosed
from commonpress.discussion.models import Comment, CommentState, DiscussionSettings, Thread
from commonpress.discussion.rules import Discussed
from commonpress.lib.refusals import require


def post_comment(
    page: Discussed,
    *,
    writer: Writer,
    text: str,
    name: str = "",
    parent: Comment | None = None,
    once: str | None = None,
) -> Comment:
    """Post a comment on a page, or as a reply to `parent`, once per once-only key.

    The comment stands at once or is held, as the publication's settings say. `name` is a guest's;
    a person's own is shown instead.

    Raises ThreadIsClosed or CommentIsGone when that happened while the reader was typing.
    """
    if once is not None and (posted := posted_with(once)) is not None:
        return posted
    try:
        return _post(page, writer=writer, text=text, name=name, parent=parent, once=once)
    except IntegrityError:
        # Two equal posts arrived together; the constraint let the other one in.
        posted = posted_with(once) if once is not None else None
        if posted is None:
            raise
        return posted


def posted_with(once: str) -> Comment | None:
    """Return the comment that was made with this once-only key, if there is one."""
    return Comment.objects.filter(once_key=once).select_related("person").first()


@transaction.atomic
def _post(
    page: Discussed, *, writer: Writer, text: str, name: str, parent: Comment | None, once: str | None
) -> Comment:
    thread = thread_for_writing(page)
    # An editor may close the discussion, or a moderator remove what is answered, while the reader still types.
    page.refresh_from_db(fields=["comments_state", "live"])
    require(rules.is_open(page), ThreadIsClosed)
    if parent is not None:
        parent = Comment.objects.filter(pk=parent.pk, thread=thread, state=CommentState.PUBLISHED).first()
        require(parent is not None, CommentIsGone)
    text = markup.clean_text(text)
    if once is None and (said := _said_just_now(thread, writer, parent, text)) is not None:
        return said
    html = markup.render(text)
    is_held = rules.is_held(DiscussionSettings.load(), writer, has_link=markup.has_link(text, html))
    comment = place(
        Comment(
            thread=thread,
            parent=parent,
            state=CommentState.HELD if is_held else CommentState.PUBLISHED,
            person=writer if isinstance(writer, Person) else None,
            guest=writer if isinstance(writer, Guest) else None,
            guest_name=markup.clean_name(name) if isinstance(writer, Guest) else "",
            is_staff_reply=is_staff_here(writer),
            is_author_reply=rules.is_author_of(writer, page),
            body_source=text,
            body_html=html,
            renderer=markup.MARKDOWN,
            once_key=once,
        )
    )
    changed(thread.key)
    return comment


def _said_just_now(thread: Thread, writer: Writer, parent: Comment | None, text: str) -> Comment | None:
    """Return the same comment of the same writer from the last minute, if there is one.

    A page that is kept for everyone carries no once-only key, and without JavaScript nothing adds one:
    there, an impatient second click is known by its words.
    """
    since = timezone.now() - timedelta(minutes=1)
    mine = Comment.objects.filter(thread=thread, parent=parent, body_source=text, created_at__gte=since)
    mine = mine.filter(person=writer) if isinstance(writer, Person) else mine.filter(guest=writer)
    return mine.exclude(state=CommentState.REMOVED).first()
