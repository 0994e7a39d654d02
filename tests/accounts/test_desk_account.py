import pytest
from django.test import Client

from commonpress.accounts.rules import Role
from tests.factories.accounts import PersonFactory
from tests.factories.photos import photo_file

pytestmark = pytest.mark.django_db


def signed_in(*roles):
    client = Client()
    client.force_login(PersonFactory(roles=roles))
    return client


@pytest.mark.parametrize("address", ["/admin/", "/admin/pages/", "/admin/account/", "/admin/discussion/"])
def test_a_reader_who_is_signed_in_is_refused_the_desk_and_not_sent_in_circles(address):
    answer = signed_in().get(address)

    assert answer.status_code == 403
    assert "nameplate" in answer.text


def test_a_stranger_is_led_to_sign_in(client):
    assert client.get("/admin/").url == "/accounts/login/?next=/admin/"


def test_the_desks_account_screen_takes_no_picture_and_no_name():
    client = signed_in(Role.EDITOR)

    before = client.get("/admin/account/")
    client.post("/admin/account/", {"avatar-avatar": photo_file(), "theme-theme": "dark"})

    assert before.status_code == 200
    assert not any(
        name in before.text for name in ("avatar-avatar", "name_email-first_name", "locale-current_time_zone")
    )
    profile = client.get("/admin/").context["request"].user.wagtail_userprofile
    assert not profile.avatar
