"""What a form asks of somebody who wants to be told of a discussion: of what, how often, and where."""

from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonpress.accounts.models import Person, Writer
from commonpress.discussion.topics import What
from commonpress.notices.models import Pace

LONGEST_ADDRESS = 254


class TellFields(forms.Form):
    """Fields of a form with a `writer`: a person is told at their own address, everybody else gives one."""

    writer: Writer | None

    tell = forms.CharField(required=False)
    # Empty is at once.
    pace = forms.CharField(required=False)
    address = forms.CharField(required=False)

    no_address: str | Promise = gettext_lazy(
        "Please give an e-mail address, as in name@host.example, or choose “nothing”."
    )

    def clean_tell(self) -> What | None:
        chosen = self.cleaned_data["tell"]
        if chosen and chosen not in What.values:
            raise forms.ValidationError(_("Please choose from the list what we shall tell you of."))
        return What(chosen) if chosen else None

    def clean_pace(self) -> Pace:
        chosen = self.cleaned_data["pace"]
        return Pace(chosen) if chosen in Pace.values else Pace.NOW

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        if isinstance(self.writer, Person) or not self.cleaned_data.get("tell"):
            return ""
        try:
            validate_email(address)
        except forms.ValidationError:
            address = ""
        if not address or len(address) > LONGEST_ADDRESS:
            raise forms.ValidationError(str(self.no_address))
        return address


class FollowForm(TellFields):
    """The same for who follows a discussion without writing in it: something has to be chosen, and replies are to nobody."""

    no_address = gettext_lazy("This is not an e-mail address. Please look it over.")

    def __init__(self, *args: Any, writer: Writer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writer = writer

    def clean_tell(self) -> What | None:
        chosen = super().clean_tell()
        if chosen is None or (chosen == What.REPLIES and self.writer is None):
            raise forms.ValidationError(_("Please choose from the list what we shall tell you of."))
        return chosen
