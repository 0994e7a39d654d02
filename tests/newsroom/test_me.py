import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from commonpress.newsroom.actions.imports import import_page
from commonpress.newsroom.views.me import me
from tests.factories.accounts import PASSWORD, make_person

pytestmark = pytest.mark.django_db

THEN_THE_LIST = "?next=%2Fadmin%2Fstories%2F"


@pytest.fixture
def about():
    return import_page(title="About", state="public", public_at=None)


def test_a_stranger_is_told_nothing_without_a_query(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):  # the publication's language, which every answer asks
        answer = client.get("/-/me?page=1")

    assert (answer.status_code, answer.content) == (204, b"")
    assert "sessionid" not in answer.cookies


def test_a_reader_sees_their_name_and_no_way_to_the_desk(client, about):
    client.force_login(make_person("ada@readers.example", display_name="Ada <b>"))

    page = client.get(f"/-/me?page={about.pk}").content.decode()

    assert "Ada &lt;b&gt;" in page
    assert ("Sign out" in page, "The desk" in page, "Edit this page" in page) == (True, False, False)


@pytest.mark.parametrize(("role", "may_edit"), [("editor", True), ("owner", True), ("moderator", False)])
def test_staff_see_the_edit_link_of_pages_they_may_edit(client, about, role, may_edit):
    client.force_login(make_person("desk@paper.example", role))

    page = client.get(f"/-/me?page={about.pk}").content.decode()

    assert ("The desk" in page, f'"/admin/pages/{about.pk}/edit/{THEN_THE_LIST}"' in page) == (True, may_edit)


@pytest.mark.parametrize("page", ["", "x", "-1", "9" * 30, "999999", "1;2", "٣"])
def test_nonsense_for_a_page_gives_the_rest_without_an_edit_link(client, page):
    client.force_login(make_person("desk@paper.example", "editor"))

    answer = client.get("/-/me", {"page": page})

    assert answer.status_code == 200
    assert "Edit this page" not in answer.content.decode()


def test_nobody_keeps_the_answer(client):
    client.force_login(make_person("ada@readers.example"))

    assert client.get("/-/me")["Cache-Control"] == "no-store, private"


def test_the_answer_says_by_itself_that_it_is_one_readers(rf):
    """Whatever stands between this view and the browser."""
    request = rf.get("/-/me")
    request.user = AnonymousUser()

    answer = me(request)

    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    assert answer["Vary"] == "Cookie"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_who_is_here_is_asked_and_not_changed(client, method):
    assert getattr(client, method)("/-/me").status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_a_page_of_another_site_is_told_nothing(client, headers):
    client.force_login(make_person("ada@readers.example", display_name="Ada"))

    answer = client.get("/-/me", headers=headers)

    assert (answer.status_code, answer.content) == (204, b"")
    assert b"Ada" in client.get("/-/me", headers={"Sec-Fetch-Site": "same-origin"}).content
    assert b"Ada" in client.get("/-/me", headers={"Origin": "http://testserver"}).content
    assert b"Ada" in client.get("/-/me").content


def test_who_signs_in_gets_a_hint_a_script_can_read_and_loses_it_when_signing_out(client):
    make_person("ada@readers.example", password=PASSWORD)

    came = client.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD})
    went = client.post("/accounts/logout/")

    assert (came.cookies["here"].value, came.cookies["here"]["httponly"]) == ("1", "")
    assert went.cookies["here"]["max-age"] == 0


def test_a_hint_without_a_session_is_taken_back():
    browser = Client()
    browser.cookies["here"] = "1"

    assert browser.get("/-/me").cookies["here"]["max-age"] == 0


def test_without_javascript_staff_reach_the_editor_by_the_pages_number(client, about):
    assert client.get(f"/-/edit/{about.pk}/")["Location"] == f"/accounts/login/?next=/-/edit/{about.pk}/"
    client.force_login(make_person("desk@paper.example", "editor"))

    assert client.get(f"/-/edit/{about.pk}/")["Location"] == f"/admin/pages/{about.pk}/edit/{THEN_THE_LIST}"
    assert client.get("/-/edit/999999/").status_code == 404


@pytest.mark.parametrize("roles", [[], ["moderator"]])
def test_who_may_not_edit_is_refused(client, about, roles):
    client.force_login(make_person("ada@readers.example", *roles))

    assert client.get(f"/-/edit/{about.pk}/").status_code == 403
