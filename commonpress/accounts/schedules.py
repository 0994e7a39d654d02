from django.contrib.sessions.models import Session
from django.utils import timezone

from commonpress.jobs import task
from commonpress.jobs.schedule import every


@every(days=1)
@task()
def forget_ended_sessions() -> None:
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
