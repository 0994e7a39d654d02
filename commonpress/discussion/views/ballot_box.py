"""Votes, answered before Django is asked."""

import re

from django.conf import settings

from commonpress.discussion import rates
from commonpress.discussion.actions.votes import vote_of_guest
from commonpress.discussion.ballots import slip_of
from commonpress.discussion.drawing import voted_html
from commonpress.discussion.views.boxes import Box, NotPlain
from commonpress.discussion.views.votes import VALUES

BODIES = {b"value=" + value.encode(): vote for value, vote in VALUES.items()}


class BallotBox(Box):
    address = re.compile(r"/-/vote/([A-Za-z0-9]{11})")
    longest = max(map(len, BODIES))

    def sent(self, body: bytes) -> int | None:
        return BODIES.get(body)

    def buckets(self, identity: str, place: str) -> rates.Buckets:
        return rates.votes_buckets(identity, place)

    async def done(self, asked: re.Match[str], sent: int, identity: str) -> str:
        html: str = await self.database.do_in_a_group_for_loop(lambda: vote(asked[1], identity, sent))
        return html


def vote(public_id: str, identity: str, value: int) -> str:
    """Vote and return the buttons as the voter sees them now. Raises NotPlain and Refused."""
    slip = slip_of(public_id, identity)
    if slip is None:
        raise NotPlain
    comment = vote_of_guest(slip, value)
    return voted_html(comment, my_vote=value, language=slip.language or settings.LANGUAGE_CODE)
