from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class Redirect(models.Model):
    """An address that used to lead somewhere: of the paper's earlier software, or before a change of slug.

    `old` is a path as in "/2019/05/the-story/", or a WordPress query as in "?p=123".
    """

    # An old address is no place where an editor used a page or a photo.
    wagtail_reference_index_ignore = True

    old = models.CharField(_("old address"), max_length=500, unique=True)
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # Its file has another name after each change of the picture, so the name is asked for when somebody comes.
    photo = models.ForeignKey("newsroom.Photo", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    new = models.CharField(_("new address"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("redirect")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(page__isnull=False, photo__isnull=True, new="")
                | models.Q(page__isnull=True, photo__isnull=False, new="")
                | models.Q(page__isnull=True, photo__isnull=True, new__gt=""),
                name="redirect_leads_somewhere_once",
            )
        ]

    def __str__(self) -> str:
        return self.old
