from django.db import models
from django.utils.translation import gettext_lazy as _

from commonpress.changes.shown import Keyed


class Thread(Keyed, models.Model):  # type: ignore[misc]  # the mixin does not know that it stands before a model
    """The discussion under one page: what is counted about it, so that nobody counts rows at reading.

    Its key is the page's own: a page knows the key of its thread before the first comment makes one.
    """

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, primary_key=True, related_name="thread")
    published_count = models.PositiveIntegerField(default=0)
    held_count = models.PositiveIntegerField(default=0)
    removed_count = models.PositiveIntegerField(default=0)
    erased_count = models.PositiveIntegerField(default=0)
    # Of published comments: what can be read by itself.
    answers_count = models.PositiveIntegerField(default=0, db_default=0)
    featured_count = models.PositiveIntegerField(default=0, db_default=0)
    feedback_count = models.PositiveIntegerField(default=0, db_default=0)
    # The last number given to a comment here, and the last ordinal given to one on the story itself.
    comment_seq = models.PositiveIntegerField(default=0)
    root_seq = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    last_comment_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("discussion")
        indexes = [models.Index(fields=["-last_comment_at"], name="thread_by_last_comment")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"thread:{self.pk}"
