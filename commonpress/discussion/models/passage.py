from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.discussion.anchors import Anchor
from commonpress.discussion.anchors import State as AnchorState
from commonpress.discussion.models.comment import PUBLIC_ID_LENGTH, new_public_id
from commonpress.newsroom.marks import LONGEST_QUESTION

# Who marks more means the story.
LONGEST_QUOTE = 600
# Of a passage that is changed again and again, so many of its wordings are remembered.
WORDINGS = 30


STATES = [(state.value, state.value) for state in AnchorState]


# What became of the words a comment is about since it was written.
CHANGED, GONE = "changed", "gone"


def wording_at(moment: datetime, now: str, wordings: list[list[str]]) -> str:
    """Return what a passage said at a moment, from what it says now and what it said until when."""
    return next((words for until, words in wordings if moment < datetime.fromisoformat(until)), now)


class PassageKind(models.TextChoices):
    QUESTION = "question", _("a question of the author")
    READER = "reader", _("marked by a reader")


class Passage(models.Model):
    """A few words of a story that are talked about: the author asks something about them, or a reader marked them.

    Its place is kept up with the published text by actions/passages.py, its count by actions/placing.py.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id, editable=False)
    thread = models.ForeignKey("discussion.Thread", on_delete=models.CASCADE, related_name="passages")
    kind = models.CharField(max_length=8, choices=PassageKind)
    # The mark in the story's text that holds the question; a copy of the story holds the same.
    mark = models.UUIDField(null=True)
    question = models.CharField(max_length=LONGEST_QUESTION, blank=True)
    is_open = models.BooleanField(default=True)

    # In code points of the block's text (passage_text.py).
    block = models.CharField(max_length=36)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.TextField()
    prefix = models.CharField(max_length=32, blank=True)
    suffix = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=8, choices=STATES, default=AnchorState.INTACT.value)
    # What it said before, the oldest first: until when (ISO 8601), and the words.
    wordings = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    # Of comments.
    published_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("passage")
        constraints = [
            models.UniqueConstraint("thread", "mark", name="one_passage_per_mark", condition=Q(mark__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.public_id} on {self.thread_id}"

    @classmethod
    def marked_at(cls, anchor: Anchor, **about: object) -> Self:
        passage = cls(**about)
        passage.stand_at(anchor)
        return passage

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.block, self.start, self.end, self.exact, self.prefix, self.suffix)

    @property
    def html_id(self) -> str:
        return f"on-{self.public_id}"

    @property
    def is_question(self) -> bool:
        return self.kind == PassageKind.QUESTION

    @property
    def is_orphaned(self) -> bool:
        return self.state == AnchorState.ORPHANED

    @property
    def may_be_answered(self) -> bool:
        """Tell whether comments on it are taken: while it stands, and its question is not closed."""
        return not self.is_orphaned and self.is_open

    def stand_at(self, anchor: Anchor) -> None:
        self.block, self.start, self.end, self.exact, self.prefix, self.suffix = anchor


class StoryText(models.Model):
    """The plain text of a story's blocks as it was last published, by their ids: where its passages were found.

    Only stories that have passages have one.
    """

    thread = models.OneToOneField(
        "discussion.Thread", on_delete=models.CASCADE, primary_key=True, related_name="story_text"
    )
    blocks = models.JSONField()

    def __str__(self) -> str:
        return str(self.thread_id)
