"""What the clock starts."""

from django.utils import timezone

from commonpress.discussion import effects
from commonpress.discussion.actions.bursts import count_votes_held_long_enough
from commonpress.discussion.actions.overlap import complete_threads
from commonpress.jobs import task
from commonpress.jobs.schedule import every


@every(hours=1)
@task()
def tell_of_held_comments() -> None:
    effects.comments_held()


@every(hours=1)
@task()
def count_votes_that_waited() -> None:
    count_votes_held_long_enough(timezone.now())


@every(hours=1)
@task()
def complete_what_an_older_version_wrote() -> None:
    complete_threads(timezone.now())
