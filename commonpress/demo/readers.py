"""The demo's readers: what they say under the stories, and how they vote."""

import datetime as dt
import hashlib
from random import Random

from commonpress.accounts.models import Guest, Writer
from commonpress.demo.paper import Paper
from commonpress.demo.talk import Said, moments, talk
from commonpress.discussion.actions.transcripts import Contribution, TakenDown, enter_transcript
from commonpress.discussion.models import RemovalReason
from commonpress.newsroom.models.story import Story

# More voters than the best comment has votes; those who also write are among them.
VOTERS = 90


def load_discussions(paper: Paper) -> int:
    """Enter what readers say under the published stories; return how many comments that is."""
    spoken = {slug: talk(slug) for slug, story in paper.stories.items() if story.live}
    names = dict.fromkeys(one.writer for said in spoken.values() for one in said if one.writer and not one.person)
    nameless = sum(1 for said in spoken.values() for one in said if not one.writer)
    guests = _guests(paper, len(names) + nameless + VOTERS)
    known = dict(zip(names, guests, strict=False))
    strangers = iter(guests[len(names) : len(names) + nameless])
    voters = guests[len(names) + nameless :] + list(known.values())[:VOTERS]

    total = 0
    for slug, said in spoken.items():
        story = paper.stories[slug]
        writers: list[Writer] = [
            paper.people[one.person] if one.person else known[one.writer] if one.writer else next(strangers)
            for one in said
        ]
        random = Random(f"{paper.seed} talk {slug}")
        times = moments(said, begins=_public(story), ends=paper.now, random=random, zone=paper.zone)
        total += len(
            enter_transcript(
                story,
                [
                    _contribution(paper, one, writer, moment, voters=voters, random=random)
                    for one, writer, moment in zip(said, writers, times, strict=True)
                ],
            )
        )
    return total


def _guests(paper: Paper, count: int) -> list[Guest]:
    """Make guests whose cookie nobody has."""
    return Guest.objects.bulk_create(
        Guest(
            identity_hash=hashlib.sha256(f"demo {paper.seed} {number}".encode()).hexdigest(),
            created_at=paper.now - dt.timedelta(days=30),
        )
        for number in range(count)
    )


def _contribution(
    paper: Paper, one: Said, writer: Writer, moment: dt.datetime, *, voters: list[Guest], random: Random
) -> Contribution:
    voting = random.sample([voter for voter in voters if voter != writer], one.ups + one.downs)
    down = (
        TakenDown(by=paper.people["perpetua"], reason=RemovalReason.OTHER, note=one.removed_because)
        if one.removed_because
        else None
    )
    return Contribution(
        writer=writer,
        name="" if one.person else one.writer,
        text=one.text,
        created_at=moment,
        answers=one.answers,
        is_held=one.is_held,
        taken_down=down,
        for_it=voting[: one.ups],
        against_it=voting[one.ups :],
    )


def _public(story: Story) -> dt.datetime:
    if story.first_public_at is None:
        raise ValueError(f"{story} is not public.")
    return story.first_public_at
