"""Asking once more who it is, before what an open session must not be enough for.

allauth asks for a password, a passkey or an authenticator app, and takes the session's word for it where a person
has none of them. Those are sent a code here, to an address that a stolen session does not open.
"""

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlencode

from commonpress.accounts.http import SignedInRequest
from commonpress.lib.limits import limit

A_MOMENT_SECONDS = 5 * 60
# In a session: the keyed hash of the code that was sent, when, and how often it may still be tried.
SENT = "code-sent-again"
TRIES = 3


def is_surely(request: HttpRequest, *, within_seconds: int = A_MOMENT_SECONDS) -> bool:
    """Tell whether the person signed in, or showed again who they are, that recently."""
    records = get_authentication_records(request, request.user)
    return bool(records) and 0 <= time.time() - records[-1]["at"] < within_seconds


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to where the person shows who they are, and from there back to this address.

    Raises ReauthenticationRequired, which allauth answers, for people with a password or a second factor.
    """
    if get_reauthentication_flows(request.user):
        raise ReauthenticationRequired
    return redirect(f"{reverse('accounts:again')}?{urlencode({'next': request.get_full_path()})}")


def send_code(request: SignedInRequest) -> None:
    """Send a code to the person's address; one sent before is good for nothing from now on.

    Held back silently, as codes for signing in are, where very many were asked for.
    """
    adapter = get_adapter(request)
    code = adapter.generate_login_code()
    request.session[SENT] = {"hash": hash_of(code), "at": time.time(), "tries": TRIES}
    adapter.send_mail("account/email/login_code", request.user.email, {"code": code})


def accepts_code(request: SignedInRequest, typed: str) -> bool:
    """Tell whether this is the code that was sent, and if so write down that the person was asked again.

    Raises TooOften for who guesses.
    """
    limit(f"code again:{request.user.pk}", times=10, seconds=600)
    sent = request.session.pop(SENT, None)
    if sent is None or not 0 <= time.time() - sent["at"] < A_MOMENT_SECONDS:
        return False
    if constant_time_compare(hash_of(typed), sent["hash"]):
        record_authentication(request, request.user, "code", reauthenticated=True)
        return True
    if sent["tries"] > 1:
        request.session[SENT] = sent | {"tries": sent["tries"] - 1}
    return False


def hash_of(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("commonpress.accounts.again", plain, algorithm="sha256").hexdigest()
