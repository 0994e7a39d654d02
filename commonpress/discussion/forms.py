"""What readers and moderators may send, and the sentences that say what is wrong with it."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonpress.accounts.models import Person, Writer
from commonpress.accounts.names import mixes_alphabets
from commonpress.discussion import markup, rules
from commonpress.discussion.models import DiscussionSettings, Hold, RemovalReason
from commonpress.discussion.tell_fields import TellFields
from commonpress.lib import text as lib_text


class WordingForm(forms.Form):
    """What a comment says."""

    text = forms.CharField(required=False, strip=False)

    def __init__(self, *args: Any, writer: Writer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writer = writer
        self.html = ""

    def clean_text(self) -> str:
        typed: str = self.cleaned_data["text"]
        # The cap stands before everything that reads the text letter by letter.
        if len(typed) > markup.LONGEST_TEXT:
            raise forms.ValidationError(
                _("A comment has room for %(most)s characters; this one has %(typed)s. Please shorten it."),
                params={"most": markup.LONGEST_TEXT, "typed": len(typed)},
            )
        text = markup.clean_text(typed)
        if not text:
            raise forms.ValidationError(_("Please write something first."))
        # Kept for whoever shows or posts the text: rendering is the dearest part of a request.
        self.html = markup.render(text)
        if not self.html:
            raise forms.ValidationError(_("Nothing in this can be shown. Please write it in words."))
        return text

    def clean(self) -> dict[str, Any] | None:
        if isinstance(self.writer, Person) and not rules.may_use_name_of(self.writer):
            # A person's form shows no name, so the sentence stands at the text.
            self.add_error(
                "text",
                format_html(
                    _(
                        "Somebody who works here has the name your account shows. "
                        'Please choose another on <a href="{}">your account page</a>, then post this again.'
                    ),
                    reverse("accounts:mine"),
                ),
            )
        return super().clean()


class CommentForm(WordingForm, TellFields):
    """A comment or a reply; a guest's comes with a name or none."""

    name = forms.CharField(required=False, strip=False)

    def clean_name(self) -> str:
        return "" if isinstance(self.writer, Person) else name_of_guest(self.cleaned_data["name"])


def name_of_guest(typed: str) -> str:
    """Return a name a guest typed, cleaned. Raises ValidationError where they cannot have it."""
    if not typed:
        return typed
    # Letters may consist of several characters, but not of any number.
    name = markup.clean_name(typed) if len(typed) <= 8 * markup.LONGEST_NAME else typed
    if (
        len(typed) > 8 * markup.LONGEST_NAME
        or lib_text.length(name) > markup.LONGEST_NAME
        or len(name) > markup.LONGEST_STORED_NAME
    ):
        raise forms.ValidationError(
            _("A name has room for %(most)s letters. Please shorten it."), params={"most": markup.LONGEST_NAME}
        )
    if rules.is_protected_name(name):
        raise forms.ValidationError(_("Somebody who works here has this name. Please choose another, or none."))
    if rules.is_supporters_name(name):
        raise forms.ValidationError(
            _("A supporter of the paper has this name. Please choose another, or none; if it is yours, sign in.")
        )
    if mixes_alphabets(name):
        raise forms.ValidationError(
            _("A word of this name has letters of two alphabets. Please write each word in one, or use no name.")
        )
    return name


class ClaimForm(forms.Form):
    """Where a guest can be written to who wants to keep their comments."""

    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": gettext_lazy("Please give your e-mail address."),
            "invalid": gettext_lazy("This is not an e-mail address. Please look it over."),
        },
    )


class RemovalForm(forms.Form):
    reason = forms.ChoiceField(
        choices=RemovalReason.choices,
        error_messages={
            "required": gettext_lazy("Please choose a reason. Readers and the writer see it."),
            "invalid_choice": gettext_lazy("Please choose a reason. Readers and the writer see it."),
        },
    )
    note = forms.CharField(
        required=False,
        max_length=400,
        error_messages={
            "max_length": gettext_lazy(
                "A note has room for %(limit_value)d letters; this one has %(show_value)d. Please shorten it."
            )
        },
    )


class RestoringForm(forms.Form):
    reason = forms.CharField(
        max_length=400,
        error_messages={
            "required": gettext_lazy("Please give a reason. Colleagues see it beside the removal."),
            "max_length": gettext_lazy(
                "A reason has room for %(limit_value)d letters; this one has %(show_value)d. Please shorten it."
            ),
        },
    )


class ErasureForm(forms.Form):
    sure = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Nothing was erased. Please confirm that it shall be: it cannot be undone.")
        }
    )


class SettingsForm(forms.ModelForm[DiscussionSettings]):
    class Meta:
        model = DiscussionSettings
        fields = ["hold", "tell_address"]
        widgets = {"hold": forms.RadioSelect(choices=Hold.choices)}


class AcceptanceForm(forms.Form):
    text = forms.CharField(
        max_length=1000,
        error_messages={"required": gettext_lazy("Please say what was wrong and what is right. Readers see it.")},
    )
    credit = forms.CharField(max_length=120, required=False)


class DecliningForm(forms.Form):
    note = forms.CharField(
        max_length=400, error_messages={"required": gettext_lazy("Please give a reason. The reader sees it.")}
    )
