"""What staff set for themselves on the desk."""

from typing import Any

from wagtail.admin.views.account import AccountView, NotificationsSettingsPanel, ThemeSettingsPanel

KEPT = (NotificationsSettingsPanel, ThemeSettingsPanel)


class DeskAccount(AccountView):
    """Wagtail's own screen without what stands elsewhere here.

    Name, address and password are on one's account page, language and zone are the paper's, and a
    portrait is a byline's: Wagtail's takes pictures that our uploads refuse.
    """

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if isinstance(panel, KEPT)]
