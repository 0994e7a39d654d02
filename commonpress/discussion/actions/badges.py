"""What a person's badges mean to the discussion: where they stand."""

from django.db import transaction

from commonpress.accounts.models import Badge, Person
from commonpress.changes.changed import changed
from commonpress.discussion.models import Comment, Thread


@transaction.atomic
def show_badges(person: Person) -> None:
    """Mark a person's comments as a supporter's, or no longer, in the transaction that gave or took the badge.

    What they wrote as a guest stays unmarked: it has another name, and who wrote it is theirs to tell.
    """
    is_supporter = Badge.objects.filter(person=person, kind=Badge.Kind.SUPPORTER).exists()
    others = Comment.objects.filter(person=person, is_supporter=not is_supporter)
    threads = list(others.order_by("thread_id").values_list("thread_id", flat=True).distinct())
    # Threads before comments, both in one order, as everybody who writes in them.
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=threads).order_by("pk"))
    # In no other thread, whose pages would not be told: what comes there meanwhile has its mark, or gets it when the
    # badge is prolonged.
    others.filter(thread__in=threads).update(is_supporter=is_supporter)
    changed(*(f"thread:{key}" for key in threads))
