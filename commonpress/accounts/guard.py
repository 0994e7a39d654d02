"""The desk's second door: what sign-in let through is asked once more."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from commonpress.accounts.models import Person
from commonpress.accounts.rules import is_staff_here
from commonpress.accounts.sign_in import DEMO_DOMAIN, is_demo_account, opened_by_password_alone

DESK = "/admin/"
GUARDED = (DESK, "/-/")
# These lead to the one sign-in, and out.
DOORS = ("/admin/login/", "/admin/logout/", "/admin/password_reset/")


class DeskGuardMiddleware:
    """Refuses the desk to readers, and it and our own staff screens to sessions that are not good enough for them.

    That is a session opened by a password alone, and, off the demo, one of a demo account that
    came along with a copied data folder.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without the cookie there is no session, and asking for one would open it.
        if not request.path.startswith(GUARDED) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        person = request.user
        if not is_staff_here(person):
            # Wagtail would send a reader to sign in, who is signed in already and would be sent back.
            if person.is_authenticated and request.path.startswith(DESK) and not request.path.startswith(DOORS):
                raise PermissionDenied
            return self.get_response(request)
        if is_demo_account(person):
            return self.get_response(request)
        if opened_by_password_alone(request) or is_stray_demo_account(person):
            response = render(request, "accounts/stronger.html", status=403)
            add_never_cache_headers(response)
            return response
        return self.get_response(request)


def is_stray_demo_account(person: Person) -> bool:
    return person.email.endswith(f"@{DEMO_DOMAIN}") and not settings.IS_DEMO
