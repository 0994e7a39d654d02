"""What readers do to be told of a discussion, and what becomes of it when a guest turns out to be a person."""

from django.db import transaction

from commonpress.accounts.models import Guest, Person, Writer
from commonpress.accounts.subscribing import proven_address
from commonpress.discussion import topics
from commonpress.discussion.models import Comment
from commonpress.discussion.rules import Discussed
from commonpress.discussion.tasks import announce_comment
from commonpress.discussion.topics import What
from commonpress.notices.following import follow, has_followers
from commonpress.notices.models import Follow, Pace
from commonpress.notices.subscribers import move_follow, subscriber_at, subscriber_of


@transaction.atomic
def follow_discussion(page: Discussed, *, what: What, pace: Pace, writer: Writer | None, email: str = "") -> None:
    """Have somebody told of what is said under a page.

    A person is told at their own address, at once if it is proven. Any other address is asked first. `email` is a
    guest's or a stranger's; replies are to what a writer wrote, so a stranger has none.

    Raises FollowsTooMuch.
    """
    key = writer.voter_key if writer is not None else ""
    proven = proven_address(writer) if isinstance(writer, Person) else None
    if proven is not None and isinstance(writer, Person):
        subscriber = subscriber_of(writer.pk, proven)
    else:
        subscriber = subscriber_at(writer.email if isinstance(writer, Person) else email)
    follow(
        subscriber,
        topic=topics.topic(page.pk, what, key),
        about=topics.about(page.pk),
        pace=pace,
        asked_by=key,
        is_proven=proven is not None,
    )


def claim_follows(guest: Guest, *, by: Person) -> None:
    """Tell a person of replies to what they wrote as a guest, at their own address where that is proven.

    What else was asked for as a guest stays with the address it was asked for.
    """
    proven = proven_address(by)
    for mine in Follow.objects.filter(asked_by=guest.voter_key).select_related("subscriber"):
        page_key = int(mine.about.partition(":")[2])
        is_replies = mine.topic == topics.topic(page_key, What.REPLIES, guest.voter_key)
        if is_replies and proven is not None:
            to = subscriber_of(by.pk, proven)
            Follow.objects.filter(pk=mine.pk).update(asked_by=by.voter_key)
            move_follow(mine, to=to, topic=topics.topic(page_key, What.REPLIES, by.voter_key), is_confirmed=True)


def announce(comment: Comment) -> None:
    """Have those who follow told of a comment that stands on the page now, in the transaction that put it there."""
    # Asked first: most discussions are followed by nobody, and a job costs as much as the comment.
    if comment.is_published and has_followers(topics.about(comment.thread_id)):
        announce_comment.enqueue(comment.pk)
