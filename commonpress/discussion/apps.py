from typing import Any

from django.apps import AppConfig
from django.db.models.signals import pre_delete


class DiscussionConfig(AppConfig):
    name = "commonpress.discussion"
    label = "discussion"
    verbose_name = "Discussion"

    def ready(self) -> None:
        from commonpress.accounts.models import Guest, Person  # noqa: PLC0415  models exist only now

        for writer in (Person, Guest):
            pre_delete.connect(_erase, sender=writer, dispatch_uid=f"discussion.erase.{writer.__name__}")


def _erase(instance: Any, **_kwargs: Any) -> None:
    """Erase the comments of an account that is deleted: accounts cannot know of the discussion."""
    from commonpress.discussion.actions.erasure import erase_commenter  # noqa: PLC0415  models exist only now

    erase_commenter(instance)
