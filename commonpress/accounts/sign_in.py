"""How allauth signs people in here: letters through notices, and the rule for staff.

Staff hold the paper, so a password alone never opens a session for them: without a passkey or
an authenticator app, the password is followed by a code sent to their address. The demo's
own accounts are excepted on the demo, whose passwords are printed in the terminal.
"""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import EmailAddress, Login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from commonpress.accounts.actions.renaming import rename
from commonpress.accounts.models import Person
from commonpress.accounts.renaming import may_be_called
from commonpress.accounts.rules import is_staff_here
from commonpress.lib.limits import limit, sender_of
from commonpress.lib.refusals import TooOften
from commonpress.notices.sender import sender
from commonpress.notices.tell import send_letter

DEMO_DOMAIN = "demo.example"
# Anybody who knows an address can have these sent to it, as often as a code.
INSTEAD_OF_A_CODE = {"accounts/account_already_exists", "accounts/unknown_account"}
# In a session: the address that was given, and the name that its new account is to show.
NAME_TO_TAKE = "name-to-take"
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Address and password do not belong together. Leave the password empty for a code."
        ),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, or leave the password empty for a code."),
        "incorrect_code": _("This code is not right. Look at the newest mail."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # "account/email/login_code" is told by our letter "accounts/login_code".
        letter = f"accounts/{template_prefix.rpartition('/')[2]}"
        # What tells of a change always goes out: nobody may keep it back by asking for codes first.
        if "code" in context or letter in INSTEAD_OF_A_CODE:
            try:
                limit(f"sign-in mail:{email.lower()}", times=8, seconds=3600)
            except TooOften:
                # Silently: whoever asks must not learn from it which addresses we know.
                return
        shown = {key: value for key, value in context.items() if key in {"code", "ip", "user_agent", "timestamp"}}
        send_letter(email, letter, shown, once=f"sign-in:{secrets.token_hex(16)}")

    def is_login_by_code_required(self, login: Login) -> bool:
        return self.needs_code_too(login) or bool(super().is_login_by_code_required(login))

    def needs_code_too(self, login: Login) -> bool:
        """Tell whether a password must be followed by a mailed code: for staff without a second factor."""
        person = login.user
        if not is_staff_here(person) or is_mfa_enabled(person, SECOND_FACTORS) or is_demo_account(person):
            return False
        records = get_authentication_records(self.request, person)
        return bool(records) and records[-1]["method"] == "password"

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        _keep_name(request, form.cleaned_data["email"], form.cleaned_data.get("display_name", ""))
        return super().save_user(request, user, form, commit=commit)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        # Who works here comes to work; readers go back to the paper.
        return reverse("wagtailadmin_home") if is_staff_here(request.user) else str(settings.LOGIN_REDIRECT_URL)

    def is_safe_url(self, url: str | None) -> bool:
        # allauth would also trust every host in ALLOWED_HOSTS; we only ever mean our own paths.
        return url is not None and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(sender_of(request) or "")


class MFAAdapter(DefaultMFAAdapter):
    """Names the paper where an authenticator app or a passkey dialog shows a name."""

    def get_totp_issuer(self) -> str:
        return sender().name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": sender().name}


def begin_with_code(request: HttpRequest, email: str, *, name: str, then: str) -> HttpResponse:
    """Send a code to an address that opens its account, and lead to where the code is entered, and from there `then`.

    Where there is none yet one is made; it is forgotten after a day unless its code is entered (schedules.py). Entered
    in this browser, it gives a new account this name. Whoever asks is answered the same, and cannot tell which.
    Raises TooOften.
    """
    with transaction.atomic():
        if not EmailAddress.objects.filter(email__iexact=email).exists():
            _make_account(email.lower())
    if not EmailAddress.objects.filter(email__iexact=email, verified=True).exists():
        _keep_name(request, email, name)
    form = RequestLoginCodeForm({"email": email})
    if not form.is_valid():
        raise TooOften
    LoginCodeVerificationProcess.initiate(request=request, user=form._user, email=email)  # noqa: SLF001  as allauth's own view
    return redirect(f"{reverse('account_confirm_login_code')}?{urlencode({'next': then})}")


def _make_account(email: str) -> None:
    # A colleague who was invited, or another request, may have been first.
    person, is_new = Person.objects.get_or_create(email=email)
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        EmailAddress.objects.create(user=person, email=email, primary=True)


def _keep_name(request: HttpRequest, email: str, name: str) -> None:
    # Not in the account: until its code is entered, the address may be a stranger's, and they may enter one elsewhere.
    request.session[NAME_TO_TAKE] = [email.lower(), name]


@receiver(user_logged_in)
def take_kept_name(request: HttpRequest, user: Person, **signal: object) -> None:
    """Give who joined the name that was typed in the browser where they now showed whose the address is."""
    email, name = request.session.pop(NAME_TO_TAKE, ["", ""])
    if name and user.email.lower() == email and not user.display_name and may_be_called(name, user):
        rename(user, name)


def open_session(request: HttpRequest, person: Person, *, because: str) -> None:
    """Sign a person in who has proved by something else than allauth's own ways who they are, named by `because`."""
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, person, because)


def is_demo_account(person: AbstractBaseUser | None) -> bool:
    return settings.IS_DEMO and isinstance(person, Person) and person.email.endswith(f"@{DEMO_DOMAIN}")


def opened_by_password_alone(request: HttpRequest) -> bool:
    """Tell whether this session has shown nothing but a password.

    Sign-in sees to it that staff have no such session; one is left over when a reader who
    signed in with a password comes to work here meanwhile.
    """
    records = get_authentication_records(request, request.user)
    return bool(records) and all(record["method"] == "password" for record in records)
