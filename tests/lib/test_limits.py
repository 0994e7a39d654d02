from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
import time_machine
from django.core.cache import cache

from commonpress.lib.limits import address_prefix, give_back, limit, limit_each, sender_of
from commonpress.lib.refusals import TooOften

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_buckets():
    cache.clear()


def test_so_many_are_allowed_and_the_next_is_refused():
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            limit("comment:g:1", times=3, seconds=60)

        with pytest.raises(TooOften) as refusal:
            limit("comment:g:1", times=3, seconds=60)

    assert refusal.value.status == 429


def test_a_bucket_fills_again_drop_by_drop():
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            limit("comment:g:1", times=3, seconds=60)
        clock.shift(timedelta(seconds=20))
        limit("comment:g:1", times=3, seconds=60)

        with pytest.raises(TooOften):
            limit("comment:g:1", times=3, seconds=60)


def test_a_full_bucket_holds_no_more_than_its_size():
    with time_machine.travel(NOON, tick=False) as clock:
        limit("vote:g:1", times=2, seconds=60)
        clock.shift(timedelta(hours=5))
        limit("vote:g:1", times=2, seconds=60)
        limit("vote:g:1", times=2, seconds=60)

        with pytest.raises(TooOften):
            limit("vote:g:1", times=2, seconds=60)


def test_what_is_given_back_can_be_taken_again_and_a_bucket_holds_no_more_than_its_size():
    with time_machine.travel(NOON, tick=False):
        limit("vote:g:1", times=2, seconds=60)
        for _ in range(3):
            give_back("vote:g:1", times=2, seconds=60)
        limit("vote:g:1", times=2, seconds=60)
        limit("vote:g:1", times=2, seconds=60)

        with pytest.raises(TooOften):
            limit("vote:g:1", times=2, seconds=60)


def test_each_key_has_its_own_bucket():
    limit("comment:g:1", times=1, seconds=60)
    limit("comment:g:2", times=1, seconds=60)

    with pytest.raises(TooOften):
        limit("comment:g:1", times=1, seconds=60)


def test_addresses_of_one_ipv6_prefix_count_as_one(rf):
    prefixes = [
        address_prefix(rf.get("/", REMOTE_ADDR=address))
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "192.0.2.1", "192.0.2.2")
    ]

    assert prefixes[0] == prefixes[1]
    assert len(set(prefixes)) == 4


def test_of_several_one_of_each_is_taken_or_none():
    limit("world", times=1, seconds=60)
    for _time in range(3):
        with pytest.raises(TooOften):
            limit_each(("own", 1, 60), ("world", 1, 60))

    limit_each(("own", 1, 60), ("others", 1, 60))

    with pytest.raises(TooOften):
        limit("own", times=1, seconds=60)


def test_a_prefix_does_not_show_the_address(rf):
    assert "192" not in address_prefix(rf.get("/", REMOTE_ADDR="192.0.2.1"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "sender"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "192.0.2.1", "198.51.100.7"),  # a stranger's claim
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9, 192.0.2.1", "192.0.2.1"),  # the left one is the sender's own claim
        ("10.0.0.1", "203.0.113.9, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("::ffff:198.51.100.7", "", "198.51.100.7"),
    ],
)
def test_the_sender_is_whom_the_last_trusted_proxy_saw(rf, settings, peer, forwarded, sender):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

    request = rf.get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded} if forwarded else {})

    assert sender_of(request) == ip_address(sender)
