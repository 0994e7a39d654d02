import pytest
from django.db import IntegrityError

from commonpress.accounts.models import Guest, Person

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases
def test_two_people_cannot_share_an_address_in_other_letters():
    Person.objects.create_user("ada@readers.example")

    with pytest.raises(IntegrityError):
        Person.objects.bulk_create([Person(email="ADA@readers.example")])


def test_a_person_is_found_by_address_in_any_letters():
    ada = Person.objects.create_user("Ada@Readers.example")

    assert Person.objects.get_by_natural_key("ADA@readers.EXAMPLE") == ada


def test_a_person_without_a_name_is_called_by_their_address():
    assert Person(email="ada@readers.example").get_full_name() == "ada@readers.example"
    assert Person(email="ada@readers.example").get_short_name() == "ada"
    assert Person(email="ada@readers.example", display_name="Ada").get_full_name() == "Ada"


def test_people_and_guests_vote_under_different_keys():
    assert Person(pk=7).voter_key == "p:7"
    assert Guest(pk=7).voter_key == "g:7"
