"""Reads the discussions under content/comments/ and gives each comment its time.

A comment is a line of stars, one for each level, then its writer, votes and state, then its text:

    ** Marj from Netherside ^17 v2 [held]
    Text in Markdown, until the next comment.

A writer "=slug" is a person: a byline's, or one named in paper.toml. No writer is a guest without a
name. "[removed: ...]" gives the moderator's note.
"""

import datetime as dt
import re
from dataclasses import dataclass
from random import Random
from zoneinfo import ZoneInfo

from commonpress.demo.texts import CONTENT

_HEAD = re.compile(
    r"^(?P<stars>\*+)(?: (?P<writer>[^\^\[\n]+?))??(?: \^(?P<ups>\d+))?(?: v(?P<downs>\d+))?(?: \[(?P<state>[^\]]+)\])?$",
    re.MULTILINE,
)
# The small hours, in which a town writes little.
NIGHT_ENDS = 6


@dataclass(frozen=True)
class Said:
    """One comment as it stands in its file. `answers` is the place of another in the same list."""

    writer: str
    text: str
    answers: int | None
    depth: int
    ups: int
    downs: int
    is_held: bool
    removed_because: str

    @property
    def person(self) -> str:
        """Return the slug of the person who wrote it; empty for a guest."""
        return self.writer.removeprefix("=") if self.writer.startswith("=") else ""


def talk(slug: str) -> list[Said]:
    """Return the comments under a story, in the order of their file; none where there is no file."""
    path = CONTENT / "comments" / f"{slug}.txt"
    return spoken(path.read_text(encoding="utf-8")) if path.exists() else []


def spoken(text: str) -> list[Said]:
    """Read a discussion.

    Raises ValueError where a reply stands more than one level below what it answers.
    """
    heads = list(_HEAD.finditer(text))
    said: list[Said] = []
    above: list[int] = []
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        depth = len(head["stars"]) - 1
        if depth > len(above):
            raise ValueError(f"{head[0]!r} answers nobody.")
        del above[depth:]
        state = head["state"] or ""
        said.append(
            Said(
                writer=head["writer"] or "",
                text=text[head.end() : following.start() if following else None].strip(),
                answers=above[-1] if above else None,
                depth=depth,
                ups=int(head["ups"] or 0),
                downs=int(head["downs"] or 0),
                is_held=state == "held",
                removed_because=state.removeprefix("removed: ") if state.startswith("removed: ") else "",
            )
        )
        above.append(len(said) - 1)
    return said


def moments(
    said: list[Said], *, begins: dt.datetime, ends: dt.datetime, random: Random, zone: ZoneInfo
) -> list[dt.datetime]:
    """Return when each was said: most soon after `begins`, none after `ends`, a reply after what it answers.

    Siblings keep the order of the file, for threads are shown in the order of their times.
    """
    roots = sum(1 for one in said if one.answers is None)
    shares = sorted(random.random() ** 1.6 for _ in range(roots))
    begun = [_awake(begins + (ends - begins) * (0.01 + 0.97 * share), ends, random, zone) for share in shares]
    starts = iter(sorted(begun))
    times: list[dt.datetime] = []
    last_below: dict[int | None, dt.datetime] = {}
    for one in said:
        earlier = last_below.get(one.answers)
        if one.answers is None:
            moment = max(next(starts), earlier or begins)
        else:
            after = max(times[one.answers], earlier or begins)
            wait = dt.timedelta(minutes=random.expovariate(1 / 40) + 1)
            moment = _awake(after + min(wait, (ends - after) * 0.3), ends, random, zone)
        moment = max(moment, (earlier or begins) + dt.timedelta(microseconds=1))
        times.append(moment)
        last_below[one.answers] = moment
    return times


def _awake(moment: dt.datetime, ends: dt.datetime, random: Random, zone: ZoneInfo) -> dt.datetime:
    """Return the moment, or one in the following morning if it is night and the morning has come."""
    local = moment.astimezone(zone)
    if local.hour >= NIGHT_ENDS:
        return moment
    morning = local.replace(hour=NIGHT_ENDS, minute=0) + dt.timedelta(minutes=random.uniform(5, 150))
    return morning.astimezone(dt.UTC) if morning < ends else moment
