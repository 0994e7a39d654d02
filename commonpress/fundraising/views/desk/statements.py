"""The screens of bank statements: reading a file, saying how a table is laid out, looking, taking."""

import secrets
from typing import Any

from django import forms
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from commonpress.fundraising.actions.movements import book_new
from commonpress.fundraising.actions.statements import drop_statement, read_in, take_statement
from commonpress.fundraising.forms.statement_sentences import sentence_of
from commonpress.fundraising.forms.statements import (
    LayoutForm,
    MappingForm,
    StatementFileForm,
    received_and_promised,
)
from commonpress.fundraising.models.statement import Movement, StatementImport
from commonpress.fundraising.queries import statements as queries
from commonpress.fundraising.statements.accounts import hide_accounts
from commonpress.fundraising.statements.guesses import kind_of, layout_of
from commonpress.fundraising.statements.problems import StatementProblem
from commonpress.fundraising.statements.table import Mapping, header_of, rows_of
from commonpress.fundraising.views.desk.screens import FormScreen, ListScreen, amount_in_column
from commonpress.lib import formats
from commonpress.newsroom.middleware import publication_of

# A table waits in memory, and nowhere else, until it is said what its columns mean.
TABLE_WAITS_SECONDS = 30 * 60
ROWS_SHOWN = 4
MOVEMENTS_SHOWN = 100
# What a person waits for; the clock books the rest.
SECONDS_TO_BOOK = 10


def days_shown(statement: StatementImport) -> str:
    language = get_language() or "en"
    days = dict.fromkeys([statement.first_on, statement.last_on])
    return " – ".join(formats.day(day, language) for day in days)


def state_shown(statement: StatementImport) -> str:
    if statement.taken_at is None:
        return _("looked at, not booked")
    return _("booked")


class StatementList(ListScreen):
    page_title = gettext_lazy("Bank statements")
    header_icon = "table"
    index_url_name = "fundraising_desk:statements"
    verbose_name_plural = gettext_lazy("bank statements")
    columns = [
        TitleColumn(
            "days",
            label=gettext_lazy("Days"),
            accessor=days_shown,
            get_url=lambda statement: reverse("fundraising_desk:statement", args=[statement.pk]),
        ),
        Column("file_name", label=gettext_lazy("File")),
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display"),
        Column("movements_in_file", label=gettext_lazy("Movements"), classname="amount"),
        Column("known_before", label=gettext_lazy("Known before"), classname="amount"),
        Column("state", label=gettext_lazy("State"), accessor=state_shown),
    ]

    def get_base_queryset(self) -> QuerySet[StatementImport]:
        return StatementImport.objects.defer("records")

    def get_header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Read a statement"), url=reverse("fundraising_desk:read_statement"), icon_name="upload")]


class StatementForm(FormScreen):
    header_icon = "table"
    list_name = "fundraising_desk:statements"
    list_title = gettext_lazy("Bank statements")


class ReadStatement(StatementForm):
    page_title = gettext_lazy("Read a bank statement")
    submit_label = gettext_lazy("Read it")
    form_class = StatementFileForm

    def form_valid(self, form: Any) -> HttpResponse:
        file = form.cleaned_data["file"]
        raw = file.read()
        try:
            if kind_of(raw) == "csv":
                return redirect("fundraising_desk:lay_out_table", keep_table(raw, file.name, self.by.pk))
            statement = read_in(raw, file_name=file.name)
        except StatementProblem as problem:
            form.add_error("file", sentence_of(problem))
            return self.form_invalid(form)
        return redirect("fundraising_desk:statement", statement.pk)


def keep_table(raw: bytes, name: str, person: int) -> str:
    token = secrets.token_urlsafe(16)
    # One a person: the next takes its place.
    cache.set(f"statement:{person}", (token, raw, name), timeout=TABLE_WAITS_SECONDS)
    return token


class LayOutTable(StatementForm):
    """Say what the columns of a table mean; the answer is remembered for the next file."""

    template_name = "fundraising/desk/table.html"
    page_title = gettext_lazy("What stands where?")
    submit_label = gettext_lazy("Read it like this")
    form_class = MappingForm
    raw: bytes
    file_name: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        token, raw, name = cache.get(f"statement:{request.user.pk}") or ("", b"", "")
        self.raw, self.file_name = (raw, name) if token == kwargs["token"] else (b"", "")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.raw else self.ask_again()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.raw:
            return self.ask_again()
        if "look" in request.POST:
            return self.render_to_response(self.get_context_data(form=self.looked_at_again()))
        return super().post(request, *args, **kwargs)

    def ask_again(self) -> HttpResponse:
        messages.warning(
            self.request, _("The file has waited too long. Choose it once more; its layout is remembered.")
        )
        return redirect("fundraising_desk:read_statement")

    def looked_at_again(self) -> MappingForm:
        """Return the form with the columns that another separator, line or encoding makes of the file."""
        layout = LayoutForm(self.request.POST)
        typed = {name: self.request.POST.get(name, "") for name in MappingForm.base_fields}
        form = MappingForm(self.columns(self.layout()), initial=typed)
        if not layout.is_valid():
            messages.error(self.request, _("The line, the separator or the encoding is not right yet."))
        return form

    def layout(self) -> Mapping:
        """Return how the table is cut into columns: as was sent, else as it was the last time, else as it seems."""
        guessed = layout_of(self.raw)
        sent = LayoutForm(self.request.POST)
        if sent.is_valid():
            return Mapping.from_json({**guessed.as_json(), **sent.cleaned_data})
        remembered = queries.last_mapping()
        if remembered is not None:
            last = Mapping.from_json(remembered)
            if set(last.columns) <= set(self.columns(last)):
                return last
        return guessed

    def columns(self, layout: Mapping) -> list[str]:
        try:
            rows = rows_of(self.raw, encoding=layout.encoding, delimiter=layout.delimiter)
            return header_of(rows, layout.header_line)
        except StatementProblem:
            return []

    def sample(self, layout: Mapping) -> list[list[str]]:
        try:
            rows = rows_of(self.raw, encoding=layout.encoding, delimiter=layout.delimiter)
        except StatementProblem:
            return []
        shown = [row for line, row in rows if line >= layout.header_line][: ROWS_SHOWN + 1]
        return [[hide_accounts(cell) for cell in row] for row in shown]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"columns": self.columns(self.layout())}

    def get_initial(self) -> dict[str, Any]:
        initial = self.layout().as_json()
        return initial | {"only_currency": initial["only_currency"] or publication_of(self.request).currency}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        header, *sample = self.sample(self.layout()) or [[]]
        return super().get_context_data(**kwargs) | {"header": header, "sample": sample, "file_name": self.file_name}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            statement = read_in(self.raw, file_name=self.file_name, mapping=form.mapping)
        except StatementProblem as problem:
            form.complain(problem)
            return self.form_invalid(form)
        return redirect("fundraising_desk:statement", statement.pk)


class StatementScreen(StatementForm):
    """What a file would do, with the button that does it; afterwards, what it did."""

    template_name = "fundraising/desk/statement.html"
    submit_label = gettext_lazy("Book it")
    form_class = forms.Form

    @property
    def statement(self) -> StatementImport:
        if not hasattr(self, "_statement"):
            self._statement = get_object_or_404(StatementImport, pk=self.kwargs["pk"])
        return self._statement

    def get_page_title(self) -> str:
        return self.statement.file_name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        statement = self.statement
        facts = [
            (_("Days"), days_shown(statement)),
            (_("Kind"), statement.get_kind_display()),
            (_("Account"), statement.account or _("The file does not say.")),
        ]
        found = preview_of(statement) if statement.taken_at is None else outcome_of(statement)
        return super().get_context_data(**kwargs) | found | {"facts": facts, "statement": statement}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "drop" in request.POST and self.statement.taken_at is None:
            drop_statement(self.statement)
            return self.done(_("The file is forgotten. Nothing was booked."))
        take_statement(self.statement, by=self.by)
        left = book_new(seconds=SECONDS_TO_BOOK)
        waiting = Movement.objects.filter(statement=self.statement, state=Movement.State.QUEUED).count()
        if left:
            messages.info(request, _("It is being booked. Come back in a minute to see the rest."))
        elif waiting:
            words = ngettext(
                "Booked. %(count)s movement waits for you.", "Booked. %(count)s movements wait for you.", waiting
            )
            messages.success(request, words % {"count": waiting})
        else:
            messages.success(request, _("Booked. Nothing waits for you."))
        return redirect("fundraising_desk:statement", self.statement.pk)


def preview_of(statement: StatementImport) -> dict[str, Any]:
    plan = queries.preview(statement)
    language = get_language() or "en"
    rows = [
        {
            "day": formats.short_day(one.movement.booked_on, language),
            "amount": amount_in_column(one.movement.amount),
            "payer": one.movement.payer.name,
            "text": one.movement.text,
            "becomes": becomes(one),
        }
        for one in plan.planned
        if one.decision.outcome != "ignore"
    ]
    return {
        "is_taken": False,
        "counts": [
            (_("matched by their reference"), plan.count("book") + plan.count("entered")),
            (_("for you to settle"), plan.count("queue")),
            (_("known already"), plan.known),
            (_("went out"), plan.count("ignore")),
        ],
        "sums": [amount_in_column(money) for money in plan.booked],
        "rows": rows[:MOVEMENTS_SHOWN],
        "rows_left": max(0, len(rows) - MOVEMENTS_SHOWN),
    }


def becomes(one: queries.Planned) -> str:
    if one.standing == "known":
        return _("known already")
    if one.decision.outcome == "queue":
        return str(Movement.Why(one.decision.why).label)
    if one.decision.outcome == "entered":
        return str(Movement.Why.ENTERED.label)
    parts = [
        ", ".join(filter(None, [f"{reference[:4]} {reference[4:]}", received_and_promised(amount, promised)]))
        for (reference, amount), promised in zip(one.decision.parts, one.promised, strict=True)
    ]
    return _("pledge %(words)s") % {"words": "; ".join(parts)}


def outcome_of(statement: StatementImport) -> dict[str, Any]:
    states = list(statement.movements.values_list("state", flat=True))
    counts = [(label, states.count(state)) for state, label in Movement.State.choices if state in states]
    return {
        "is_taken": True,
        "counts": [*counts, (_("known already"), statement.known_before)],
        "waiting": states.count(Movement.State.QUEUED),
    }
