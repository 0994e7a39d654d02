"""The form of the publication: what an owner changes without an operator."""

from typing import Any
from zoneinfo import available_timezones

from babel.core import Locale
from babel.numbers import get_territory_currencies
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList


def currencies() -> list[tuple[str, str]]:
    """Return the currencies in use somewhere today, each with its name in the language of the desk."""
    locale = Locale.parse(get_language() or "en", sep="-")
    in_use = {code for territory in Locale("en").territories for code in get_territory_currencies(str(territory))}
    return sorted((code, f"{code} · {locale.currencies.get(code, code)}") for code in in_use)


def zones() -> list[tuple[str, str]]:
    """Return the zones named after places, and UTC; "Etc/GMT+5" and the like mean the opposite of what they say."""
    named = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in named)]


class PublicationForm(WagtailAdminModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("A day and a year of the paper begin at midnight here.")
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=currencies,
        help_text=_("New drives are counted in it; drives that run keep theirs."),
    )

    def clean_spot_colour(self) -> Any:
        return self.cleaned_data["spot_colour"].lower()


publication_screen = ObjectList(
    [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("tagline"),
                FieldPanel(
                    "logo",
                    help_text=_("The paper's icon, and what search engines show. The nameplate is set in type."),
                ),
                FieldPanel("spot_colour", widget=forms.TextInput(attrs={"type": "color"})),
            ],
            heading=_("Nameplate"),
        ),
        MultiFieldPanel(
            [FieldPanel("place"), FieldPanel("language"), FieldPanel("zone"), FieldPanel("currency")],
            heading=_("Place, language and time"),
        ),
        MultiFieldPanel([FieldPanel("owner_name"), FieldPanel("contact_email")], heading=_("Who answers for it")),
        MultiFieldPanel(
            [FieldPanel("call_before"), FieldPanel("call_after")],
            heading=_("Calls for support"),
        ),
        FieldPanel("house_rules"),
    ],
    base_form_class=PublicationForm,
)
