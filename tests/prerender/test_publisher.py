"""A page is made from nothing, and one that asks for a reader is refused."""

from contextlib import suppress

import pytest
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.test import override_settings
from django.urls import path

from commonpress.changes.shown import keep, shows
from commonpress.prerender.publisher import LARGEST, Leak, make
from tests.factories.fundraising import make_drive
from tests.factories.newsroom import StoryFactory, make_publication

pytestmark = pytest.mark.django_db


def view(act):
    """Return the address of a view that may be kept and does this."""

    def answer(request):
        keep("page:1")
        return act(request) or HttpResponse("fine")

    return answer


def set_cookie(request):
    response = HttpResponse("fine")
    response.set_cookie("a", "b")
    return response


def vary(request):
    return HttpResponse("fine", headers={"Vary": "Cookie"})


def set_in_session(request):
    request.session["a"] = 1


def in_template(text):
    return lambda request: HttpResponse(engines["django"].from_string(text).render({}, request))


ASKS = {
    "session": lambda request: request.session["anything"] and None,
    "session-get": lambda request: request.session.get("anything"),
    "session-set": set_in_session,
    "headers": lambda request: request.headers.get("Accept-Language"),
    "accepts": lambda request: request.accepts("application/json") and None,
    "template-user": in_template("{% if not request.user.is_staff %}a reader{% endif %}"),
    "template-session": in_template("{% if request.session.x and page %}{% endif %}"),
    "user": lambda request: request.user.pk and None,
    "writer": lambda request: request.writer and None,
    "cookies": lambda request: request.COOKIES.get("a"),
    "token": lambda request: get_token(request) and None,
    "address": lambda request: request.META["REMOTE_ADDR"] and None,
    "forwarded": lambda request: request.META.get("HTTP_X_FORWARDED_FOR"),
    "agent": lambda request: "HTTP_USER_AGENT" in request.META and None,
    "messages": lambda request: messages.info(request, "Hello"),
    "session-in": lambda request: "a" in request.session and None,
    "set-cookie": set_cookie,
    "vary": vary,
    "token-in-body": lambda _request: HttpResponse('<input name="csrfmiddlewaretoken">'),
    "nonce": lambda _request: HttpResponse('<script nonce="7">'),
    "desk-bar": lambda _request: HttpResponse('<div class="wagtail-userbar">'),
    "too-large": lambda _request: HttpResponse(b"x" * (LARGEST + 1)),
    "kind": lambda _request: HttpResponse(b"%PDF", content_type="application/pdf"),
}


def not_asked_to_be_kept(request):
    return HttpResponse("fine")


def missing(request):
    keep("page:1")
    return HttpResponse("gone", status=410)


def plain(request):
    keep("page:1")
    shows("byline:2")
    return JsonResponse({"host": request.get_host(), "query": request.GET.dict(), "method": request.method})


urlpatterns = [
    *(path(f"{name}/", view(act)) for name, act in ASKS.items()),
    path("not-asked/", not_asked_to_be_kept),
    path("missing/", missing),
    path("plain/", plain),
]
here = override_settings(ROOT_URLCONF=__name__, PUBLIC_URL="https://paper.example", ALLOWED_HOSTS=["paper.example"])


@here
@pytest.mark.parametrize("name", ASKS)
def test_what_asks_for_its_reader_is_refused(name):
    with pytest.raises((Leak, messages.MessageFailure)):
        make(f"/{name}/".encode())


@here
@pytest.mark.parametrize("address", ["/not-asked/", "/missing/", "/nowhere/"])
def test_only_what_stands_and_says_so_is_kept(address):
    assert make(address.encode()) is None


@here
def test_a_page_is_made_for_nobody_on_our_own_host():
    page = make(b"/plain/")

    assert page.answers[b""].body == b'{"host": "paper.example", "query": {}, "method": "GET"}'
    assert page.keys == {"page:1", "byline:2", "publication"}


def test_it_has_the_bytes_and_the_headers_of_djangos_own_answer(client):
    make_publication()
    make_drive()
    story = StoryFactory(title="Bridge closes")
    response = client.get(story.path_here)

    page = make(story.path_here.encode())

    head = page.answers[b""].head.decode()
    assert page.answers[b""].body == response.content
    for name, value in response.headers.items():
        assert f"{name.lower()}: {value}\r\n" in head


@pytest.mark.parametrize(
    "address", ["/search/", "/search/?q=bridge", "/give/", "/accounts/login/", "/admin/", "/-/me", "/-/health/ready"]
)
def test_nothing_that_is_somebodys_own_is_kept(address):
    make_publication()

    with suppress(Leak):
        assert make(address.encode()) is None


def test_a_draft_is_not_kept():
    make_publication()
    story = StoryFactory(title="Not yet", published=False)

    assert make(story.path_here.encode()) is None
