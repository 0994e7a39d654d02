"""The supporters' wall: whose names and messages readers see, and which wait for a decision."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from commonpress.accounts.models import ProtectedName
from commonpress.accounts.names import NAMES_OF_STAFF, mixes_alphabets, skeleton
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.models.wall import WallDecision, key_of
from commonpress.lib.text import clean_line, clean_text
from commonpress.newsroom.models.publication import Publication

MOST_WAITING = 100
ITEM = re.compile(r"(\d{1,18}):(\d{0,18}):([0-9a-f]{32})", re.ASCII)
LINK = re.compile(r"https?:|www\.|@|[^\W\d_]\.[^\W\d_]{2,}(?:/|\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """A name, or with `gift_pk` a message, as a form names it: with the key of the words that were seen."""

    supporter_pk: int
    gift_pk: int | None
    words_key: str

    def __str__(self) -> str:
        return f"{self.supporter_pk}:{self.gift_pk or ''}:{self.words_key}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return what a form named so, or None where no form of ours did."""
        found = ITEM.fullmatch(text)
        return found and cls(int(found[1]), int(found[2]) if found[2] else None, found[3])


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision: who wrote it, the words, and what should make one look twice, or nothing."""

    item: Item
    name: str
    words: str
    hint: str
    is_message: bool


@dataclass(frozen=True, slots=True)
class Message:
    name: str
    text: str
    gift: Gift


def standing_gifts() -> QuerySet[Gift]:
    """Return gifts whose givers may be named and of which something is left in the book."""
    # As booked, and not as meant: only a booking tells the kept pages.
    done = Refund.objects.filter(gift=OuterRef("pk"), state=Refund.State.DONE)
    refunds = done.order_by().values("gift").annotate(total=Sum("amount_minor"))
    gifts = Gift.objects.filter(is_anonymous=False)
    return gifts.annotate(refunded_minor=Coalesce(Subquery(refunds.values("total")), 0)).filter(
        amount_minor__gt=F("refunded_minor")
    )


def who_may_be_named() -> QuerySet[Supporter]:
    """Return supporters with a name for readers and a gift that was not anonymous and not wholly given back."""
    return Supporter.objects.exclude(public_name="").filter(Exists(standing_gifts().filter(supporter=OuterRef("pk"))))


def names() -> list[str]:
    """Return the names readers see, each once, by the alphabet; one query."""
    decisions = WallDecision.objects.filter(gift=None, answer=WallDecision.Answer.SHOWN)
    rows = decisions.filter(supporter__in=who_may_be_named()).values_list("supporter__public_name", "words_key")
    return sorted({clean_line(name) for name, key in rows if key_of(name) == key}, key=alphabetical)


def messages(most: int) -> list[Message]:
    """Return the newest messages readers see, of supporters whose names they see; one query."""
    of_name = WallDecision.objects.filter(
        supporter=OuterRef("supporter"), gift=None, answer=WallDecision.Answer.SHOWN
    ).values("words_key")
    rows = (
        standing_gifts()
        .filter(wall_decisions__answer=WallDecision.Answer.SHOWN)
        .select_related("drive")
        .annotate(
            public_name=F("supporter__public_name"),
            name_key=Subquery(of_name),
            message_key=F("wall_decisions__words_key"),
        )
        .exclude(name_key=None)
        .exclude(supporter__public_name="")
        .order_by("-occurred_at", "-id")
    )
    found: list[Message] = []
    for gift in rows[: 2 * most]:
        is_seen = (key_of(gift.public_name), key_of(gift.message)) == (gift.name_key, gift.message_key)
        if is_seen and gift.message:
            found.append(Message(clean_line(gift.public_name), clean_text(gift.message), gift))
    return found[:most]


def waiting(most: int = MOST_WAITING) -> list[Waiting]:
    """Return names and messages nobody has decided about, the oldest first; four queries."""
    found = sorted((*_names_waiting(most), *_messages_waiting(most)), key=lambda item: item[0].supporter_pk)[:most]
    hints = _hints_of(words for item, _name, words in found if item.gift_pk is None)
    return [
        Waiting(
            item=item,
            name=clean_line(name),
            words=clean_text(words),
            hint=hints[words] if item.gift_pk is None else _hint_of_words(words),
            is_message=item.gift_pk is not None,
        )
        for item, name, words in found
    ]


def waiting_count() -> int:
    """Return how many names and messages nobody has decided about; two queries."""
    return sum(1 for _item in (*_names_waiting(sys.maxsize), *_messages_waiting(sys.maxsize)))


def _names_waiting(most: int) -> Iterator[tuple[Item, str, str]]:
    decided = WallDecision.objects.filter(supporter=OuterRef("pk"), gift=None).values("words_key")
    rows = who_may_be_named().annotate(decided_key=Subquery(decided)).order_by("pk")
    left = most
    for pk, name, decided_key in rows.values_list("pk", "public_name", "decided_key").iterator():
        if left and decided_key != (key := key_of(name)):
            left -= 1
            yield Item(pk, None, key), name, name


def _messages_waiting(most: int) -> Iterator[tuple[Item, str, str]]:
    decided = WallDecision.objects.filter(gift=OuterRef("pk")).values("words_key")
    of_name = WallDecision.objects.filter(supporter=OuterRef("supporter"), gift=None)
    rows = standing_gifts().exclude(message="").exclude(supporter=None).exclude(supporter__public_name="")
    # Whose name is left out is not asked about their words.
    rows = rows.exclude(Exists(of_name.filter(answer=WallDecision.Answer.REFUSED)))
    rows = rows.annotate(decided_key=Subquery(decided)).order_by("pk")
    left = most
    for gift_pk, pk, name, message, decided_key in rows.values_list(
        "pk", "supporter", "supporter__public_name", "message", "decided_key"
    ).iterator():
        if left and decided_key != (key := key_of(message)):
            left -= 1
            yield Item(pk, gift_pk, key), name, message


def _hints_of(names: Iterable[str]) -> dict[str, str]:
    """Return what should make one look twice at these names as they came, by name; where nothing does, nothing."""
    shapes = {name: skeleton(name) for name in names}
    ours = NAMES_OF_STAFF | {skeleton(Publication.load().name)}
    rows = ProtectedName.objects.filter(skeleton__in=set(shapes.values())).exclude(
        reason=ProtectedName.Reason.SUPPORTER
    )
    protected = ours | set(rows.values_list("skeleton", flat=True))
    return {
        name: _("Reads like the name of the paper or of somebody who works here.")
        if shape in protected
        else _hint_of_words(name) or (_("A word has letters of two alphabets.") if mixes_alphabets(name) else "")
        for name, shape in shapes.items()
    }


def _hint_of_words(words: str) -> str:
    if LINK.search(words):
        return _("Has a link or an address in it.")
    if clean_text(words) != words and clean_line(words) != words:
        return _("Had signs in it that are not seen, or turn the words around; they are taken out.")
    return ""


def alphabetical(name: str) -> tuple[str, str]:
    """Return where a name stands in a list: without regard to case and accents, as in a telephone book."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return plain.casefold(), name
