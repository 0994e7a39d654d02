import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonpress.fundraising.amounts import read_amount, typed_text
from commonpress.fundraising.forms.books import read_or_complain
from commonpress.fundraising.models.drive import Drive, require_currency
from commonpress.fundraising.money import Money, WrongAmount
from commonpress.fundraising.queries import books
from commonpress.lib import once
from commonpress.lib.text import clean_line
from commonpress.newsroom.desk_dates import DAY_AS_IN, DateInput

MOST_TICKS = 6
# What gifts and pledges already made were counted by.
FIXED_ONCE_COUNTED = ("kind", "currency", "reset_day", "counts")


class DriveForm(forms.ModelForm[Drive]):
    once = forms.CharField(widget=forms.HiddenInput, required=False, initial=once.new_key)
    goal = forms.CharField(
        label=gettext_lazy("Goal"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Empty: the meter shows the sum without a ruler."),
    )
    ticks_text = forms.CharField(
        label=gettext_lazy("Ticks on the ruler"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line: an amount, and after | the words under it, if not the amount itself, as in: 2500 | half way."
            " Empty: nothing, half and all of the goal."
        ),
    )
    suggestions_text = forms.CharField(
        label=gettext_lazy("Amounts to choose from"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Separated by semicolons, as in: 5; 10; 25; 50. Empty: five usual ones."),
    )
    refund_limit = forms.CharField(
        label=gettext_lazy("Refunds by one person up to"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Of one gift. Above it a second person who keeps the books is asked. Empty: 500."),
    )

    pool = forms.CharField(
        label=gettext_lazy("Matching pool"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("What is added to gifts in all, at most. Empty: nothing is added."),
    )

    class Meta:
        model = Drive
        fields = [
            "title",
            "purpose",
            "above_goal",
            "kind",
            "starts_on",
            "ends_on",
            "reset_day",
            "zone",
            "currency",
            "counts",
            "match_by",
            "match_percent",
            "is_visible",
            "is_current",
        ]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "above_goal": forms.Textarea(attrs={"rows": 2}),
            "starts_on": DateInput,
            "ends_on": DateInput,
        }
        error_messages = {"starts_on": {"invalid": DAY_AS_IN}, "ends_on": {"invalid": DAY_AS_IN}}

    def __init__(self, *args: Any, may_set_limits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_set_limits:
            self.fields["refund_limit"].disabled = True
            self.fields["refund_limit"].help_text = _("Only owners change it. Empty: 500.")
        zones = [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
        self.fields["zone"].widget = forms.Select(choices=zones)
        self.order_fields(
            [
                "title",
                "purpose",
                "currency",
                "goal",
                "ticks_text",
                "suggestions_text",
                "above_goal",
                "counts",
                "pool",
                "match_by",
                "match_percent",
                "kind",
            ]
        )
        if self.instance.pk:
            self.initial = {**self.initial, **as_typed(self.instance)}
            if books.has_counted(self.instance):
                for name in FIXED_ONCE_COUNTED:
                    self.fields[name].disabled = True
                    self.fields[name].help_text = _("Fixed since the first gift or pledge.")

    def _get_validation_exclusions(self) -> set[str]:
        # A drive made the current one takes the place of another: saving sees to it.
        return super()._get_validation_exclusions() | {"is_current"}  # type: ignore[misc]  # Django's own hook

    def clean_title(self) -> str:
        title = clean_line(self.cleaned_data["title"])
        is_new = not self.instance.pk or said(self.initial["title"]) != said(title)
        if is_new and said(title) in self.titles_of_others():
            raise forms.ValidationError(
                _(
                    "Another drive has this title already, and nobody could tell the two apart. Add what is different,"
                    " such as the year."
                )
            )
        return title

    def titles_of_others(self) -> set[str]:
        """Return the titles taken. What this form opened before is not another: it may have been sent twice."""
        others = Drive.objects.exclude(pk=self.instance.pk)
        if key := once.key_of(self.data):
            others = others.exclude(once_key=key)
        return {said(title) for title in others.values_list("title", flat=True)}

    def clean_match_by(self) -> str:
        return clean_line(self.cleaned_data["match_by"])

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        require_currency(code)
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "currency" in cleaned:
            self.clean_amounts(cleaned, cleaned["currency"])
        if cleaned.get("kind") == Drive.Kind.DATES:
            for name in ("starts_on", "ends_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A drive between two dates needs both."))
            if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
                self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned

    def clean_amounts(self, cleaned: dict[str, Any], currency: str) -> None:
        goal = read_or_complain(self, "goal", cleaned["goal"], currency) if cleaned.get("goal") else None
        self.instance.goal_minor = goal.minor if goal else None
        pool = read_or_complain(self, "pool", cleaned["pool"], currency) if cleaned.get("pool") else None
        self.instance.match_minor = pool.minor if pool else None
        limit = cleaned.get("refund_limit")
        refund_limit = read_or_complain(self, "refund_limit", limit, currency) if limit else None
        self.instance.refund_limit_minor = refund_limit.minor if refund_limit else None
        lines = cleaned.get("ticks_text", "").splitlines()
        ticks = [self.tick(line, currency) for line in lines if line.strip()]
        if len(ticks) > MOST_TICKS:
            self.add_error("ticks_text", _("Six ticks at most, or nobody can read them on a phone."))
        self.instance.ticks = sorted(tick for tick in ticks if tick is not None)
        suggestions = [
            read_or_complain(self, "suggestions_text", part.strip(), currency)
            for part in re.split(r"[;\n]", cleaned.get("suggestions_text", ""))
            if part.strip()
        ]
        self.instance.suggestions = sorted(money.minor for money in suggestions if money is not None)

    def tick(self, line: str, currency: str) -> list[Any] | None:
        amount, _bar, words = line.partition("|")
        try:
            return [read_amount(amount, currency, get_language() or "en").minor, clean_line(words)[:20]]
        except WrongAmount as wrong:
            if wrong.fault == "zero":
                return [0, clean_line(words)[:20]]
            problem = _("“%(line)s” does not begin with an amount.") % {"line": line.strip()[:40]}
            self.add_error("ticks_text", problem)
            return None


def said(title: str) -> str:
    """Return a title so that two are equal when they are read out as the same."""
    return clean_line(title).casefold()


def as_typed(drive: Drive) -> dict[str, str]:
    """Return the drive's amounts as its form holds them, so that they are read back the same."""
    language = get_language() or "en"

    def text(minor: int) -> str:
        return typed_text(Money(minor, drive.currency), language)

    return {
        "goal": text(drive.goal_minor) if drive.goal_minor else "",
        "pool": text(drive.match_minor) if drive.match_minor else "",
        "refund_limit": text(drive.refund_limit_minor) if drive.refund_limit_minor else "",
        "ticks_text": "\n".join(f"{text(minor)} | {words}" if words else text(minor) for minor, words in drive.ticks),
        "suggestions_text": "; ".join(text(minor) for minor in drive.suggestions),
    }
