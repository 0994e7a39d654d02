"""What the clock starts."""

from commonpress.discussion import effects
from commonpress.jobs import task
from commonpress.jobs.schedule import every


@every(hours=1)
@task()
def tell_of_held_comments() -> None:
    effects.comments_held()
