from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from commonpress.jobs import task
from commonpress.jobs.schedule import every
from commonpress.notices.digest import send_digests
from commonpress.notices.following import ask_to_confirm, may_be_asked
from commonpress.notices.models import Follow, Letter, Notice, Subscriber

# Longer than any occasion is told twice; a job is tried for a day at most.
KEPT = timedelta(days=90)
TIME_TO_CONFIRM = timedelta(days=3)
# Whom we have asked is remembered so long, so that nobody has us ask again.
ASKED_KEPT = timedelta(days=30)
QUESTIONS = 500


@every(days=1)
@task()
def forget_old_letters() -> None:
    """Forget to whom we wrote, and what was never taken."""
    long_ago = timezone.now() - KEPT
    Notice.objects.filter(made_at__lt=long_ago).delete()
    Letter.objects.filter(written_at__lt=long_ago).delete()


@every(minutes=5)
@task()
def write_due_digests() -> None:
    send_digests(timezone.now())


@every(hours=1)
@task()
def ask_again_what_waits() -> None:
    """Ask the addresses for which more was asked on the day they had their one question."""
    now = timezone.now()
    waiting = Follow.objects.filter(subscriber=OuterRef("pk"), confirmed_at=None, asked_at__gt=OuterRef("asked_at"))
    to_ask = may_be_asked(now).filter(Exists(waiting))
    # The longest waiting first; who is left over has their turn in the next hour.
    for subscriber in to_ask.order_by("asked_at", "pk")[:QUESTIONS]:
        ask_to_confirm(subscriber, now)


@every(days=1)
@task()
def forget_what_nobody_confirmed() -> None:
    """Forget follows without an answer, and addresses that follow nothing."""
    now = timezone.now()
    Follow.objects.filter(confirmed_at=None, asked_at__lt=now - TIME_TO_CONFIRM).delete()
    idle = Subscriber.objects.filter(follows=None, notices=None, is_left_alone=False)
    idle.filter(asked_at=None).delete()
    idle.filter(asked_at__lt=now - ASKED_KEPT).delete()
