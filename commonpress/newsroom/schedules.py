"""What the clock starts in the newsroom."""

from commonpress.jobs import task
from commonpress.jobs.schedule import every
from commonpress.newsroom import desk_search
from commonpress.newsroom.actions.publishing import publish_due
from commonpress.newsroom.actions.upkeep import protect_bylines_anew


@every(minutes=1)
@task()
def publish_what_is_due() -> None:
    publish_due()


@every(days=1)
@task()
def weigh_titles_for_the_desk() -> None:
    """Weigh long and short titles against each other in Wagtail's index, which it would do at every save."""
    desk_search.weigh_titles()


@every(days=1)
@task()
def protect_bylines_names_anew() -> None:
    protect_bylines_anew()
