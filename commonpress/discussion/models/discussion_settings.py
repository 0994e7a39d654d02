from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonpress.database.prepared import Prepared


class Hold(models.TextChoices):
    NOTHING = "nothing", _("nothing: every comment stands at once")
    LINKS = "links", _("comments with links")
    FIRST = "first", _("comments with links, and everybody's first comment")
    ALL = "all", _("every comment")


class DiscussionSettings(models.Model):
    """What the publication has decided about its discussion: one row."""

    hold = models.CharField(_("hold for a moderator"), max_length=7, choices=Hold, default=Hold.LINKS)
    tell_address = models.EmailField(
        _("tell about held comments"),
        blank=True,
        help_text=_("A mail to this address, at most once an hour. Empty: none."),
    )

    class Meta:
        verbose_name = _("settings of the discussion")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_discussion_settings")]

    def __str__(self) -> str:
        return self.hold

    @classmethod
    def load(cls) -> Self:
        """Return the settings, or unsaved defaults before anybody has chosen."""
        return _settings.first(1) or cls(pk=1)


_settings: Prepared[Any] = Prepared(lambda: DiscussionSettings.objects.filter(pk=0))
