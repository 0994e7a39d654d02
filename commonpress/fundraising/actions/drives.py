import re

from django.db import transaction
from django.utils.text import slugify

from commonpress.changes.changed import changed
from commonpress.fundraising.models.drive import Drive
from commonpress.lib.once import SentAlready
from commonpress.lib.refusals import require

# A drive's page stands beside these, under /ledger/.
OTHER_LEDGER_PAGES = frozenset({"all", "book", "check", "documents", "owners"})
MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@transaction.atomic
def save_drive(drive: Drive, *, once: str | None = None) -> Drive:
    """Save a drive; if it is now the one on every page, no other is.

    A new drive is opened once per key: sent again, the form leads to the one that stands.

    Raises SentAlready when a drive of another title stands under the key.
    """
    if drive.pk is None and once is not None:
        standing = Drive.objects.filter(once_key=once).first()
        if standing is not None:
            require(standing.title == drive.title, SentAlready)
            return standing
        drive.once_key = once
    drive.slug = drive.slug or free_slug(drive.title)
    keys = []
    if drive.is_current:
        others = Drive.objects.filter(is_current=True).exclude(pk=drive.pk)
        keys = [other.key for other in others]
        others.update(is_current=False)
    drive.save()
    changed(drive.key, *keys)
    return drive


def free_slug(title: str) -> str:
    """Return the title as part of an address, with a figure behind it where another drive has it."""
    slug = slugify(title)[:70] or "drive"
    if slug in OTHER_LEDGER_PAGES or MONTH.fullmatch(slug):
        slug = f"drive-{slug}"
    taken = set(Drive.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    candidates = [slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 2))]
    return next(candidate for candidate in candidates if candidate not in taken)
