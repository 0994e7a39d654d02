from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from commonpress.accounts.rules import Role
from commonpress.newsroom.models.publication import Publication
from tests.factories.accounts import make_person, sign_in_surely
from tests.factories.fundraising import JUNE, make_bank_details, make_drive


@pytest.fixture
def desk(client):
    """The browser of a treasurer who has just signed in, on a day in June 2021."""
    with time_machine.travel(JUNE, tick=False):
        sign_in_surely(client, make_person("", Role.TREASURER))
        yield client


@pytest.fixture
def june(db):
    """A day in June 2021, and an account to give to."""
    with time_machine.travel(datetime(2021, 6, 20, 9, tzinfo=UTC), tick=False):
        make_bank_details()
        yield


@pytest.fixture
def clock():
    """A day in June 2021 that stands still until it is shifted. Nobody has used up a limit yet."""
    cache.clear()
    with time_machine.travel(JUNE, tick=False) as clock:
        yield clock


@pytest.fixture
def alder(db):
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder"})


@pytest.fixture
def a_paper_that_asks(db):
    """A paper with a current drive, in euros, and an account to give to."""
    cache.clear()
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder", "contact_email": "desk@alder.example"})
    make_drive(currency="EUR")
    make_bank_details()


@pytest.fixture
def drive(db):
    return make_drive(title="The tin")


@pytest.fixture
def olive(db):
    return make_person("olive@paper.example", Role.OWNER, display_name="Olive")


@pytest.fixture
def owen(db):
    return make_person("owen@paper.example", Role.OWNER, display_name="Owen")


@pytest.fixture
def tess(db):
    return make_person("tess@paper.example", Role.TREASURER, display_name="Tess")
