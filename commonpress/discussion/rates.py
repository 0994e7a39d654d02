"""How often one may write and vote: per writer, and, more generously, per address."""

from django.conf import settings
from django.http import HttpRequest

from commonpress.accounts.http import WriterRequest, guest_identity
from commonpress.accounts.models import Guest, Person
from commonpress.changes.shown import is_for_nobody
from commonpress.discussion.errors import TooManyAsked, TooManyNewVoters
from commonpress.lib.limits import address_prefix, give_back, limit
from commonpress.lib.refusals import TooOften

# Their keys, and how much each holds.
Buckets = list[tuple[str, int]]

MINUTE = 60
# A household, a school or a mobile network shares an address.
WRITERS_PER_ADDRESS = 6
# A class or an office that reads the same story.
NEW_VOTERS_PER_HOUR = 30
# Each may write to somebody who did not ask; a person asks for their own address.
ASKED_PER_HOUR = 20
ASKED_PER_HOUR_BY_A_PERSON = 120
# Each sends a mail to an address somebody typed.
CLAIMS_PER_HOUR = 6
# More often than anybody looks; an address that does costs the machine a few seconds of each minute at worst.
PREVIEWS_PER_MINUTE = 20


def take_comment(request: WriterRequest) -> None:
    """Take one comment from the sender's allowance, or raise TooOften."""
    _take(request, "comment", settings.COMMENTS_PER_MINUTE)


def take_preview(request: WriterRequest) -> None:
    """Take one look at a text, to check or to show it, from the sender's allowance, or raise TooOften."""
    _take(request, "preview", PREVIEWS_PER_MINUTE)


def take_deletion(request: WriterRequest) -> None:
    """Take one deletion from the sender's allowance, or raise TooOften."""
    _take(request, "deletion", PREVIEWS_PER_MINUTE)


def take_claim(request: HttpRequest) -> None:
    """Take one mail with a code from the address's allowance, or raise TooOften."""
    limit(f"claim:{address_prefix(request)}", times=CLAIMS_PER_HOUR, seconds=60 * MINUTE)


def take_ignoring(request: WriterRequest) -> None:
    """Take one decision to ignore somebody, or to read them again, from the sender's allowance, or raise TooOften."""
    _take(request, "ignoring", PREVIEWS_PER_MINUTE)
    if request.writer is None:
        limit(f"new ignorer:{address_prefix(request)}", times=NEW_VOTERS_PER_HOUR, seconds=60 * MINUTE)


def take_vote(request: WriterRequest) -> None:
    """Take one vote from the sender's allowance, or raise TooOften."""
    _take(request, "vote", settings.VOTES_PER_MINUTE)


def votes_buckets(sender: str, place: str) -> Buckets:
    """Return from which buckets a vote is taken, by a guest's identity, at the address with a prefix."""
    return _buckets(sender, place, "vote", settings.VOTES_PER_MINUTE)


def comments_buckets(sender: str, place: str) -> Buckets:
    """Do the same for a comment, which is looked at before it is posted."""
    looks = _buckets(sender, place, "preview", PREVIEWS_PER_MINUTE)
    return looks + _buckets(sender, place, "comment", settings.COMMENTS_PER_MINUTE)


def take(buckets: Buckets) -> None:
    """Take one from each, or none of any and raise TooOften."""
    for at, (key, times) in enumerate(buckets):
        try:
            limit(key, times=times, seconds=MINUTE)
        except TooOften:
            put_back(buckets[:at])
            raise


def put_back(buckets: Buckets) -> None:
    """Put back what was taken for something that came to nothing: somebody else looks at it, and takes it anew."""
    for key, times in buckets:
        give_back(key, times=times, seconds=MINUTE)


def take_new_voter(request: WriterRequest) -> None:
    """Take one first vote of a stranger from the address's allowance, or raise TooManyNewVoters.

    Whoever throws the cookie away would vote as often as they like.
    """
    try:
        limit(f"new voter:{address_prefix(request)}", times=NEW_VOTERS_PER_HOUR, seconds=60 * MINUTE)
    except TooOften:
        raise TooManyNewVoters from None


def take_follow(request: WriterRequest) -> None:
    """Take one wish to be told from the sender's allowance, or raise TooManyAsked."""
    writer = request.writer
    try:
        if isinstance(writer, Person):
            limit(f"follow:{writer.voter_key}", times=ASKED_PER_HOUR_BY_A_PERSON, seconds=60 * MINUTE)
        else:
            limit(f"follow:{address_prefix(request)}", times=ASKED_PER_HOUR, seconds=60 * MINUTE)
    except TooOften:
        raise TooManyAsked from None


def take_page(request: HttpRequest) -> None:
    """Take one page that is not kept from the address's allowance, or raise TooOften."""
    if is_for_nobody():
        return
    limit(f"thread page:{address_prefix(request)}", times=settings.THREAD_PAGES_PER_MINUTE, seconds=MINUTE)


def _take(request: WriterRequest, act: str, per_minute: int) -> None:
    writer = request.writer
    # A guest is known by their cookie: views/boxes.py looks at that before anybody reads their row.
    identity = guest_identity(request.COOKIES) if isinstance(writer, Guest) else None
    sender = identity or (writer.voter_key if writer else None)
    for key, times in _buckets(sender, address_prefix(request), act, per_minute):
        limit(key, times=times, seconds=MINUTE)


def _buckets(sender: str | None, place: str, act: str, per_minute: int) -> Buckets:
    buckets = [(f"{act}:{place}", WRITERS_PER_ADDRESS * per_minute)]
    return buckets if sender is None else [*buckets, (f"{act}:{sender}", per_minute)]
