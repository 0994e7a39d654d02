"""Discussions as something to follow: the names of their topics, and what letters tell of a comment."""

from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonpress.accounts.models import Guest
from commonpress.discussion import pages
from commonpress.discussion.ignored import WRITER, ignored_by
from commonpress.discussion.models import Claim, Comment, CommentState
from commonpress.discussion.quoting import quote, without_addresses
from commonpress.notices.models import Notice, Subscriber
from commonpress.notices.topics import Described, Telling

KIND = "thread"
EVENT = "comment"


class What(models.TextChoices):
    REPLIES = "replies", gettext_lazy("replies to me")
    ANSWERS = "author", gettext_lazy("answers from the author and the editors")
    ALL = "all", gettext_lazy("all new comments")


def about(page_key: int) -> str:
    return f"{KIND}:{page_key}"


def topic(page_key: int, what: What, writer_key: str = "") -> str:
    """Return the name of what one can follow under a page; replies are those to one writer."""
    name = f"{about(page_key)}:{what}"
    return f"{name}:{writer_key}" if what == What.REPLIES else name


def event(comment: Comment) -> str:
    return f"{EVENT}:{comment.public_id}"


def topics_of(comment: Comment) -> list[str]:
    """Return the topics a comment belongs to, what concerns a reader most first."""
    found = [topic(comment.thread_id, What.ALL)]
    if comment.is_author_reply or comment.is_staff_reply:
        found.insert(0, topic(comment.thread_id, What.ANSWERS))
    if comment.parent is not None:
        answered = writer_keys(comment.parent)
        found = [*(topic(comment.thread_id, What.REPLIES, key) for key in answered), *found]
    return found


def writer_keys(comment: Comment) -> list[str]:
    """Return who wrote a comment; a guest who turned out to be a person is both."""
    if isinstance(comment.writer, Guest):
        claims = Claim.objects.filter(guest=comment.writer).values_list("person", flat=True)
        return [comment.writer.voter_key, *(f"p:{key}" for key in claims)]
    return [comment.writer.voter_key] if comment.writer else []


class Discussions:
    """What the notices ask of us (notices.topics.Teller)."""

    def describe(self, topics: Collection[str]) -> Mapping[str, Described]:
        shown = pages.shown_pages({_page_key(name) for name in topics})
        return {
            name: Described(page.title, f"{page.path_here}#discussion", str(What(name.split(":")[2]).label))
            for name in topics
            if (page := shown.get(_page_key(name))) is not None
        }

    def may_tell(self, subscriber: Subscriber, notices: Sequence[Notice]) -> Collection[int]:
        comments = _to_be_told(subscriber, notices, Comment.objects.only("public_id", "thread_id", *WRITER))
        shown = pages.shown_pages({comment.thread_id for comment in comments})
        events = {event(comment) for comment in comments if comment.thread_id in shown}
        return [notice.pk for notice in notices if notice.event in events]

    def tell(self, subscriber: Subscriber, notices: Sequence[Notice]) -> Mapping[int, Telling]:
        by_event = {notice.event: notice for notice in notices}
        comments = _to_be_told(subscriber, notices, Comment.objects.select_related("person", "guest"))
        shown = pages.shown_pages({comment.thread_id for comment in comments})
        return {
            by_event[event(comment)].pk: _telling(
                comment, shown[comment.thread_id].title, by_event[event(comment)].topic
            )
            for comment in comments
            if comment.thread_id in shown
        }


def _to_be_told(subscriber: Subscriber, notices: Sequence[Notice], comments: models.QuerySet[Comment]) -> list[Comment]:
    """Return what stands now of the comments in notices, but for what a subscriber wrote and whom they ignore."""
    ids = [notice.event.partition(":")[2] for notice in notices]
    comments = comments.filter(public_id__in=ids, state=CommentState.PUBLISHED)
    if subscriber.person is not None:
        # Whose comment it is may have turned out meanwhile.
        were_theirs = Claim.objects.filter(person=subscriber.person).values("guest")
        comments = comments.exclude(person=subscriber.person, guest=None).exclude(guest__in=were_theirs)
    unread = ignored_by(_keys_of(subscriber))
    return [comment for comment in comments if unread is None or not unread.wrote(comment)]


def _keys_of(subscriber: Subscriber) -> list[str]:
    """Return who a subscriber is in discussions: a person, and guests in whose browser they confirmed something."""
    own = subscriber.follows.filter(is_askers_own=True).exclude(asked_by="")
    keys = set(own.values_list("asked_by", flat=True))
    if subscriber.person is not None:
        keys.add(subscriber.person.voter_key)
    return sorted(keys)


def _telling(comment: Comment, title: str, name: str) -> Telling:
    return Telling(
        about=about(comment.thread_id),
        title=title,
        words=_words(comment, What(name.split(":")[2])),
        name=without_addresses(comment.name),
        text=quote(comment.body_html),
        address=settings.PUBLIC_URL + comment.get_absolute_url(),
    )


def _words(comment: Comment, what: What) -> str:
    if what == What.REPLIES:
        return _("Reply to you")
    if comment.is_author_reply:
        return _("Answer from the author")
    if comment.is_staff_reply:
        return _("Answer from the editors")
    return _("New comment")


def _page_key(name: str) -> int:
    return int(name.split(":")[1])
