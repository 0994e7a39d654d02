"""A whole discussion at once, with its times, its writers here and their votes.

Nobody is told and nothing is limited or held. Unlike `imports`, its writers and voters are people and
guests of this publication, so every count can be recounted from rows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from wagtail.models import Page

from commonpress.accounts.models import Guest, Person, Writer
from commonpress.accounts.rules import is_staff_here
from commonpress.discussion import markup, rules
from commonpress.discussion.actions.imports import finish_import
from commonpress.discussion.actions.placing import thread_for_writing
from commonpress.discussion.models import Comment, CommentState, Removal, RemovalReason, Thread, Vote
from commonpress.discussion.rules import Discussed

AT_ONCE = 500


@dataclass(frozen=True)
class TakenDown:
    by: Person
    reason: RemovalReason
    note: str


@dataclass(frozen=True)
class Contribution:
    """A comment to be. `answers` is the place of an earlier contribution in the same transcript."""

    writer: Writer
    text: str
    created_at: dt.datetime
    name: str = ""
    answers: int | None = None
    is_held: bool = False
    taken_down: TakenDown | None = None
    for_it: Sequence[Writer] = ()
    against_it: Sequence[Writer] = ()

    @property
    def state(self) -> CommentState:
        """The state it has unless it was taken down, and had before."""
        return CommentState.HELD if self.is_held else CommentState.PUBLISHED


@transaction.atomic
def enter_transcript(page: Discussed, contributions: Sequence[Contribution]) -> list[Comment]:
    """Enter a discussion under a page, after what stands there; siblings follow each other in time."""
    thread = thread_for_writing(page)
    comments = [
        _comment(thread, page, contribution, number)
        for number, contribution in enumerate(contributions, start=thread.comment_seq + 1)
    ]
    # Level by level: a reply needs the key of what it answers.
    levels: dict[int, list[int]] = defaultdict(list)
    depths: list[int] = []
    for at, contribution in enumerate(contributions):
        depths.append(0 if contribution.answers is None else depths[contribution.answers] + 1)
        levels[depths[-1]].append(at)
    for depth in sorted(levels):
        for at in levels[depth]:
            answers = contributions[at].answers
            if answers is not None:
                comments[at].parent = comments[answers]
                comments[at].root_id = comments[answers].root_id or comments[answers].pk
        Comment.objects.bulk_create([comments[at] for at in levels[depth]], batch_size=AT_ONCE)
    _enter_votes(comments, contributions)
    Removal.objects.bulk_create(
        Removal(
            comment=comment,
            by=down.by,
            reason=down.reason,
            note=down.note,
            at=contribution.created_at,
            state_before=contribution.state,
        )
        for comment, contribution in zip(comments, contributions, strict=True)
        if (down := contribution.taken_down) is not None
    )
    Thread.objects.filter(pk=thread.pk).update(comment_seq=thread.comment_seq + len(comments))
    finish_import(Page.objects.get(pk=page.pk))
    return comments


def _comment(thread: Thread, page: Discussed, contribution: Contribution, number: int) -> Comment:
    writer = contribution.writer
    text = markup.clean_text(contribution.text)
    comment = Comment(
        thread=thread,
        number=number,
        # Its place follows from `finish_import`; until then it only has to be nobody else's.
        path=f"~{number}",
        state=CommentState.REMOVED if contribution.taken_down else contribution.state,
        person=writer if isinstance(writer, Person) else None,
        guest=writer if isinstance(writer, Guest) else None,
        guest_name=markup.clean_name(contribution.name) if isinstance(writer, Guest) else "",
        is_staff_reply=is_staff_here(writer),
        is_author_reply=rules.is_author_of(writer, page),
        body_source=text,
        body_html=markup.render(text),
        renderer=markup.MARKDOWN,
        created_at=contribution.created_at,
        ups=_people(contribution.for_it),
        ups_guest=len(contribution.for_it) - _people(contribution.for_it),
        downs=_people(contribution.against_it),
        downs_guest=len(contribution.against_it) - _people(contribution.against_it),
    )
    comment.set_keys()
    return comment


def _people(voters: Sequence[Writer]) -> int:
    return sum(isinstance(voter, Person) for voter in voters)


def _enter_votes(comments: list[Comment], contributions: Sequence[Contribution]) -> None:
    Vote.objects.bulk_create(
        (
            Vote(comment=comment, voter_key=voter.voter_key, value=value, at=comment.created_at)
            for comment, contribution in zip(comments, contributions, strict=True)
            for value, voters in ((1, contribution.for_it), (-1, contribution.against_it))
            for voter in voters
        ),
        batch_size=AT_ONCE,
    )
