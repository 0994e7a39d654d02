"""Makes a page from nothing: a request nobody sent, behind a guard that refuses to know a reader.

Django alone had seven leaks in one year in middleware that decides afterwards whether an answer made for
somebody may be shown to others. Here the question never arises: there is nobody to know.
"""

import io
import re
import secrets
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from math import inf
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.urls import resolve
from django.utils.module_loading import import_string

from commonpress.changes.parts import Slot, leaving_open
from commonpress.changes.shown import hearing
from commonpress.lib.refusals import Refused
from commonpress.prerender.parts import Part, keys_of
from commonpress.prerender.store import KeptPage, Store, make_page

KINDS = (
    "text/html",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/plain",
    "text/javascript",
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


def make(path: bytes, store: Store | None = None) -> KeptPage | None:
    """Return the page under a raw path, ready to be kept; None where none may be kept.

    What the store holds of it and still stands is taken as it is: the page around its parts, and each part,
    drawn for whichever page.

    Raises Leak, which says what the page asked, and whatever the page raises.
    """
    began = time.monotonic()
    store = store or Store()
    kept = store.part(path)
    page = kept or _page(path, since=store.moment)
    if page is None:
        return None
    parts: dict[Hashable, Part] = {path: page}
    for piece in page.pieces:
        if isinstance(piece, Slot) and piece not in parts:
            parts[piece] = store.part(piece) or _part(piece, since=store.moment)
    body = b"".join(piece if isinstance(piece, bytes) else parts[piece].body for piece in page.pieces)
    _refuse_marks(body)
    return make_page(
        path,
        page.headers,
        body,
        keys=keys_of(parts.values()),
        until=min(part.until for part in parts.values()),
        began=began,
        parts=parts.values(),
        before=store.page_at(path),
    )


def _page(path: bytes, *, since: int) -> Part | None:
    """Draw a page with the places of its parts left open."""
    slots: list[Slot] = []
    mark = secrets.token_hex(16)

    def leave_open(slot: Slot) -> str:
        _refuse_persons(slot.values)
        slots.append(slot)
        return f"{mark}.{len(slots) - 1}."

    with hearing(for_nobody=True) as shown, leaving_open(leave_open):
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
    _refuse_what_is_for_one(response)
    # Text and the numbers of slots by turns.
    pieces = re.split(rb"%s\.(\d+)\." % mark.encode(), body)
    return Part(
        place=path,
        pieces=tuple(slots[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces)),
        keys=frozenset(shown.keys),
        until=shown.until.timestamp() if shown.until else inf,
        since=since,
        headers=tuple(
            (name, value) for name, value in response.headers.items() if name.lower() not in HEADERS_OF_OUR_OWN
        ),
    )


def _part(slot: Slot, *, since: int) -> Part:
    """Draw a part: there is not even a request of nobody for it to ask."""
    with hearing(for_nobody=True) as shown:
        html = slot.html()
    return Part(
        place=slot,
        pieces=(html.encode(),),
        # As every page does: the publication's language and zone, and which pages are private.
        keys=frozenset(shown.keys | {"publication"}),
        until=shown.until.timestamp() if shown.until else inf,
        since=since,
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


def _refuse_persons(values: tuple[object, ...]) -> None:
    """Refuse a part drawn of anything but words and numbers: a row or a request could know who reads."""
    for value in values:
        if isinstance(value, tuple):
            _refuse_persons(value)
        elif not isinstance(value, str | int | None):
            raise Leak(f"A part of a page to be kept is drawn of {type(value).__name__}.")


def _refuse_what_is_for_one(response: HttpResponse) -> None:
    if response.cookies:
        raise Leak("A page to be kept set a cookie.")
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",")} - {"", "accept-encoding"}
    if varies:
        raise Leak(f"A page to be kept varies by {', '.join(sorted(varies))}.")
    if not response["Content-Type"].startswith(KINDS):
        raise Leak(f"A page to be kept is {response['Content-Type']}.")


def _refuse_marks(body: bytes) -> None:
    if len(body) > LARGEST:
        raise Leak(f"A page to be kept has {len(body)} bytes.")
    for mark in NEVER:
        if mark in body:
            raise Leak(f"A page to be kept holds {mark.decode()}.")
