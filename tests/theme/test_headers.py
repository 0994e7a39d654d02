import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path as route

from commonpress import urls
from commonpress.theme.headers import HeadersMiddleware, headers_for
from tests.factories.accounts import make_person

pytestmark = pytest.mark.django_db

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)

EMBED = (
    STRICT.replace("frame-ancestors 'none'", "frame-ancestors *")
    .replace("connect-src 'self'", "connect-src 'none'")
    .replace("form-action 'self'", "form-action 'none'")
)
THREAD = STRICT.replace("connect-src 'self'", "connect-src 'none'")
UPLOADS = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


def explode(request):
    raise RuntimeError


urlpatterns = [route("-/explode/", explode), *urls.urlpatterns]
handler500 = urls.handler500
handler404 = urls.handler404


@pytest.fixture
def every_kind_of_answer(settings):
    """Return answers of the paper, its machinery and its errors, by what they are."""
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    return {
        "front": client.get("/"),
        "not found": client.get("/nothing/here/"),
        "not found, not a page": client.get("/nothing.php"),
        "redirect": client.get("/accounts"),
        "refused method": client.put("/-/mail/"),
        "broken": client.get("/-/explode/"),
        "bad host": client.get("/", headers={"host": "evil.example"}),
        "cross-site form": Client(enforce_csrf_checks=True).post("/-/me", headers={"Sec-Fetch-Site": "cross-site"}),
        "sign-in": client.get("/accounts/login/"),
        "empty": client.get("/-/me"),
    }


def test_every_answer_carries_the_table(every_kind_of_answer):
    told = {
        name: (
            answer["Content-Security-Policy"],
            answer["X-Content-Type-Options"],
            answer["Referrer-Policy"],
            answer["Cross-Origin-Opener-Policy"],
            answer["Cross-Origin-Resource-Policy"],
            answer["X-Frame-Options"],
            answer["Permissions-Policy"].startswith("camera=()"),
        )
        for name, answer in every_kind_of_answer.items()
    }

    same = (STRICT, "nosniff", "strict-origin-when-cross-origin", "same-origin", "same-origin", "DENY", True)
    assert told == dict.fromkeys(every_kind_of_answer, same)


def test_the_answers_are_what_they_are_meant_to_be(every_kind_of_answer):
    assert {name: answer.status_code for name, answer in every_kind_of_answer.items()} == {
        "front": 200,
        "not found": 404,
        "not found, not a page": 404,
        "redirect": 301,
        "refused method": 405,
        "broken": 500,
        "bad host": 400,
        "cross-site form": 403,
        "sign-in": 200,
        "empty": 204,
    }


def test_errors_and_personal_pages_are_kept_by_nobody(every_kind_of_answer):
    kept = {name for name, answer in every_kind_of_answer.items() if "no-store" not in answer["Cache-Control"]}

    assert kept == {"front", "redirect"}


def test_an_answer_that_sets_a_cookie_is_kept_by_nobody(rf):
    def view(_request):
        response = HttpResponse("Hello.")
        response.set_cookie("guest", "somebody")
        return response

    assert HeadersMiddleware(view)(rf.get("/"))["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(("method", "status"), [("get", 404), ("get", 403), ("get", 500), ("post", 200), ("put", 200)])
def test_what_failed_or_answers_a_form_is_kept_by_nobody(rf, method, status):
    def view(_request):
        return HttpResponse("Hello.", status=status)

    assert HeadersMiddleware(view)(getattr(rf, method)("/"))["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    "path", ["/admin/", "/accounts/login/", "/-/mail/", "/-/me", "/-/edit/3/", "/-/set-up/", "/-/first-steps/"]
)
def test_what_is_one_readers_own_is_kept_by_nobody_whatever_its_view_says(rf, path):
    def view(_request):
        return HttpResponse("Hello.", headers={"Cache-Control": "public, max-age=600"})

    assert HeadersMiddleware(view)(rf.get(path))["Cache-Control"] == "no-store, private"


def test_reading_sets_no_cookie_and_varies_by_none(every_kind_of_answer):
    for name in ("front", "not found"):
        answer = every_kind_of_answer[name]
        assert [cookie for cookie, morsel in answer.cookies.items() if morsel["max-age"] != 0] == []
        assert "Cookie" not in answer.get("Vary", "")


def test_over_https_browsers_are_told_to_stay_there(settings):
    assert "Strict-Transport-Security" not in headers_for("/")
    settings.SECURE = True

    told = headers_for("/")

    assert told["Strict-Transport-Security"] == "max-age=63072000"
    assert told["Content-Security-Policy"] == f"{STRICT}; upgrade-insecure-requests"


def test_the_desk_may_frame_itself_and_start_its_widgets_in_the_page_and_nothing_else_may(client):
    client.force_login(make_person("desk@paper.example", "editor"))

    told = client.get("/admin/").headers

    assert told["X-Frame-Options"] == "SAMEORIGIN"
    assert told["Content-Security-Policy"] == STRICT.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ).replace("frame-src 'none'", "frame-src 'self'").replace(
        "script-src 'self'", "script-src 'self' 'unsafe-inline'"
    ).replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
        "img-src 'self' data:", "img-src 'self' data: blob:"
    ).replace("font-src 'self'", "font-src 'self' data:")
    assert "no-store" in told["Cache-Control"]
    assert client.get("/accounts/").headers["Content-Security-Policy"] == STRICT


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/pages/2/", "/admin/account/", "/admin/users/", "/admin/users/new/", "/admin/images/"]
)
def test_the_owner_opens_the_desks_pages(client, address):
    client.force_login(make_person("desk@paper.example", "owner"))

    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("path", "policy", "resource", "frame"),
    [
        ("/media/x.svg", UPLOADS, "cross-origin", None),
        ("/ledger/documents/01ARZ3/", UPLOADS, "same-origin", "DENY"),
        ("/meter.svg", UPLOADS, "cross-origin", "DENY"),
        ("/meter/lamps.svg", UPLOADS, "cross-origin", "DENY"),
        ("/embed/meter/", EMBED, "cross-origin", None),
        ("/embed/thread/2026/bridge/", THREAD, "cross-origin", None),
        ("/embed.js", STRICT, "cross-origin", "DENY"),
        ("/-/api/2026/bridge/comments/", UPLOADS, "cross-origin", "DENY"),
        ("/embedded/", STRICT, "same-origin", "DENY"),
        ("/administration/", STRICT, "same-origin", "DENY"),
    ],
)
def test_a_path_has_the_policy_of_its_row(path, policy, resource, frame):
    told = headers_for(path)

    assert (
        told["Content-Security-Policy"],
        told["Cross-Origin-Resource-Policy"],
        told.get("X-Frame-Options"),
    ) == (policy, resource, frame)


def test_a_discussion_may_be_framed_by_the_sites_the_operator_lists_and_by_nobody_else(settings):
    settings.EMBED_SITES = ["https://blog.example", "https://*.town.example:8443"]

    framed = {path: framed_by(path) for path in ("/embed/thread/2026/x/", "/embed/meter/", "/2026/x/", "/-/compose/7")}

    assert framed == {
        "/embed/thread/2026/x/": "https://blog.example https://*.town.example:8443",
        "/embed/meter/": "*",
        "/2026/x/": "'none'",
        "/-/compose/7": "'none'",
    }


def framed_by(path):
    policy = dict(each.split(" ", 1) for each in headers_for(path)["Content-Security-Policy"].split("; "))
    return policy["frame-ancestors"]
