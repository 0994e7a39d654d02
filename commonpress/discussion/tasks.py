from commonpress.discussion import effects
from commonpress.jobs import task


@task()
def announce_comment(comment_pk: int) -> None:
    effects.comment_published(comment_pk)
