"""The beginning: the one-time set-up page, and what the owner does next."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from commonpress.accounts.forms import NameField
from commonpress.accounts.models import Person
from commonpress.accounts.rules import is_staff_here
from commonpress.accounts.sign_in import open_session
from commonpress.lib.refusals import require
from commonpress.lib.text import clean_line
from commonpress.newsroom.actions.set_up import AlreadySetUp, Beginning, is_set_up, may_set_up, set_up
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.publication_form import currencies, zones


class SetUpForm(forms.Form):
    name = forms.CharField(label=_("Name of the publication"), max_length=80)
    language = forms.ChoiceField(label=_("Language it is written in"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("A day and a month of the paper begin at midnight here.")
    )
    currency = forms.ChoiceField(label=_("Currency gifts are counted in"), choices=currencies)
    owner_name = NameField()
    owner_email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it. Readers see it as the contact until you change that."),
    )
    owner_password = forms.CharField(
        label=_("A password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least ten characters, or empty. You can sign in with a code by mail as well; "
            "later a passkey is safer than both."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_name"].label = _("Your name")
        self.fields["owner_email"].widget.attrs["autocomplete"] = "email"

    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write the publication's name."))
        return name

    def clean_owner_password(self) -> str | None:
        password = str(self.cleaned_data["owner_password"])
        if password:
            person = Person(
                email=self.cleaned_data.get("owner_email", ""), display_name=self.cleaned_data.get("owner_name", "")
            )
            validate_password(password, person)
        return password or None


@sensitive_post_parameters("owner_password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def begin(request: HttpRequest, token: str) -> HttpResponse:
    require(not is_set_up(), AlreadySetUp)
    if not may_set_up(token):
        raise Http404
    form = SetUpForm(request.POST or None, initial={"zone": "UTC", "currency": "EUR", "language": "en"})
    if request.method == "POST" and form.is_valid():
        owner = set_up(token, Beginning(**form.cleaned_data))
        # Whoever holds the address printed at start runs the machine; that is proof enough for the first session.
        open_session(request, owner, because="set-up")
        return redirect("first_steps")
    return render(request, "newsroom/set_up/begin.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@never_cache
@login_required
def first_steps(request: HttpRequest) -> HttpResponse:
    require(is_staff_here(request.user))
    context = {
        "stories": Story.objects.count(),
        "drafts": PlainPage.objects.filter(live=False).order_by("position"),
        "set_up": Publication.load(),
        "has_mail_server": bool(settings.EMAIL_HOST),
    }
    return render(request, "newsroom/set_up/first_steps.html", context)
