from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "commonpress.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from commonpress.accounts import receivers, sessions, subscribing  # noqa: F401, PLC0415  connected; models exist only now


class DeskPeopleConfig(WagtailUsersAppConfig):
    """Wagtail's app of people at the desk, with our screens."""

    user_viewset = "commonpress.accounts.people_desk.PersonScreens"
