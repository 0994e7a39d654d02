import re
from html import unescape

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client
from django.urls import path as route
from django.views.decorators.http import require_POST

from commonpress import urls
from commonpress.lib.once import SentAlready
from commonpress.lib.refusals import Refused, TooOften
from commonpress.theme import views

pytestmark = pytest.mark.django_db

TYPED = {"text": "Two lines\nof <b>mine</b>", "name": "Ada", "once": "k" * 22, "password": "secret", "sort": "newest"}


class Closed(Refused):
    status = 409
    message = "This discussion is closed. You can still read it."


def too_often(request):
    raise TooOften


def closed(request):
    raise Closed


def sent_already(request):
    raise SentAlready


@require_POST
def say(request):
    return HttpResponse(request.POST["text"])


def explode(request):
    raise DatabaseError


urlpatterns = [
    route("t/too-often/", too_often),
    route("t/closed/", closed),
    route("t/sent-already/", sent_already),
    route("t/say/", say),
    route("t/explode/", explode),
    route("t/gone/", views.gone),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture(autouse=True)
def routes(settings):
    settings.ROOT_URLCONF = __name__


def fields_of(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL))
    return {name: unescape(value) for name, value in found.items() if name != "q"}


def test_a_refused_get_is_a_sentence_with_its_own_status(client):
    answer = client.get("/t/closed/")

    assert answer.status_code == 409
    assert "This discussion is closed. You can still read it." in answer.content.decode()


def test_what_may_pass_later_comes_back_whole_with_a_button(client):
    answer = client.post("/t/too-often/?from=story", TYPED)

    page = answer.content.decode()
    assert answer.status_code == 429
    assert 'action="/t/too-often/?from=story"' in page
    kept = fields_of(page)
    assert len(kept.pop("csrfmiddlewaretoken")) == 64
    assert kept == {name: value for name, value in TYPED.items() if name != "password"}
    assert "secret" not in page


def test_a_form_whose_key_is_spent_comes_back_whole_with_a_new_key(client):
    answer = client.post("/t/sent-already/", TYPED)

    kept = fields_of(answer.content.decode())
    assert answer.status_code == 409
    assert (kept["text"], kept["name"]) == (TYPED["text"], TYPED["name"])
    assert kept["once"] not in {"", TYPED["once"]}


@pytest.mark.parametrize(
    "name", ["owner_password", "password1", "oldpassword", "Password", "code", "recovery_codes", "credential"]
)
def test_no_secret_is_sent_back_whatever_its_field_is_called(name):
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "null"})

    page = browser.post("/t/say/", {"text": "Hello", name: "tell-nobody"}).content.decode()

    assert fields_of(page)["text"] == "Hello"
    assert "tell-nobody" not in page


def test_what_cannot_pass_stands_there_to_be_copied(client):
    answer = client.post("/t/closed/", TYPED)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This discussion is closed." in page
    assert "Two lines<br>of &lt;b&gt;mine&lt;/b&gt;" in page
    assert 'action="/t/closed/"' not in page


def test_a_silent_browser_sends_once_more_and_passes():
    browser = Client(enforce_csrf_checks=True)

    asked = browser.post("/t/say/", TYPED)
    assert asked.status_code == 403
    kept = fields_of(asked.content.decode())
    answer = browser.post("/t/say/", kept)

    assert answer.content.decode() == TYPED["text"]


def test_a_browser_that_names_no_origin_passes_the_second_time_too():
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "null"})

    kept = fields_of(browser.post("/t/say/", TYPED).content.decode())

    assert browser.post("/t/say/", kept).content.decode() == TYPED["text"]


def test_another_sites_form_gets_no_button_to_press():
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/t/say/", TYPED, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "csrfmiddlewaretoken" not in page
    assert 'action="/t/say/"' not in page


def test_our_own_page_needs_no_token_and_gets_no_cookie():
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/t/say/", TYPED, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.content.decode() == TYPED["text"]
    assert not answer.cookies


def test_the_page_that_comes_back_is_kept_by_nobody(client):
    assert "no-store" in client.post("/t/too-often/", TYPED)["Cache-Control"]


def test_an_unknown_address_is_told_in_the_papers_look(client):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "No such page" in answer.content.decode()
    assert '<main id="main"' in answer.content.decode()


def test_a_withdrawn_story_is_gone(client):
    answer = client.get("/t/gone/")

    assert answer.status_code == 410
    assert "withdrawn by the editors" in answer.content.decode()


def test_our_own_error_is_told_without_asking_the_database(client, django_assert_num_queries, rf):
    client.raise_request_exception = False
    answer = client.get("/t/explode/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()

    with django_assert_num_queries(0):
        views.broken(rf.get("/"))


def test_a_request_that_cannot_be_read_is_told_so(client):
    answer = client.post("/t/say/", {f"field{number}": "x" for number in range(2_001)})

    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()
