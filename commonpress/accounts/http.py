"""Who sent a request: a person, a guest, or a stranger.

`request.writer` is the person signed in, else the guest this browser's cookie names, else None.
It is looked up when first asked for: somebody who only reads has no cookie, costs no query and
leaves no session.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from commonpress.accounts.models import Guest, Person, Writer

TWO_YEARS = 2 * 365 * 24 * 60 * 60


class SignedInRequest(HttpRequest):
    """A request whose sender is certain; views behind login_required take it."""

    user: Person


class WriterRequest(HttpRequest):
    """A request as our views see it: with its writer, who may be nobody."""

    writer: Writer | None


class WriterMiddleware:
    """Gives each request its `writer`, and a new guest their cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        identity = getattr(request, "new_guest_identity", None)
        if identity is not None:
            response.set_cookie(
                cookie_name(),
                _signer().sign(identity),
                max_age=TWO_YEARS,
                path="/",
                secure=settings.SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def guest_for(request: HttpRequest) -> Guest:
    """Return the guest of this browser, or make one and have the response set the cookie.

    Called at a first comment or vote only. Writes a row: call it in the transaction of the act it is for.
    """
    guest = _guest_of(request)
    if guest is None:
        identity = Guest.new_identity()
        guest = Guest.objects.create(identity_hash=Guest.hash_of(identity))
        request.new_guest_identity = identity  # type: ignore[attr-defined]
        request.guest = guest  # type: ignore[attr-defined]
    return guest


def cookie_name() -> str:
    # A __Host- cookie is bound to this host and to https; browsers refuse it over plain http.
    return "__Host-guest" if settings.SECURE else "guest"


def _signer() -> Signer:
    return Signer(salt="commonpress.accounts.guest")


def _guest_of(request: HttpRequest) -> Guest | None:
    if not hasattr(request, "guest"):
        request.guest = _read_guest(request)  # type: ignore[attr-defined]
    return request.guest  # type: ignore[attr-defined]


def _read_guest(request: HttpRequest) -> Guest | None:
    signed = request.COOKIES.get(cookie_name())
    if signed is None:
        return None
    try:
        identity = _signer().unsign(signed)
    except BadSignature:
        return None
    return Guest.objects.filter(identity_hash=Guest.hash_of(identity)).first()


def _writer_of(request: HttpRequest) -> Writer | None:
    # Asking `request.user` opens the session, and pages that open it vary by cookie.
    if settings.SESSION_COOKIE_NAME in request.COOKIES or hasattr(request, "_cached_user"):
        user = request.user
        # Out of its lazy wrapper, so that callers may compare and store the person itself.
        if isinstance(user, Person):
            return getattr(user, "_wrapped", user)
    return _guest_of(request)


# A property of every request, not an attribute set by the middleware: a lazy stand-in for
# None is not None, and the question must cost nothing until it is asked.
HttpRequest.writer = property(_writer_of)  # type: ignore[attr-defined]
