from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Standing(models.IntegerChoices):
    COUNTED = 0, _("counted")
    HELD = 1, _("held back")
    DISCARDED = 2, _("discarded")


class Vote(models.Model):
    """One writer's agreement or disagreement with one comment; the database holds it to one."""

    # The unique constraint begins with it, so it needs no index of its own.
    comment = models.ForeignKey("discussion.Comment", on_delete=models.CASCADE, related_name="votes", db_index=False)
    # Person's or Guest's voter_key: "p:12", "g:34"; "p:x..." or "g:x..." once its voter was erased.
    voter_key = models.CharField(max_length=32)
    value = models.SmallIntegerField()
    # Whether it is in the comment's counters; not while it waits in a burst of votes, nor when that was discarded.
    standing = models.SmallIntegerField(choices=Standing, default=Standing.COUNTED, db_default=Standing.COUNTED)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("vote")
        constraints = [
            models.UniqueConstraint(fields=["comment", "voter_key"], name="one_vote_per_comment_and_voter"),
            models.CheckConstraint(condition=Q(value__in=[-1, 1]), name="vote_is_up_or_down"),
        ]
        indexes = [
            models.Index(fields=["voter_key", "comment"], name="votes_of_a_voter"),
            models.Index(fields=["comment"], name="votes_held_back", condition=Q(standing=1)),
        ]

    @property
    def is_guests(self) -> bool:
        return self.voter_key.startswith("g:")

    def __str__(self) -> str:
        return f"{self.voter_key} {self.value:+d} on {self.comment_id}"
