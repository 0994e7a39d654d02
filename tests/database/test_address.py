import pytest

from commonpress.database.address import ALIVE, from_url
from commonpress.lib.env import WrongSetting


def test_an_address_is_taken_apart():
    settings = from_url("postgresql://paper:s%40fe@db.example:6432/news?sslmode=verify-full")

    assert (settings["HOST"], settings["PORT"], settings["USER"]) == ("db.example", "6432", "paper")
    assert (settings["PASSWORD"], settings["NAME"]) == ("s@fe", "news")
    assert settings["OPTIONS"]["sslmode"] == "verify-full"


def test_a_silent_connection_is_given_up_unless_the_address_knows_better():
    settings = from_url("postgresql://db.example/news?tcp_user_timeout=5000")

    assert settings["OPTIONS"] | {"pool": None} == ALIVE | {"tcp_user_timeout": "5000", "pool": None}


def test_a_socket_is_named_by_its_folder():
    settings = from_url("postgresql:///news?host=/run/postgresql", pool=False)

    assert (settings["HOST"], settings["NAME"], settings["OPTIONS"]) == ("/run/postgresql", "news", ALIVE)


@pytest.mark.parametrize("address", ["mysql://db.example/news", "postgresql://db.example", "news"])
def test_an_address_that_cannot_be_used_is_refused_with_an_example(address):
    with pytest.raises(WrongSetting, match="postgresql://user:password@host/name"):
        from_url(address)
