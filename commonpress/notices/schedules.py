from datetime import timedelta

from django.utils import timezone

from commonpress.jobs import task
from commonpress.jobs.schedule import every
from commonpress.notices.models import Letter

# Longer than any occasion is told twice; a job is tried for a day at most.
KEPT = timedelta(days=90)


@every(days=1)
@task()
def forget_old_letters() -> None:
    """Forget to whom we wrote, and what was never taken."""
    Letter.objects.filter(written_at__lt=timezone.now() - KEPT).delete()
