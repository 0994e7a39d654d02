"""How often something may be done: a bucket per key that fills again with time.

    limit(f"comment:{writer.voter_key}", times=5, seconds=60)
    limit(f"comment:{address_prefix(request)}", times=30, seconds=60)

allows five at once, and one more every twelve seconds. Buckets live in Django's cache: in the
process by default, in Redis where several processes share one.
"""

import hashlib
import threading
import time
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.base import BaseCache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from commonpress.lib.refusals import TooOften

# Two requests of one process must not both take the last drop. Between processes sharing a
# cache one may slip through; that is no harm here, and money does not rest on it.
_taking = threading.Lock()


def limit(key: str, *, times: int, seconds: int) -> None:
    """Take one of `times` per `seconds`, or raise TooOften."""
    _take(key, 1, times=times, seconds=seconds)


def limit_each(*limits: tuple[str, int, int]) -> None:
    """Take one of each of these (key, times, seconds), or raise TooOften and take none."""
    for number, (key, times, seconds) in enumerate(limits):
        try:
            limit(key, times=times, seconds=seconds)
        except TooOften:
            for taken, times_of_it, seconds_of_it in limits[:number]:
                give_back(taken, times=times_of_it, seconds=seconds_of_it)
            raise


def give_back(key: str, *, times: int, seconds: int) -> None:
    """Put back what was taken for something that was not done."""
    _take(key, -1, times=times, seconds=seconds)


def _take(key: str, many: int, *, times: int, seconds: int) -> None:
    name = "limit:" + hashlib.sha256(f"{key}:{times}:{seconds}".encode()).hexdigest()[:32]
    buckets = _buckets()
    with _taking:
        now = time.time()
        level, at = buckets.get(name, (float(times), now))
        level = min(times, level + max(0.0, now - at) * times / seconds)
        if level < many:
            raise TooOften
        buckets.set(name, (min(times, level - many), now), timeout=seconds)


@cache
def _buckets() -> BaseCache:
    # One for all threads, which take from it by turns: finding each thread's own costs more than the bucket.
    return caches.create_connection(DEFAULT_CACHE_ALIAS)


def address_prefix(request: HttpRequest) -> str:
    """Return a keyed hash of where a request comes from: an IPv4 address, or the /64 of an IPv6 one.

    A household or a server is handed a whole /64, so its single addresses say nothing. Used
    only in keys of limits; the address itself is stored nowhere.
    """
    return prefix_of(sender_of(request))


def prefix_of(address: IPv4Address | IPv6Address | None) -> str:
    return _hash_of(address, settings.SECRET_KEY)


@lru_cache(maxsize=10_000)
def _hash_of(address: IPv4Address | IPv6Address | None, secret: str) -> str:
    place = ip_network((address, 64), strict=False) if isinstance(address, IPv6Address) else address
    return salted_hmac("address prefix", str(place), secret=secret).hexdigest()[:16]


def sender_of(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Return the address a request was sent from, or None when the server does not say."""
    return sender_by(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def sender_by(peer: str, forwarded: str) -> IPv4Address | IPv6Address | None:
    """Return the sender's address by the one at the other end of the connection and what X-Forwarded-For says.

    That is believed from right to left, and only as far as the proxies named in
    COMMONPRESS_TRUSTED_PROXIES have written it: whatever stands left of them is the sender's own claim.
    """
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    address = _address(peer)
    for claimed in reversed(forwarded.split(",")):
        if address is None or not any(address in network for network in trusted):
            break
        address = _address(claimed) or address
    return address


@lru_cache
def _networks(proxies: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(proxy, strict=False) for proxy in proxies]


@lru_cache(maxsize=10_000)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
