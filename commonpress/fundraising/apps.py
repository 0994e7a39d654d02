from django.apps import AppConfig


class FundraisingConfig(AppConfig):
    name = "commonpress.fundraising"
    label = "fundraising"
    verbose_name = "Fundraising"

    def ready(self) -> None:
        from commonpress.accounts import erasing  # noqa: PLC0415  models exist only now
        from commonpress.fundraising.actions.erasure import erase_supporter  # noqa: PLC0415

        # Accounts cannot know of the books: whoever deletes an account is forgotten there too.
        erasing.register(erase_supporter)
