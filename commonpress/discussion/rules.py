"""Who may comment, vote and moderate."""

from datetime import datetime, timedelta

from django.conf import settings as configured

from commonpress.accounts.models import Person, ProtectedName, Writer
from commonpress.accounts.names import NAMES_OF_STAFF, skeleton
from commonpress.accounts.rules import is_editor, is_moderator, is_staff_here
from commonpress.database.plain import fetched
from commonpress.discussion import markup
from commonpress.discussion.errors import AnsweredMeanwhile, EditIsOver, HeldByModerator, RemovedByModerator
from commonpress.discussion.models import Comment, CommentState, DiscussionSettings, HeldFor, Hold
from commonpress.discussion.models.comment import CommentKind
from commonpress.lib.refusals import Refused
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story

Discussed = Story | PlainPage


def is_shown(page: Discussed) -> bool:
    """Tell whether the page has a discussion that readers see, open or closed."""
    return page.live and page.comments_state != CommentsState.OFF


def is_open(page: Discussed) -> bool:
    """Tell whether the discussion can be added to: written in and voted in."""
    return page.live and page.comments_state == CommentsState.OPEN


def may_reply_to(comment: Comment) -> bool:
    return comment.is_published and comment.kind == CommentKind.COMMENT


def may_vote_on(comment: Comment, writer: Writer | None) -> bool:
    return comment.is_published and not comment.is_by(writer)


def may_see(comment: Comment, writer: Writer | None) -> bool:
    """Tell whether a comment's text is for this reader: all see a published one, its writer a held one too."""
    return (
        comment.is_published or may_moderate(writer) or (comment.state == CommentState.HELD and comment.is_by(writer))
    )


def may_edit(comment: Comment, writer: Writer | None, now: datetime) -> bool:
    """Tell whether somebody may change the comment's text: who wrote it, for a while, until it is answered."""
    return comment.belongs_to(writer) and why_not_edit(comment, now) is None


def why_not_edit(comment: Comment, now: datetime) -> type[Refused] | None:
    """Return what keeps a comment's writer from changing its text now, if anything does."""
    if comment.state == CommentState.REMOVED:
        return RemovedByModerator
    if comment.held_for == HeldFor.MODERATOR and comment.state == CommentState.HELD:
        return HeldByModerator
    if comment.reply_count or comment.descendant_count:
        return AnsweredMeanwhile
    if now >= comment.created_at + timedelta(minutes=configured.EDIT_MINUTES):
        return EditIsOver
    return None


def may_delete(comment: Comment, writer: Writer | None) -> bool:
    """Tell whether somebody may delete the comment: who wrote it, whatever became of it and whenever they like."""
    return comment.state != CommentState.ERASED and comment.belongs_to(writer)


def is_person(writer: Writer | None) -> bool:
    return isinstance(writer, Person)


def may_moderate(somebody: object) -> bool:
    return is_moderator(somebody)


def may_correct(somebody: object) -> bool:
    """Tell whether somebody may make correction requests of comments, and decide them."""
    return is_editor(somebody)


def may_be_erased_by_moderators(writer: Writer | None) -> bool:
    """Tell whether a moderator may erase a writer who asks for it: not a colleague, whose word stands for the paper."""
    return not is_staff_here(writer)


def is_author_of(writer: Writer, page: Discussed) -> bool:
    """Tell whether a person is credited on the page."""
    return isinstance(writer, Person) and Byline.objects.filter(person=writer, story_bylines__story_id=page.pk).exists()


def has_published(writer: Writer, *, besides: Comment | None = None) -> bool:
    published = Comment.objects.by(writer).theirs_in_state(CommentState.PUBLISHED)
    return published.exclude(pk__in=[besides.pk] if besides else []).exists()


def leads_elsewhere(writer: Writer, text: str, html: str, name: str) -> bool:
    """Tell whether a comment, or the name it stands under, holds a link or an address."""
    shown_name = writer.display_name if isinstance(writer, Person) else name
    return "<a " in html or markup.leads_elsewhere(text) or markup.leads_elsewhere(shown_name)


def held_for(
    settings: DiscussionSettings, writer: Writer, *, has_link: bool, besides: Comment | None = None
) -> HeldFor | None:
    """Return why a comment waits for a moderator, if it does; `besides` is the comment itself when it is changed.

    | hold    | a comment with a link | a first comment | any other | by staff |
    |---------|-----------------------|-----------------|-----------|----------|
    | nothing | stands                | stands          | stands    | stands   |
    | links   | waits                 | stands          | stands    | stands   |
    | first   | waits                 | waits           | stands    | stands   |
    | all     | waits                 | waits           | waits     | stands   |
    """
    if is_staff_here(writer) or settings.hold == Hold.NOTHING:
        return None
    if settings.hold == Hold.ALL:
        return HeldFor.ALL
    if has_link:
        return HeldFor.LINK
    if settings.hold == Hold.FIRST and not has_published(writer, besides=besides):
        return HeldFor.FIRST
    return None


def may_use_name_of(person: Person) -> bool:
    """Tell whether a person may comment under the name of their account: not as somebody else who works here."""
    return not is_protected_name(person.display_name, of=person)


def is_protected_name(name: str, *, of: Person | None = None) -> bool:
    """Tell whether a name reads like that of somebody who works here, other than `of`.

    A byline that belongs to no account may be a colleague's own, brought in from another system.
    """
    shape = skeleton(name)
    if not shape:
        return False
    if not is_staff_here(of) and shape in _names_of_the_paper():
        return True
    if of is None:
        return bool(_protected_as(shape) - {ProtectedName.Reason.SUPPORTER})
    names = ProtectedName.objects.filter(skeleton=shape).exclude(reason=ProtectedName.Reason.SUPPORTER)
    names = names.exclude(person=of)
    if is_staff_here(of):
        names = names.exclude(reason=ProtectedName.Reason.BYLINE, person=None)
    return names.exists()


def is_supporters_name(name: str) -> bool:
    """Tell whether a name reads like that of a supporter whose comments are marked. Namesakes with accounts may keep theirs."""
    shape = skeleton(name)
    return bool(shape) and ProtectedName.Reason.SUPPORTER in _protected_as(shape)


def _names_of_the_paper() -> frozenset[str]:
    """Return the skeletons of what only the paper is called: its own name, and what it calls those who work for it."""
    return NAMES_OF_STAFF | {skeleton(Publication.load().name)}


def _protected_as(shape: str) -> set[str]:
    """Return why names of this skeleton are protected, in words of our own: each comment of a guest with a name asks."""
    rows = fetched("SELECT reason FROM accounts_protectedname WHERE skeleton = %s", [shape])
    return {reason for (reason,) in rows}
