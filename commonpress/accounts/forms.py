"""The forms of signing in and of one's own account, in our words."""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from commonpress.accounts.models import Person
from commonpress.accounts.renaming import may_be_called
from commonpress.lib.text import clean_line


class SignInForm(LoginForm):
    """E-mail address and, for those who set one, a password; without it a code is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        password = self.fields["password"]
        password.required = False
        password.label = _("Password")
        password.help_text = _("Empty, if you have none or forgot it: we send you a code.")

    def _setup_password_field(self) -> None:
        """Keep the password field, though accounts are made without a password."""


class NameField(forms.CharField):
    """The name readers see: one visible line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, label=_("Name shown to readers"), **kwargs)
        self.widget.attrs["autocomplete"] = "nickname"

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")


def require_free(name: str, person: Person | None) -> str:
    """Return the name; None stands for somebody who only now joins."""
    if not may_be_called(name, person):
        raise ValidationError(_("Somebody who works here has this name. Please choose another."))
    return name


class JoinForm(SignupForm):
    display_name = NameField(help_text=_("Stands beside your comments. It need not be your full name."))
    field_order = ("email", "display_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("Only for signing in and for the mail you ask for; never shown.")

    def clean_display_name(self) -> str:
        return require_free(self.cleaned_data["display_name"], None)


class NameForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    display_name = NameField(required=False, help_text=_("Stands beside your comments. Empty: none is shown."))

    class Meta:
        model = Person
        fields = ["display_name"]

    def clean_display_name(self) -> str:
        return require_free(self.cleaned_data["display_name"], self.instance)


class DeletionForm(forms.Form):
    """The account's own address, typed to be sure."""

    email = forms.EmailField(label=_("Type your e-mail address to confirm"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["email"].widget.attrs["autocomplete"] = "off"

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email.lower() != self.person.email.lower():
            raise ValidationError(_("This is not the address of this account."))
        return email
