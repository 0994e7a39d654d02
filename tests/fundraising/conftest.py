import pytest
import time_machine

from commonpress.accounts.rules import Role
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE


@pytest.fixture
def desk(client):
    """A treasurer's browser, on a day in June 2021."""
    with time_machine.travel(JUNE, tick=False):
        client.force_login(make_person("", Role.TREASURER))
        yield client
