from datetime import timedelta

from django.utils import timezone

from commonpress.changes.models import Change
from commonpress.jobs import task
from commonpress.jobs.schedule import every

KEPT = timedelta(hours=48)


@every(hours=1)
@task()
def prune_changes() -> None:
    """Forget changes no reader of the sequence can still ask for."""
    Change.objects.filter(at__lt=timezone.now() - KEPT).delete()
