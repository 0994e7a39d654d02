"""Who sent a request: a person, a guest, or a stranger.

`request.writer` is the person signed in, else the guest this browser's cookie names, else None.
It is looked up when first asked for: somebody who only reads has no cookie, costs no query and
leaves no session.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.signing import BadSignature, Signer
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from commonpress.accounts.models import Guest, Person, Writer
from commonpress.database.prepared import Prepared

TWO_YEARS = 2 * 365 * 24 * 60 * 60
# What the hint says: who has a session has something of their own on every page, a guest only where there is a discussion.
PERSON, GUEST = "1", "g"


class SignedInRequest(HttpRequest):
    """A request whose sender is certain; views behind login_required take it."""

    user: Person


class WriterRequest(HttpRequest):
    """A request as our views see it: with its writer, who may be nobody."""

    writer: Writer | None


class WriterMiddleware:
    """Gives each request its `writer`, a new guest their cookie, and who signs in the hint that there is a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "forgets_guest", False):
            response.delete_cookie(cookie_name(), path="/", samesite="Lax")
        identity = getattr(request, "new_guest_identity", None)
        hint = getattr(request, "signed_in_hint", None)
        if hint is True:
            _set_hint(response, PERSON, max_age=settings.SESSION_COOKIE_AGE)
        elif hint is False:
            correct_hint(request, response)
        # With what was refused or failed, the new guest's row was rolled back too.
        if identity is not None and response.status_code < 400:
            response.set_cookie(
                cookie_name(),
                cookie_value(identity),
                max_age=TWO_YEARS,
                path="/",
                secure=settings.SECURE,
                httponly=True,
                samesite="Lax",
            )
            _set_hint(response, GUEST, max_age=TWO_YEARS)
        return response


def guest_for(request: HttpRequest) -> Guest:
    """Return the guest of this browser, or make one and have the response set the cookie.

    Called at a first comment or vote only. Writes a row: call it in the transaction of the act it is for.
    """
    guest = guest_of(request)
    if guest is None:
        identity = Guest.new_identity()
        guest = Guest.objects.create(identity_hash=Guest.hash_of(identity))
        request.new_guest_identity = identity  # type: ignore[attr-defined]
        request.guest = guest  # type: ignore[attr-defined]
    return guest


def guest_of(request: HttpRequest) -> Guest | None:
    """Return the guest this browser's cookie names, also beside a person who is signed in."""
    if not hasattr(request, "guest"):
        identity = guest_identity(request.COOKIES)
        request.guest = guest_by(identity) if identity is not None else None  # type: ignore[attr-defined]
    return request.guest  # type: ignore[attr-defined]


def forget_guest(request: HttpRequest) -> None:
    """Have the response take the guest's cookie from this browser."""
    request.guest = None  # type: ignore[attr-defined]
    request.forgets_guest = True  # type: ignore[attr-defined]


def correct_hint(request: HttpRequest, response: HttpResponse) -> None:
    """Have the hint say what is left when there is no session: a guest, or nobody."""
    if guest_of(request) is not None:
        _set_hint(response, GUEST, max_age=TWO_YEARS)
    elif _hint_name() in request.COOKIES:
        response.delete_cookie(_hint_name(), path="/", samesite="Lax")


def _set_hint(response: HttpResponse, value: str, *, max_age: int) -> None:
    # Not HttpOnly: it is there for <site-me> to read, and holds nothing else.
    response.set_cookie(_hint_name(), value, max_age=max_age, path="/", secure=settings.SECURE, samesite="Lax")


def _hint_name() -> str:
    return "__Host-here" if settings.SECURE else "here"


@receiver(user_logged_in)
def remember_signing_in(request: HttpRequest, **signal: object) -> None:
    request.signed_in_hint = True  # type: ignore[attr-defined]


@receiver(user_logged_out)
def remember_signing_out(request: HttpRequest, **signal: object) -> None:
    request.signed_in_hint = False  # type: ignore[attr-defined]


def cookie_name() -> str:
    # A __Host- cookie is bound to this host and to https; browsers refuse it over plain http.
    return "__Host-guest" if settings.SECURE else "guest"


def cookie_value(identity: str) -> str:
    return _signer().sign(identity)


def _signer() -> Signer:
    return Signer(salt="commonpress.accounts.guest")


def guest_identity(cookies: Mapping[str, str]) -> str | None:
    """Return the identity in a guest's cookie among these, None where there is none that we have signed."""
    signed = cookies.get(cookie_name())
    return _identity_in(signed) if signed is not None else None


@lru_cache(maxsize=10_000)
def _identity_in(signed: str) -> str | None:
    try:
        return _signer().unsign(signed)
    except BadSignature:
        return None


def guest_by(identity: str) -> Guest | None:
    return _guest.first(Guest.hash_of(identity))


_guest = Prepared(lambda: Guest.objects.filter(identity_hash=""))


def _writer_of(request: HttpRequest) -> Writer | None:
    # Asking `request.user` opens the session, and pages that open it vary by cookie.
    if settings.SESSION_COOKIE_NAME in request.COOKIES or hasattr(request, "_cached_user"):
        user = request.user
        # Out of its lazy wrapper, so that callers may compare and store the person itself.
        if isinstance(user, Person):
            return getattr(user, "_wrapped", user)
    return guest_of(request)


# A property of every request, not an attribute set by the middleware: a lazy stand-in for
# None is not None, and the question must cost nothing until it is asked.
HttpRequest.writer = property(_writer_of)  # type: ignore[attr-defined]
