"""What moderators do to a discussion as a whole: close and open it."""

from django.db import transaction
from wagtail.models import Revision

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.discussion import rules
from commonpress.discussion.errors import NotAModerator
from commonpress.discussion.rules import Discussed
from commonpress.lib.refusals import require
from commonpress.newsroom.models.public_page import CommentsState


@transaction.atomic
def set_discussion(page: Discussed, state: CommentsState, *, by: Person) -> None:
    """Open, close or switch off the discussion of a page, at once and without publishing anything else.

    The draft an editor may be working on is told too, or its publication would bring the old state back.
    """
    require(rules.may_moderate(by), NotAModerator)
    type(page).objects.filter(pk=page.pk).update(comments_state=state)
    page.comments_state = state
    # Locked before it is read: whoever saves the draft meanwhile must not lose what they wrote.
    latest = type(page).objects.filter(pk=page.pk).values("latest_revision")
    revision = Revision.objects.select_for_update().filter(pk__in=latest).first()
    if revision is not None:
        revision.content["comments_state"] = state
        revision.save(update_fields=["content"])
    changed(f"thread:{page.pk}")
