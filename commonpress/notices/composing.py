"""What a letter says that tells of notices: put into words as it is sent, so that it tells nothing that is gone by then."""

import hashlib
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlsplit

from commonpress.notices import links, topics
from commonpress.notices.models import Follow, Letter, Subscriber
from commonpress.notices.rendering import Wording, worded
from commonpress.notices.sender import sender
from commonpress.notices.topics import Telling

# The kinds of letters that are written empty.
AT_ONCE, DIGEST = "notice", "digest"
# A digest of more would be cut by mail programs; the rest is counted and can be read where it was written.
MOST_TOLD = 50


@dataclass(frozen=True)
class Composed:
    """A letter ready to be sent; `left_out` are the keys of the notices it does not tell of."""

    to: str
    words: Wording
    headers: dict[str, str] = field(default_factory=dict)
    left_out: tuple[int, ...] = ()


@dataclass(frozen=True)
class Group:
    title: str
    tellings: list[Telling]
    stop: str


def composed(letter: Letter) -> Composed | None:
    """Return a letter as it is to be sent now; None when nothing is left to tell, or nobody to tell it to."""
    if letter.kind not in {AT_ONCE, DIGEST}:
        return Composed(letter.to, Wording(letter.subject, letter.text, letter.html))
    notices = list(letter.notices.order_by("pk"))
    if not notices:
        return None
    subscriber = Subscriber.objects.select_related("person").get(pk=notices[0].subscriber_id)
    if subscriber.is_left_alone or (subscriber.person is not None and not subscriber.person.is_active):
        return None
    wanted = Follow.objects.filter(subscriber=subscriber, confirmed_at__isnull=False)
    followed = set(wanted.filter(topic__in={notice.topic for notice in notices}).values_list("topic", flat=True))
    keys = topics.may_tell(subscriber, [notice for notice in notices if notice.topic in followed])
    # A busy day brings thousands; words are made of what is shown.
    shown = set(keys[:MOST_TOLD])
    told = list(topics.tell(subscriber, [notice for notice in notices if notice.pk in shown]).values())
    if not told:
        return None
    words, headers = _at_once(subscriber, told[0]) if letter.kind == AT_ONCE else _digest(subscriber, told, len(keys))
    left_out = tuple({notice.pk for notice in notices}.difference(keys))
    return Composed(subscriber.email, words, headers, left_out)


def _at_once(subscriber: Subscriber, telling: Telling) -> tuple[Wording, dict[str, str]]:
    stop = links.stop(subscriber, telling.about)
    words = worded(AT_ONCE, {"telling": telling, "stop": stop, "manage": links.manage(subscriber)})
    return words, _list_headers(telling.about.replace(":", "-"), stop) | _one_thread(subscriber, telling.about)


def _digest(subscriber: Subscriber, told: list[Telling], count: int) -> tuple[Wording, dict[str, str]]:
    shown = sorted(told, key=attrgetter("about"))
    groups = [
        Group(title, list(same), links.stop(subscriber, about))
        for (about, title), same in groupby(shown, lambda telling: (telling.about, telling.title))
    ]
    stop = links.stop(subscriber)
    context = {
        "count": count,
        "groups": groups,
        "not_shown": count - len(shown),
        "stop": stop,
        "manage": links.manage(subscriber),
    }
    return worded(DIGEST, context), _list_headers("digest", stop)


def _list_headers(name: str, stop: str) -> dict[str, str]:
    """Return what mail programs show their own "unsubscribe" by (RFC 2369, 2919, 8058)."""
    return {
        "List-Id": f"<{name}.{_host()}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "list",
    }


def _one_thread(subscriber: Subscriber, about: str) -> dict[str, str]:
    """Return what has mail programs show the letters about one thing together: all answer one that was never sent."""
    name = hashlib.sha256(f"{subscriber.public_id} {about}".encode()).hexdigest()[:24]
    first = f"<{name}.thread@{_host()}>"
    return {"In-Reply-To": first, "References": first}


def _host() -> str:
    return urlsplit(sender().url).hostname or "localhost"
