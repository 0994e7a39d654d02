"""Comments as pages read them: two hundred at a time, so bare values and not rows that could be saved."""

import json
from collections.abc import Collection
from datetime import UTC
from typing import Any, NamedTuple, Self

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from commonpress.database.plain import fetched
from commonpress.discussion.models import Comment, CommentState

WORKED_OUT = {"persons_name", "written_at", "edited_at", "sum_of_votes", "key"}
WORKED_OUT |= {"on_id", "on_words", "on_state", "on_wordings"}

# An annotation may not have the name of a column.
COLUMNS = {"edited_at": "edited_at_text"}


class Said(NamedTuple):
    """What pages show of a comment, and where it stands."""

    pk: int
    public_id: str
    parent_id: int | None
    root_id: int | None
    depth: int
    path: str
    state: str
    kind: str
    # None where it was no person; empty where the person has no name.
    persons_name: str | None
    guest_name: str
    imported_name: str | None
    is_staff_reply: bool
    is_author_reply: bool
    is_supporter: bool
    is_featured: bool
    body_html: str
    # As the database writes it; without a zone it is UTC. Of two hundred hardly one is looked at.
    written_at: str
    edited_at: str | None
    descendant_count: int
    sum_of_votes: int
    # By which the comments on the story itself are ordered.
    key: int
    # The passage it is about, if it is about one: its public id, words, state and earlier wordings (JSON).
    on_id: str | None = None
    on_words: str | None = None
    on_state: str | None = None
    on_wordings: str | None = None

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """Return what pages would read of a row that is at hand."""
        values = {name: getattr(comment, name) for name in cls._fields if name not in WORKED_OUT}
        passage = comment.passage
        persons_name = comment.person.display_name if comment.person else None
        return cls(
            **values,
            persons_name=persons_name,
            written_at=str(comment.created_at.astimezone(UTC)),
            edited_at=str(comment.edited_at.astimezone(UTC)) if comment.edited_at else None,
            sum_of_votes=comment.score,
            key=comment.key_new,
            on_id=passage.public_id if passage else None,
            on_words=passage.exact if passage else None,
            on_state=passage.state if passage else None,
            on_wordings=json.dumps(passage.wordings) if passage else None,
        )

    @property
    def anchor(self) -> str:
        return f"c-{self.public_id}"

    @property
    def is_published(self) -> bool:
        return self.state == CommentState.PUBLISHED


def columns_of(comments: QuerySet[Comment], key: str = "key_new") -> QuerySet[Comment, tuple[Any, ...]]:
    up, down = F("ups") + F("ups_guest") + F("ups_imported"), F("downs") + F("downs_guest") + F("downs_imported")
    worked_out = comments.annotate(
        persons_name=F("person__display_name"),
        written_at=Cast("created_at", TextField()),
        edited_at_text=Cast("edited_at", TextField()),
        sum_of_votes=up - down,
        key=F(key),
        on_id=F("passage__public_id"),
        on_words=F("passage__exact"),
        on_state=F("passage__state"),
        on_wordings=Cast("passage__wordings", TextField()),
    )
    return worked_out.values_list(*(COLUMNS.get(name, name) for name in Said._fields))


def read(comments: QuerySet[Comment], key: str = "key_new") -> list[Said]:
    """Read comments as the database has them: Django would look at each value of each row for what there is to convert."""
    try:
        words, values = columns_of(comments, key).query.sql_with_params()
    except EmptyResultSet:
        return []
    return [Said._make(row) for row in fetched(words, values)]


def read_by(words: str, values: Collection[Any]) -> list[Said]:
    """Do the same for words that were found before."""
    return [Said._make(row) for row in found(words, values)]


def words_of(query: QuerySet[Any, Any], *, values: int = 1) -> str:
    """Return the SQL of a query with so many values in it, for `found`. Django takes a millisecond to find the words."""
    sql, given = query.query.sql_with_params()
    assert len(given) == values
    return str(sql)


def found(words: str, values: Collection[Any]) -> list[tuple[Any, ...]]:
    """Return the rows a query has for its values; where it says "in", for any number of them, which are keys."""
    if "IN (%s)" not in words:
        return fetched(words, list(values))
    if connection.vendor == "postgresql":
        return fetched(words.replace("IN (%s)", f"= ANY({KEYS})"), [as_one(values)])
    return fetched(words.replace("IN (%s)", f"IN ({', '.join(['%s'] * len(values))})"), list(values))


# On PostgreSQL any number of keys is one value in the same words; the driver would look at each of two hundred.
KEYS = "%s::bigint[]"


def as_one(values: Collection[int]) -> str:
    """Return keys as `KEYS` takes them."""
    return f"{{{','.join(map(str, values))}}}"
