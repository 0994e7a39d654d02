"""Saying in public that a story was wrong."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from wagtail.models import Revision

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.lib.refusals import require
from commonpress.newsroom import rules
from commonpress.newsroom.models.correction import Correction
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.story import Story


@transaction.atomic
def issue_correction(page: Story | PlainPage, *, text: str, credit: str = "", by: Person) -> Correction:
    """Put a dated note over a page, at once; the text itself is mended in the editor.

    The draft an editor may be working on is told too, or its publication would forget that there was a correction.
    """
    require(rules.may_publish(by))
    correction = Correction.objects.create(page_id=page.pk, text=text, credit=credit, by=by)
    type(page).objects.filter(pk=page.pk).update(corrected_at=correction.at)
    page.corrected_at = correction.at
    # Locked before it is read: whoever saves the draft meanwhile must not lose what they wrote.
    latest = type(page).objects.filter(pk=page.pk).values("latest_revision")
    revision = Revision.objects.select_for_update().filter(pk__in=latest).first()
    if revision is not None:
        revision.content["corrected_at"] = DjangoJSONEncoder().default(correction.at)
        revision.save(update_fields=["content"])
    changed(page.key, *page.shown_under)
    return correction
