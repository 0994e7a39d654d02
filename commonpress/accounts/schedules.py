from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from commonpress.accounts.actions.names import protect_all_names_anew
from commonpress.accounts.models import Person
from commonpress.accounts.sessions import end_sessions, forget_ended
from commonpress.jobs import task
from commonpress.jobs.schedule import every

TIME_TO_CONFIRM = timedelta(days=1)


@every(days=1)
@task()
def forget_ended_sessions() -> None:
    forget_ended(timezone.now())


@every(days=1)
@task()
def protect_names_anew() -> None:
    protect_all_names_anew()


@every(days=1)
@task()
def forget_unfinished_sign_ups() -> None:
    """Forget who began to make an account and never entered the code: the address may be a stranger's."""
    people = list(unfinished(timezone.now()))
    end_sessions(*people)
    for person in people:
        # Not erased: what other packages know by this address is not theirs until it is confirmed.
        person.delete()


def unfinished(now: datetime) -> QuerySet[Person]:
    """Return people with an address they never confirmed, who were never here and have nothing to do here."""
    never_here = Person.objects.filter(last_login=None, joined_at__lt=now - TIME_TO_CONFIRM)
    readers = never_here.filter(is_superuser=False, groups=None)
    return readers.filter(emailaddress__verified=False).exclude(emailaddress__verified=True).distinct()
