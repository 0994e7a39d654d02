from django.db import transaction

from commonpress.changes.changed import changed
from commonpress.fundraising.models.drive import Drive


@transaction.atomic
def save_drive(drive: Drive) -> Drive:
    """Save a drive; if it is now the one on every page, no other is."""
    keys = []
    if drive.is_current:
        others = Drive.objects.filter(is_current=True).exclude(pk=drive.pk)
        keys = [other.key for other in others]
        others.update(is_current=False)
    drive.save()
    changed(drive.key, *keys)
    return drive
