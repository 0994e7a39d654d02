"""The treasurer's forms for bank statements: the file, how a table is laid out, and what a movement becomes."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.actions.movements import Part
from commonpress.fundraising.actions.supporters import Giver
from commonpress.fundraising.amounts import amount_text, column_text
from commonpress.fundraising.currencies import UnknownCurrency, currency_of
from commonpress.fundraising.forms.books import NO_NAMES_IN_NOTES
from commonpress.fundraising.forms.fields import AmountField
from commonpress.fundraising.forms.statement_sentences import sentence_of
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.statement import Movement
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.statements.problems import Fault, StatementProblem
from commonpress.fundraising.statements.records import MOST_BYTES
from commonpress.fundraising.statements.table import DELIMITERS, ENCODINGS, Mapping
from commonpress.lib.text import clean_line

MOST_PARTS = 4
Choices = list[tuple[str, str | Promise]]


class StatementFileForm(forms.Form):
    file = forms.FileField(
        label=_("File from your bank"),
        help_text=_(
            "CAMT.053, MT940 or a table (CSV), up to 5 MB. You see what it would do before anything is booked."
        ),
        allow_empty_file=True,
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        # Before it is read: what is too large is not taken into memory.
        if file.size and file.size > MOST_BYTES:
            raise forms.ValidationError(sentence_of(StatementProblem("too_large")))
        return file


class LayoutForm(forms.Form):
    """Where the table begins and how it is written: this decides which columns there are."""

    header_line = forms.IntegerField(
        label=_("Line with the names of the columns"), min_value=1, max_value=100, help_text=_("Mostly the first.")
    )
    delimiter = forms.ChoiceField(
        label=_("Separator"),
        choices=list(
            zip(DELIMITERS, (_("comma ,"), _("semicolon ;"), _("tabulator"), _("vertical bar |")), strict=True)
        ),
    )
    encoding = forms.ChoiceField(label=_("Encoding"), choices=[(name, name) for name in ENCODINGS])


class MappingForm(LayoutForm):
    """What stands in which column."""

    booked_on = forms.ChoiceField(label=_("Day of booking"))
    date_order = forms.ChoiceField(
        label=_("Order of the day"),
        choices=[("DMY", _("day, month, year")), ("MDY", _("month, day, year")), ("YMD", _("year, month, day"))],
    )
    amount = forms.ChoiceField(
        label=_("Amount"), required=False, help_text=_("One column, with a minus for what went out; or two, below.")
    )
    credit = forms.ChoiceField(label=_("Money in"), required=False)
    debit = forms.ChoiceField(label=_("Money out"), required=False)
    decimal_mark = forms.ChoiceField(
        label=_("Decimal mark"), choices=[(",", _("comma, as in 1.234,50")), (".", _("point, as in 1,234.50"))]
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    only_currency = forms.CharField(
        label=_("Currency of the account"), max_length=3, required=False, help_text=_("Where no column says it.")
    )
    payer = forms.ChoiceField(label=_("Name of who sent it"), required=False)
    payer_account = forms.ChoiceField(
        label=_("Their account"), required=False, help_text=_("Only a mark and the last four characters are kept.")
    )
    text = forms.ChoiceField(label=_("Text of the transfer"))
    text_2 = forms.ChoiceField(label=_("More of the text"), required=False)
    bank_id = forms.ChoiceField(
        label=_("The bank's own number"), required=False, help_text=_("Only one that no two movements of a day share.")
    )
    account = forms.ChoiceField(
        label=_("Your own account"), required=False, help_text=_("A statement of another one is then noticed.")
    )

    COLUMNS = ("booked_on", "amount", "credit", "debit", "currency", "payer", "payer_account", "text", "text_2")

    def __init__(self, columns: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*self.COLUMNS, "bank_id", "account"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "–"), *((column, column) for column in columns if column)]

    def clean_only_currency(self) -> str:
        code = self.cleaned_data["only_currency"].upper()
        try:
            return currency_of(code).code if code else ""
        except UnknownCurrency:
            raise forms.ValidationError(_("No currency has this code. Write it as in EUR or USD.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("amount") and not (cleaned.get("credit") and cleaned.get("debit")):
            self.add_error("amount", _("Choose the column of the amount, or both of money in and money out."))
        if not cleaned.get("currency") and not cleaned.get("only_currency") and "only_currency" not in self.errors:
            self.add_error("only_currency", _("Choose the column of the currency, or write the one of the account."))
        return cleaned

    @property
    def mapping(self) -> Mapping:
        return Mapping.from_json(self.cleaned_data)

    def complain(self, problem: StatementProblem) -> None:
        """Put what is wrong with the file beside the field that may mend it."""
        fields: dict[Fault, str] = {
            "encoding": "encoding",
            "quotes": "delimiter",
            "truncated": "delimiter",
            "no_header": "header_line",
            "day": "date_order",
            "day_to_come": "date_order",
            "amount": "decimal_mark",
            "decimals": "decimal_mark",
            "direction": "credit" if self.cleaned_data.get("credit") else "amount",
            "currency": "currency",
            "another_account": "account",
            "several_accounts": "account",
        }
        self.add_error(fields.get(problem.fault, "booked_on"), sentence_of(problem))


class SettleForm(forms.Form):
    """What came becomes a gift or several; each row is a pledge or a drive, and how much goes there."""

    def __init__(
        self, movement: Movement, pledges: list[Pledge], supporters: list[Supporter], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.movement = movement
        self.targets: dict[str, Pledge | Drive] = {f"pledge:{pledge.reference}": pledge for pledge in pledges}
        self.targets |= {f"drive:{drive.pk}": drive for drive in Drive.objects.all()}
        self.supporters = {str(supporter.pk): supporter for supporter in supporters}
        choices = [("", "–"), *((key, words_for(target, movement.amount)) for key, target in self.targets.items())]
        for number in range(1, MOST_PARTS + 1):
            is_first = number == 1
            self.fields[f"to_{number}"] = forms.ChoiceField(
                label=_("Book it as") if is_first else _("and as"), choices=choices, required=is_first
            )
            self.fields[f"amount_{number}"] = AmountField(
                movement.currency,
                label=_("Amount"),
                required=is_first,
                initial=movement.amount if is_first else None,
            )
        if supporters:
            self.fields["giver"] = forms.ChoiceField(
                label=_("Gave before from this account"),
                choices=[("", _("somebody else, or anonymous")), *((str(one.pk), str(one)) for one in supporters)],
                required=False,
            )
        self.fields["name"] = forms.CharField(
            label=_("Name of the supporter"),
            max_length=60,
            required=False,
            help_text=_("For a gift without a pledge. Empty: anonymous."),
        )
        self.fields["email"] = forms.EmailField(
            label=_("E-mail address"),
            required=False,
            help_text=_("Thanks are sent there. The same address is the same supporter."),
        )
        self.fields["note"] = forms.CharField(
            label=_("Note for the books"), max_length=200, required=False, help_text=NO_NAMES_IN_NOTES
        )

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        parts: list[Part] = []
        for number in range(1, MOST_PARTS + 1):
            target, amount = self.targets.get(cleaned.get(f"to_{number}", "")), cleaned.get(f"amount_{number}")
            if target is not None and amount is not None:
                parts.append(Part(amount, target))
            elif target is not None and f"amount_{number}" not in self.errors:
                self.add_error(f"amount_{number}", _("Write how much of it goes there."))
            elif amount is not None and number > 1:
                self.add_error(f"to_{number}", _("Choose where this part goes."))
        pledges = [part.to for part in parts if isinstance(part.to, Pledge)]
        if len(pledges) != len(set(pledges)):
            self.add_error("to_2", _("A pledge is received once: give it the whole of its part."))
        if not self.errors and sum(part.amount.minor for part in parts) != self.movement.amount_minor:
            came = amount_text(self.movement.amount, get_language() or "en")
            self.add_error("amount_1", _("The parts do not come to %(amount)s.") % {"amount": came})
        return cleaned | {"parts": parts}

    @property
    def giver(self) -> Supporter | Giver:
        known = self.supporters.get(self.cleaned_data.get("giver", ""))
        # What is typed was never shown to be anybody's wish to be named.
        return known or Giver(self.cleaned_data["name"], self.cleaned_data["email"], may_be_named=False)


class TakeBackForm(forms.Form):
    """Money that went out again: of which gift, or of which refund that was decided before."""

    note = forms.CharField(label=_("Note for the books"), max_length=200, required=False, help_text=NO_NAMES_IN_NOTES)

    def __init__(self, gifts: list[Gift], refunds: list[Refund], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets: dict[str, Gift | Refund] = {refund.public_id: refund for refund in refunds}
        self.targets |= {gift.public_id: gift for gift in gifts}
        choices = [("", "–"), *((public_id, words_for_back(target)) for public_id, target in self.targets.items())]
        self.fields["gift"] = forms.ChoiceField(
            label=_("The gift that went back"),
            choices=choices,
            help_text=_(
                "Where it is more than one person takes back alone, ask for the refund on the gift's own page first. It"
                " stands here once it is approved."
            ),
        )
        self.order_fields(["gift", "note"])

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])


class LeaveOutForm(forms.Form):
    """Why a movement is no gift."""

    note = forms.CharField(
        label=_("Note for the books"),
        max_length=200,
        error_messages={"required": _("Write why it is no gift: whoever audits the books will ask.")},
    )

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])


def words_for(target: Pledge | Drive, came: Money) -> str:
    """Return what is chosen. `came`: all of the movement, of which a pledge may be only a part."""
    if isinstance(target, Drive):
        return str(_("a new gift for “%(drive)s”")) % {"drive": target.title}
    parts = [
        target.grouped_reference,
        promised_of(target.amount, came),
        str(target.supporter or ""),
        "" if target.is_open else target.get_state_display(),
    ]
    return str(_("pledge %(words)s")) % {"words": ", ".join(part for part in parts if part)}


def promised_of(promised: Money, came: Money) -> str:
    language = get_language() or "en"
    if promised == came:
        return amount_text(promised, language)
    return str(_("promised %(promised)s")) % {"promised": column_text(promised, language)}


def received_and_promised(received: Money, promised: Money) -> str:
    """Return both amounts in words, or empty where what came is what was promised."""
    if received == promised:
        return ""
    language = get_language() or "en"
    words = {"received": column_text(received, language), "promised": column_text(promised, language)}
    return str(_("received %(received)s, promised %(promised)s")) % words


def words_for_back(target: Gift | Refund) -> str:
    if isinstance(target, Gift):
        return words_for_gift(target)
    words = {"state": target.get_state_display(), "gift": words_for_gift(target.gift)}
    return str(_("refund (%(state)s) of: %(gift)s")) % words


def words_for_gift(gift: Gift) -> str:
    day = gift.occurred_at.astimezone(gift.drive.zone_info).date().isoformat()
    parts = [day, amount_text(gift.amount, get_language() or "en"), str(gift.supporter or ""), str(gift.drive)]
    return ", ".join(part for part in parts if part)
