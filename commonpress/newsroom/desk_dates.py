"""Date fields of the desk that leave alone what was typed.

Wagtail's picker replaces what it cannot read, on leaving the field, by today; a gift typed as 30.10.2026 was booked
for the wrong month, and the server never saw it. Without that the form answers with a sentence.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

AS_TYPED = {"validateOnBlur": False}
# What a form says of a day it cannot read.
DAY_AS_IN = _("Write the day as in 2026-10-30: year, month, day.")


class DateInput(AdminDateInput):
    def get_config(self) -> dict[str, Any]:
        return super().get_config() | AS_TYPED


class DateTimeInput(AdminDateTimeInput):
    def get_config(self) -> dict[str, Any]:
        return super().get_config() | AS_TYPED


def use() -> None:
    """Let every form Wagtail makes for a model have them."""
    register_form_field_override(models.DateField, override={"widget": DateInput})
    register_form_field_override(models.DateTimeField, override={"widget": DateTimeInput})
