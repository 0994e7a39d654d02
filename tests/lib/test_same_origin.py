import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from commonpress.lib.same_origin import SameOriginCsrfMiddleware, comes_from_our_own_page, origin_is_unknown

OURS = "http://testserver"


def passes(headers: dict[str, str], *, path: str = "/-/vote/", **extra: str) -> bool:
    """Tell whether a POST without a token reaches its view."""
    request = RequestFactory().post(path, headers=headers, **extra)
    middleware = SameOriginCsrfMiddleware(view)
    middleware.process_request(request)
    return middleware.process_view(request, view, (), {}) is None


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.fixture(autouse=True)
def bare_failure(settings):
    settings.CSRF_FAILURE_VIEW = "tests.lib.test_same_origin.failure"


def failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse(status=403)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": OURS},
        {"Origin": OURS},
        {"Origin": f"{OURS}:80"},
        {"Origin": "HTTP://TestServer"},
        {"Origin": "https://paper.example"},
    ],
)
def test_a_form_of_our_own_page_passes_without_a_token(settings, headers):
    settings.PUBLIC_URL = "https://paper.example"

    assert passes(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": OURS},
        {"Sec-Fetch-Site": ""},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://testserver"},
        {"Origin": f"{OURS}:8001"},
        {"Origin": f"{OURS}.evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": f"http://evil.example/{OURS}"},
        {"Origin": "http://[broken"},
        {"Origin": "http://testserver:port"},
        {"Referer": f"{OURS}/2026/a-story/"},
    ],
)
def test_any_other_form_needs_a_token(headers):
    assert not passes(headers)


def test_the_port_is_part_of_the_origin():
    assert passes({"Origin": "http://testserver:8000"}, HTTP_HOST="testserver:8000")
    assert not passes({"Origin": "http://testserver:8001"}, HTTP_HOST="testserver:8000")


@pytest.mark.parametrize("path", ["/admin/pages/1/edit/", "/accounts/login/"])
def test_the_desk_and_the_accounts_always_need_the_token(path):
    assert not passes({"Sec-Fetch-Site": "same-origin", "Origin": OURS}, path=path)


def test_a_browser_that_will_not_name_its_page_passes_with_the_token_alone():
    token = "a" * 32
    request = RequestFactory().post("/-/vote/", {"csrfmiddlewaretoken": token}, headers={"Origin": "null"})
    request.COOKIES["csrf"] = token
    middleware = SameOriginCsrfMiddleware(view)
    middleware.process_request(request)

    assert middleware.process_view(request, view, (), {}) is None


@pytest.mark.parametrize(
    ("headers", "unknown"),
    [
        ({}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
    ],
)
def test_only_a_silent_browser_is_asked_to_send_again(headers, unknown):
    request = RequestFactory().post("/", headers=headers)

    assert origin_is_unknown(request) == unknown
    assert not comes_from_our_own_page(request)


def test_a_paper_without_an_address_takes_nobody_for_its_own_page(settings):
    settings.PUBLIC_URL = ""

    assert not passes({"Origin": "null"})
    assert not passes({})
