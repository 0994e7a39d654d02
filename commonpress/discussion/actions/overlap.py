"""What the version before this one still wrote on a database that had been brought up to date for this one.

It knows nothing of the newer keys and counts, and serves until the last of its processes has stopped.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from commonpress.changes.changed import changed
from commonpress.discussion.models import Comment, CommentState, Thread
from commonpress.discussion.models.comment import ANSWERS

# Longer than a worker is ever away.
LATELY = timedelta(days=7)


def complete_threads(now: datetime) -> int:
    """Give to the threads written in of late what is missing of keys and answers counted; return to how many."""
    threads = Thread.objects.filter(last_comment_at__gte=now - LATELY).order_by("-last_comment_at")
    return sum(_complete(thread) for thread in threads if not _is_complete(thread))


@transaction.atomic
def _complete(thread: Thread) -> bool:
    locked = Thread.objects.select_for_update(no_key=True).filter(pk=thread.pk).first()
    # The page may be deleted by now, or somebody wrote while we counted.
    if locked is None or _is_complete(locked):
        return False
    for key in list(_without_keys(locked).order_by("pk").values_list("pk", flat=True)):
        root = Comment.objects.select_for_update(no_key=True).get(pk=key)
        root.set_keys()
        root.save(update_fields=["key_hot", "key_discussed"])
    locked.answers_count = _answers(locked)
    locked.version += 1
    locked.save(update_fields=["answers_count", "version"])
    changed(locked.key)
    return True


def _is_complete(thread: Thread) -> bool:
    return thread.answers_count == _answers(thread) and not _without_keys(thread).exists()


def _without_keys(thread: Thread) -> QuerySet[Comment]:
    return Comment.objects.filter(thread=thread, parent__isnull=True, is_shown=True, key_hot__isnull=True)


def _answers(thread: Thread) -> int:
    return Comment.objects.filter(ANSWERS, thread=thread).theirs_in_state(CommentState.PUBLISHED).count()
