import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections

from commonpress.database.address import ALIVE, ASKED_BEFORE_KEPT, from_url
from commonpress.lib.env import WrongSetting


def test_an_address_is_taken_apart():
    settings = from_url("postgresql://paper:s%40fe@db.example:6432/news?sslmode=verify-full")

    assert (settings["HOST"], settings["PORT"], settings["USER"]) == ("db.example", "6432", "paper")
    assert (settings["PASSWORD"], settings["NAME"]) == ("s@fe", "news")
    assert settings["OPTIONS"]["sslmode"] == "verify-full"


def test_a_silent_connection_is_given_up_unless_the_address_knows_better():
    settings = from_url("postgresql://db.example/news?tcp_user_timeout=5000")

    assert settings["OPTIONS"]["tcp_user_timeout"] == "5000"
    assert settings["OPTIONS"].items() >= (ALIVE | {"tcp_user_timeout": "5000"}).items()


def test_a_socket_is_named_by_its_folder():
    settings = from_url("postgresql:///news?host=/run/postgresql", pool=False)

    assert (settings["HOST"], settings["NAME"]) == ("/run/postgresql", "news")
    assert "host" not in settings["OPTIONS"]


@pytest.mark.parametrize(
    ("asked", "kept_after"),
    [("", ASKED_BEFORE_KEPT), ("?prepare_threshold=20", 20), ("?prepare_threshold=none", None)],
)
def test_the_server_keeps_what_is_asked_often_unless_a_pooler_stands_before_it(asked, kept_after):
    settings = from_url(f"postgresql://db.example/news{asked}")

    assert settings["OPTIONS"]["prepare_threshold"] == kept_after


@pytest.mark.parametrize("address", ["mysql://db.example/news", "postgresql://db.example", "news"])
def test_an_address_that_cannot_be_used_is_refused_with_an_example(address):
    with pytest.raises(WrongSetting, match="postgresql://user:password@host/name"):
        from_url(address)


@pytest.mark.commits
@pytest.mark.both_databases
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could go away")
def test_a_connection_of_the_pool_that_died_is_found_before_it_is_handed_out():
    asked = from_url("postgresql://db.example/news")
    settings = {name: asked[name] for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS")}
    options = connection.settings_dict["OPTIONS"] | {"pool": asked["OPTIONS"]["pool"]}
    pooled = type(connections[DEFAULT_DB_ALIAS])(connection.settings_dict | settings | {"OPTIONS": options}, "pooled")

    try:
        for _request in range(2):
            with pooled.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (backend,) = cursor.fetchone()
            pooled.close()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    finally:
        pooled.close_pool()
