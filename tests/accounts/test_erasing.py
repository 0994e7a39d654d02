import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from commonpress.accounts.erasing import erase
from commonpress.accounts.last_owner import LastOwner
from commonpress.accounts.models import Person
from tests.factories.accounts import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_person_erased_is_signed_out_in_every_browser():
    ada, bo = make_person("ada@readers.example"), make_person("bo@readers.example")
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(ada)
    another = Client()
    another.force_login(bo)

    answer = browsers[0].post("/accounts/delete/", {"email": ada.email})

    assert answer["Location"] == "/accounts/deleted/"
    assert [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()] == [str(bo.pk)]


def test_the_history_keeps_what_was_done_and_no_name():
    ada, bo = make_person("ada@readers.example", display_name="Ada Lovelace"), make_person("bo@readers.example")
    for person in (ada, bo):
        log(instance=person, action="wagtail.edit", user=bo)
    log(instance=Page.objects.first(), action="wagtail.edit", user=ada)

    erase(ada)

    people = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Person))
    assert sorted(people.values_list("label", "user", "action")) == [
        ("", bo.pk, "wagtail.edit"),
        (str(bo), bo.pk, "wagtail.edit"),
    ]
    assert PageLogEntry.objects.get().user_id is None


def test_the_only_owner_is_erased_by_nobody():
    owner = make_person("owner@paper.example", "owner")
    make_person("edda@paper.example", "editor")

    with pytest.raises(LastOwner):
        erase(owner)

    assert Person.objects.count() == 2
