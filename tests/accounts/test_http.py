import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from commonpress.accounts.http import TWO_YEARS, WriterMiddleware, forget_guest, guest_for
from commonpress.accounts.models import Guest
from tests.factories.accounts import PersonFactory

pytestmark = pytest.mark.django_db


def answer(request: HttpRequest) -> HttpResponse:
    """Answer as a view that makes a guest would."""
    return WriterMiddleware(lambda request: HttpResponse(str(guest_for(request).pk)))(request)


def request_with(cookies: dict[str, str]) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    request.COOKIES.update(cookies)
    return request


def test_a_stranger_costs_no_query_and_no_session(django_assert_num_queries):
    request = request_with({})

    with django_assert_num_queries(0):
        assert request.writer is None

    assert not request.session.accessed


def test_reading_sets_no_cookie():
    response = WriterMiddleware(lambda request: HttpResponse(str(request.writer)))(request_with({}))

    assert response.content == b"None"
    assert not response.cookies


def test_a_first_act_makes_a_guest_who_is_known_afterwards():
    response = answer(request_with({}))
    cookies = {name: morsel.value for name, morsel in response.cookies.items()}

    again = answer(request_with(cookies))

    assert again.content == response.content
    assert not again.cookies
    assert Guest.objects.count() == 1
    assert request_with(cookies).writer == Guest.objects.get()


def test_a_guest_whose_act_failed_gets_no_cookie():
    def fail(request):
        guest_for(request)
        return HttpResponse(status=409)

    assert not WriterMiddleware(fail)(request_with({})).cookies


def test_a_forgotten_guest_is_a_stranger_and_the_cookie_is_taken_back():
    request = request_with({"guest": answer(request_with({})).cookies["guest"].value})

    def forget(request):
        forget_guest(request)
        return HttpResponse(str(request.writer))

    response = WriterMiddleware(forget)(request)

    assert response.content == b"None"
    assert (response.cookies["guest"].value, response.cookies["guest"]["max-age"]) == ("", 0)


def test_two_acts_in_one_request_are_one_guest():
    request = request_with({})

    assert guest_for(request) == guest_for(request)
    assert request.writer == guest_for(request)
    assert Guest.objects.count() == 1


def test_only_the_hash_of_the_identity_is_stored():
    response = answer(request_with({}))

    identity = response.cookies["guest"].value.rpartition(":")[0]
    assert Guest.objects.get().identity_hash == Guest.hash_of(identity)
    assert identity not in Guest.objects.get().identity_hash


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites():
    cookie = answer(request_with({})).cookies["guest"]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
        "",
    )
    assert cookie["max-age"] == TWO_YEARS


def test_over_https_the_cookie_is_bound_to_this_host(settings):
    settings.SECURE = True

    cookie = answer(request_with({})).cookies["__Host-guest"]

    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def test_a_tampered_cookie_is_a_stranger(django_assert_num_queries):
    value = answer(request_with({})).cookies["guest"].value
    identity, _, signature = value.rpartition(":")

    with django_assert_num_queries(0):
        for cookie in (identity, f"x{identity}:{signature}", f"{identity}:{signature}x", "", ":", "\x00"):
            assert request_with({"guest": cookie}).writer is None


def test_the_cookie_of_an_erased_guest_is_a_stranger_and_their_next_act_makes_a_new_one():
    value = answer(request_with({})).cookies["guest"].value
    Guest.objects.all().delete()

    assert request_with({"guest": value}).writer is None
    assert answer(request_with({"guest": value})).cookies["guest"].value != value


def test_who_is_signed_in_writes_as_themselves_even_with_a_guests_cookie(client):
    ada = PersonFactory()
    request = request_with({"guest": answer(request_with({})).cookies["guest"].value, "session": "x"})
    request.user = ada

    assert request.writer == ada
    assert request.writer.voter_key == f"p:{ada.pk}"
