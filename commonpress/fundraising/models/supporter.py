from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Supporter(models.Model):
    """Somebody who gives. Names and addresses of givers are here and nowhere else.

    Books keep pointing at the row after it is erased; it then says nothing.
    """

    name = models.CharField(_("name"), max_length=120, blank=True)
    public_name = models.CharField(
        _("name shown to readers"), max_length=60, blank=True, help_text=_("Empty: not shown anywhere.")
    )
    email = models.EmailField(_("e-mail address"), blank=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("supporter")
        verbose_name_plural = _("supporters")
        indexes = [models.Index(Lower("email"), name="supporter_by_address")]

    def __str__(self) -> str:
        return self.name or self.email or str(_("a supporter without a name"))
