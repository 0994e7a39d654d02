"""Who else has something to settle when a page is published.

The discussion lives in a package above this one: it registers here, at start, what to do with the passages readers
have commented on. It happens in the transaction that publishes.
"""

from collections.abc import Callable

from commonpress.newsroom.models.public_page import PublicPage

Follower = Callable[[PublicPage], object]

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Have `follower(page)` called with each page that has just been published, as readers see it now."""
    if follower not in _followers:
        _followers.append(follower)


def tell_published(page: PublicPage) -> None:
    for follower in _followers:
        follower(page)
