from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.fundraising.errors import CategoryIsUsed, NothingIsDifferent
from commonpress.fundraising.models.spending import Spending, SpendingCategory, SpendingCorrection
from commonpress.fundraising.money import Money
from commonpress.lib.once import SentAlready
from commonpress.lib.refusals import require


@dataclass(frozen=True, slots=True)
class Wording:
    """What a row of spending says. `document`: a file to stand there from now on, or None to leave what stands."""

    amount: Money
    category: str
    note: str = ""
    document: ContentFile[bytes] | None = None
    takes_document_away: bool = False


@transaction.atomic
def enter_spending(spending: Spending, says: Wording, *, by: Person | None, once: str | None = None) -> Spending:
    """Publish what was spent, once per key; `spending` names the drive, or none for the whole paper, and the month.

    Raises SentAlready when other spending stands under the key.
    """
    if once is not None and (standing := Spending.objects.filter(once_key=once).first()):
        require(says_the_same(standing, spending, says), SentAlready)
        return standing
    spending.category = category_named(says.category)
    spending.amount_minor, spending.currency = says.amount.minor, says.amount.currency
    spending.note = says.note
    spending.entered_by = by
    spending.once_key = once
    try:
        with transaction.atomic():
            if says.document is not None:
                spending.document.save(str(says.document.name), says.document, save=False)
            spending.save(force_insert=True)
    except IntegrityError:
        if once is None:
            raise
        standing = Spending.objects.get(once_key=once)
        require(says_the_same(standing, spending, says), SentAlready)
        return standing
    changed("spending")
    return spending


def says_the_same(standing: Spending, sent: Spending, says: Wording) -> bool:
    """Tell whether spending sent under a used key is what was entered, before it was corrected."""
    first = standing.corrections.first()
    amount, note = (first.amount, first.note) if first else (standing.amount, standing.note)
    return (standing.drive_id, standing.month, amount, note) == (sent.drive_id, sent.month, says.amount, says.note)


@transaction.atomic
def correct_spending(
    spending: Spending, says: Wording, *, reason: str, by: Person | None, once: str | None = None
) -> Spending:
    """Change what readers were told, and tell them that it was changed, when, why, and what stood there.

    An amount of nothing takes the row out of every sum and leaves it standing as withdrawn.

    Raises NothingIsDifferent when it says all that already.
    """
    spending = Spending.objects.select_for_update(of=("self",)).select_related("category").get(pk=spending.pk)
    if once is not None and spending.corrections.filter(once_key=once).exists():
        return spending
    is_document_changed = says.document is not None or (says.takes_document_away and bool(spending.document))
    category = category_named(says.category)
    standing = (spending.amount, spending.category, spending.note)
    require(is_document_changed or standing != (says.amount, category, says.note), NothingIsDifferent)
    SpendingCorrection.objects.create(
        spending=spending,
        amount_minor=spending.amount_minor,
        category=spending.category.name,
        note=spending.note,
        is_document_changed=is_document_changed,
        reason=reason,
        corrected_at=timezone.now(),
        corrected_by=by,
        once_key=once,
    )
    spending.amount_minor = says.amount.minor
    spending.category = category
    spending.note = says.note
    if is_document_changed:
        put_document(spending, says.document)
    spending.save()
    changed("spending")
    return spending


def put_document(spending: Spending, document: ContentFile[bytes] | None) -> None:
    """Put a document, or none, in the place of the one that stands, whose file is deleted once that is certain."""
    storage, old = spending.document.storage, spending.document.name
    if document is None:
        spending.document = ""
    else:
        spending.document.save(str(document.name), document, save=False)
    if old:

        def delete_file() -> None:
            storage.delete(old)

        transaction.on_commit(delete_file)


def category_named(name: str) -> SpendingCategory:
    return SpendingCategory.objects.filter(name__iexact=name).first() or SpendingCategory.objects.create(name=name)


@transaction.atomic
def rename_category(category: SpendingCategory, name: str) -> SpendingCategory:
    category.name = name
    category.save()
    changed("spending")
    return category


@transaction.atomic
def delete_category(category: SpendingCategory) -> None:
    """Take a category off the list. Raises CategoryIsUsed while spending stands under it."""
    require(not category.spending.exists(), CategoryIsUsed)
    category.delete()
