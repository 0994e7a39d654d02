"""The demo's accounts: one for each role, a new password at every start."""

import secrets

from django.conf import settings
from django.db import transaction

from commonpress.accounts.actions.staff import add_staff
from commonpress.accounts.rules import Role
from commonpress.accounts.sign_in import DEMO_DOMAIN

NAMES = {
    Role.OWNER: "Olive Owner",
    Role.EDITOR: "Edda Editor",
    Role.REPORTER: "Rufus Reporter",
    Role.MODERATOR: "Mona Moderator",
    Role.TREASURER: "Theo Treasurer",
}


class NotTheDemo(Exception):
    """Raised when accounts with printed passwords are asked for outside the demo."""


@transaction.atomic
def demo_accounts() -> list[tuple[str, str, str]]:
    """Return (e-mail, password, role) of each demo account, with fresh passwords.

    Raises NotTheDemo unless COMMONPRESS_DEMO is set; `commonpress demo` sets it and listens on
    loopback only.
    """
    if not settings.IS_DEMO:
        raise NotTheDemo("Accounts with printed passwords are made for the demo only.")
    printed = []
    for role in Role:
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        person = add_staff(f"{role}@{DEMO_DOMAIN}", role, display_name=NAMES[role])
        person.set_password(password)
        person.is_active = True
        person.save(update_fields=["password", "is_active"])
        printed.append((person.email, password, str(role)))
    return printed
