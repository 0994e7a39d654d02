"""Makes a page from nothing: a request nobody sent, behind a guard that refuses to know a reader.

Django alone had seven leaks in one year in middleware that decides afterwards whether an answer made for
somebody may be shown to others. Here the question never arises: there is nobody to know.
"""

import io
import time
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.urls import resolve
from django.utils.module_loading import import_string

from commonpress.changes.shown import hearing
from commonpress.lib.refusals import Refused
from commonpress.prerender.store import KeptPage, make_page

KINDS = (
    "text/html",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/plain",
)
# What only a page made for one reader, or for staff, holds.
NEVER = (b"csrfmiddlewaretoken", b"nonce=", b"wagtail-userbar")
LARGEST = 4 * 1024 * 1024
HEADERS_OF_OUR_OWN = {"content-length", "content-encoding", "etag", "vary", "connection", "date"}


class Leak(Exception):
    """A page that should be the same for everybody asked who is reading."""


@dataclass
class Asked:
    """What a page has asked of its reader. Templates swallow errors, so each is noted as well as raised."""

    questions: list[str] = field(default_factory=list)

    def refuse(self, question: object) -> NoReturn:
        self.questions.append(str(question))
        raise Leak(f"A page to be kept asked for {question}.")


class Nobody:
    """Stands where a request has its user, session or headers; the only answer it has is no."""

    is_authenticated = False
    is_anonymous = True

    def __init__(self, asked: Asked, name: str) -> None:
        self._asked = asked
        self._name = name

    def __getattr__(self, name: str) -> Any:
        self._asked.refuse(f"{self._name}.{name}")

    def __getitem__(self, name: str) -> Any:
        self._asked.refuse(f"{self._name}[{name!r}]")

    def __setitem__(self, name: str, value: object) -> None:
        self._asked.refuse(f"{self._name}[{name!r}]")

    def __contains__(self, name: str) -> bool:
        self._asked.refuse(f"{self._name}[{name!r}]")


class Headers(Nobody):
    """The headers of a request nobody sent."""

    def get(self, name: str, default: Any = None) -> Any:
        # Wagtail asks each request whether a script sent it.
        return default if name.lower() == "x-requested-with" else self._asked.refuse(name)


class Environ(dict[str, Any]):
    """A WSGI environ that holds what is the same for everybody, and refuses every other question."""

    asked: Asked

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name) if name in self else None

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]

    def __contains__(self, name: object) -> bool:
        if not super().__contains__(name):
            self.asked.refuse(name)
        return True


class Request(WSGIRequest):
    """The request of nobody for one path."""

    def __init__(self, path: bytes) -> None:
        address = urlsplit(settings.PUBLIC_URL)
        is_secure = address.scheme == "https"
        host = address.netloc
        self.asked = Asked()
        environ = Environ(
            {
                "REQUEST_METHOD": "GET",
                "SCRIPT_NAME": "",
                "SCRIPT_URL": "",
                "REDIRECT_URL": "",
                "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
                "QUERY_STRING": "",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "SERVER_NAME": address.hostname or "localhost",
                "SERVER_PORT": str(address.port or (443 if is_secure else 80)),
                "HTTP_HOST": host,
                "CONTENT_TYPE": "",
                "CONTENT_LENGTH": "0",
                "wsgi.url_scheme": address.scheme,
                "wsgi.input": io.BytesIO(),
            }
        )
        environ.asked = self.asked
        super().__init__(environ)
        self.user: Any = Nobody(self.asked, "user")
        self.session: Any = Nobody(self.asked, "session")
        self.headers: Any = Headers(self.asked, "headers")


def make(path: bytes) -> KeptPage | None:
    """Return the page under a raw path, ready to be kept; None where none may be kept.

    Raises Leak, which says what the page asked, and whatever the page raises.
    """
    began = time.monotonic()
    with hearing() as shown:
        request = Request(path)
        try:
            response = _answer(request)
        except (Http404, PermissionDenied, Refused, SuspiciousOperation):
            return None
    if request.asked.questions:
        raise Leak(f"A page to be kept asked for {request.asked.questions[0]}.")
    if not shown.may_be_kept or response.status_code != 200:
        return None
    body = response.content
    _refuse_what_is_for_one(response, body)
    headers = [(name, value) for name, value in response.headers.items() if name.lower() not in HEADERS_OF_OUR_OWN]
    return make_page(
        path,
        headers,
        body,
        keys=shown.keys,
        until=shown.until.timestamp() if shown.until else None,
        began=began,
    )


def _answer(request: Request) -> HttpResponse:
    handler: Any = _view
    for name in reversed(settings.KEPT_MIDDLEWARE):
        handler = import_string(name)(handler)
    response: HttpResponse = handler(request)
    return response


def _view(request: Request) -> HttpResponse:
    match = resolve(request.path_info)
    request.resolver_match = match
    response: Any = match.func(request, *match.args, **match.kwargs)
    if hasattr(response, "render"):
        response = response.render()
    return response


def _refuse_what_is_for_one(response: HttpResponse, body: bytes) -> None:
    if response.cookies:
        raise Leak("A page to be kept set a cookie.")
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",")} - {"", "accept-encoding"}
    if varies:
        raise Leak(f"A page to be kept varies by {', '.join(sorted(varies))}.")
    if not response["Content-Type"].startswith(KINDS):
        raise Leak(f"A page to be kept is {response['Content-Type']}.")
    if len(body) > LARGEST:
        raise Leak(f"A page to be kept has {len(body)} bytes.")
    for mark in NEVER:
        if mark in body:
            raise Leak(f"A page to be kept holds {mark.decode()}.")
