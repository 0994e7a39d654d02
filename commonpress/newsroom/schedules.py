"""What the clock starts in the newsroom."""

from django.core.management import call_command

from commonpress.jobs import task
from commonpress.jobs.schedule import every
from commonpress.newsroom import desk_search


@every(minutes=1)
@task()
def publish_what_is_due() -> None:
    """Publish what is scheduled, and withdraw what expires, by Wagtail's own command; its signals do the rest."""
    call_command("publish_scheduled")


@every(days=1)
@task()
def weigh_titles_for_the_desk() -> None:
    """Weigh long and short titles against each other in Wagtail's index, which it would do at every save."""
    desk_search.weigh_titles()
