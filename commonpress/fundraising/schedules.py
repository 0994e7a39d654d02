"""What the clock starts."""

from django.utils import timezone

from commonpress.fundraising.actions.badges import review_badges
from commonpress.fundraising.actions.pledges import expire_pledges
from commonpress.jobs import task
from commonpress.jobs.schedule import every


@every(minutes=10)
@task()
def let_pledges_lapse() -> None:
    expire_pledges(timezone.now())


@every(days=1)
@task()
def review_supporters_badges() -> None:
    review_badges(timezone.now())
