"""What follows: who is told, and of what. Each may run twice; nobody is told twice."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonpress.discussion import topics
from commonpress.discussion.models import Comment, CommentState, DiscussionSettings
from commonpress.notices.tell import send_letter
from commonpress.notices.telling import tell_followers

# What is released later than this is no news; and whom we told is remembered longer.
NEWS = timedelta(days=30)


def comment_published(comment_pk: int) -> None:
    """Tell those who follow the discussion, its author's answers or replies to themselves; never the writer."""
    found = Comment.objects.select_related("parent__person", "parent__guest", "person", "guest")
    comment = found.filter(pk=comment_pk, state=CommentState.PUBLISHED, created_at__gt=timezone.now() - NEWS).first()
    if comment is not None:
        tell_followers.func(topics.event(comment), topics.topics_of(comment), topics.writer_keys(comment))


@transaction.atomic
def comments_held(now: datetime | None = None) -> bool:
    """Write to whom the settings name that comments came to wait since the last full hour; once per hour."""
    now = now or timezone.now()
    address = DiscussionSettings.load().tell_address
    hour = now.replace(minute=0, second=0, microsecond=0)
    since = hour - timedelta(hours=1)
    # One that stood on the page may wait since its writer changed it.
    came = Q(created_at__gte=since, created_at__lt=hour) | Q(edited_at__gte=since, edited_at__lt=hour)
    new = Comment.objects.filter(came, state=CommentState.HELD).count()
    if not address or not new:
        return False
    context = {"new": new, "address": f"{settings.PUBLIC_URL}/admin/discussion/"}
    send_letter(address, "comments_held", context, once=f"comments-held:{hour:%Y%m%d%H}")
    return True
