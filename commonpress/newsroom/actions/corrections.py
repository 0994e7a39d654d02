"""Saying in public that a story was wrong."""

from django.db import transaction

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

    What is published later keeps it (PublicPage.take_corrections).
    """
    require(rules.may_publish(by))
    correction = Correction.objects.create(page_id=page.pk, text=text, credit=credit, by=by)
    type(page).objects.filter(pk=page.pk).update(corrected_at=correction.at)
    page.corrected_at = correction.at
    changed(page.key, *page.shown_under)
    return correction
