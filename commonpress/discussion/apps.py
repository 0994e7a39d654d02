from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "commonpress.discussion"
    label = "discussion"
    verbose_name = "Discussion"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415  models exist only now

        from commonpress.accounts import badges, erasing, renaming  # noqa: PLC0415
        from commonpress.discussion.actions.badges import show_badges  # noqa: PLC0415
        from commonpress.discussion.actions.erasure import erase_commenter  # noqa: PLC0415
        from commonpress.discussion.actions.passages import settle_passages  # noqa: PLC0415
        from commonpress.discussion.actions.renaming import may_be_called, show_new_name  # noqa: PLC0415
        from commonpress.discussion.topics import KIND, Discussions  # noqa: PLC0415
        from commonpress.discussion.views.claiming import on_signing_in  # noqa: PLC0415
        from commonpress.newsroom import following_publications  # noqa: PLC0415
        from commonpress.notices import topics  # noqa: PLC0415

        # Accounts cannot know of the discussion: whoever deletes an account is erased here too.
        erasing.register(erase_commenter)
        # Nor can the newsroom: what it publishes is told here.
        following_publications.register(settle_passages)
        renaming.register(may_be_called=may_be_called, show_new_name=show_new_name)
        topics.register(KIND, Discussions())
        badges.register(show_badges)
        user_logged_in.connect(on_signing_in)
