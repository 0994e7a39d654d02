"""What writers do to what they wrote: give it another wording, for a while."""

from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Writer
from commonpress.changes.changed import changed
from commonpress.discussion import markup, rules
from commonpress.discussion.actions.placing import mark_featured, move
from commonpress.discussion.errors import ClosedWhileWriting, NotYourComment, OwnCommentIsGone, WordingIsAnother
from commonpress.discussion.models import Comment, CommentState, CommentWording, DiscussionSettings, Thread
from commonpress.discussion.rules import Discussed
from commonpress.lib.refusals import require


@transaction.atomic
def edit_comment(
    comment: Comment, *, page: Discussed, by: Writer, text: str, stood: str, html: str | None = None
) -> Comment:
    """Give a comment another wording; the one before is kept for moderators. Counters and votes stay.

    `stood` is the `Comment.wording` its writer had before them. What is sent twice changes once. The comment is
    held again where the settings say so of its new text, also when a moderator had released the old one, and is
    featured no longer.

    Raises ClosedWhileWriting, OwnCommentIsGone, WordingIsAnother or a reason of `rules.why_not_edit` when that
    happened while the writer was typing.
    """
    if html is None:
        text = markup.clean_text(text)
        html = markup.render(text)
    # The thread before the comment, as everybody who writes in it: an answer or a moderator may come at the same time.
    Thread.objects.select_for_update(no_key=True).get(pk=comment.thread_id)
    found = Comment.objects.select_for_update(no_key=True).filter(pk=comment.pk).first()
    if found is None or found.state == CommentState.ERASED:
        raise OwnCommentIsGone
    require(found.belongs_to(by), NotYourComment)
    page.refresh_from_db(fields=["comments_state", "live"])
    require(rules.is_open(page), ClosedWhileWriting)
    if found.body_source == text and found.state in {CommentState.PUBLISHED, CommentState.HELD}:
        return found
    reason = rules.why_not_edit(found, timezone.now())
    if reason is not None:
        raise reason
    require(found.wording == stood, WordingIsAnother)
    _reword(found, text, html)
    if found.is_featured:
        # A moderator vouched for the words they had read, not for these.
        mark_featured(found, is_featured=False)
    if found.is_published:
        _hold_again(found, by)
    changed(f"thread:{found.thread_id}")
    return found


def _reword(comment: Comment, text: str, html: str) -> None:
    CommentWording.objects.create(comment=comment, body_source=comment.body_source, body_html=comment.body_html)
    comment.body_source, comment.body_html, comment.renderer = text, html, markup.MARKDOWN
    comment.edited_at = timezone.now()
    comment.save(update_fields=["body_source", "body_html", "renderer", "edited_at"])


def _hold_again(comment: Comment, by: Writer) -> None:
    settings = DiscussionSettings.load()
    has_link = rules.leads_elsewhere(by, comment.body_source, comment.body_html, comment.guest_name)
    held_for = rules.held_for(settings, by, has_link=has_link, besides=comment)
    if held_for is not None:
        comment.held_for = held_for
        comment.save(update_fields=["held_for"])
        move(comment, CommentState.HELD)
