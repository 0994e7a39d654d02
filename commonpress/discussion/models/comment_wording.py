from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CommentWording(models.Model):
    """What a comment said before its writer changed it, for moderators; erased with the comment's text."""

    comment = models.ForeignKey("discussion.Comment", on_delete=models.CASCADE, related_name="wordings")
    body_source = models.TextField()
    body_html = models.TextField()
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("earlier wording")
        verbose_name_plural = _("earlier wordings")

    def __str__(self) -> str:
        return f"{self.comment_id} until {self.until:%Y-%m-%d %H:%M}"
