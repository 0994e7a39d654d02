from itertools import zip_longest
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonpress.fundraising import rules
from commonpress.fundraising.actions.ownership import state_ownership
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.ownership import OwnershipForm
from commonpress.fundraising.models.ownership import OwnershipStatement
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.queries import large
from commonpress.fundraising.views.desk.screens import FormScreen
from commonpress.lib import formats
from commonpress.newsroom.middleware import publication_of

EARLIER = 12


class Ownership(FormScreen):
    """What the paper says about its owners; saved as a new statement, above those before."""

    page_title = gettext_lazy("Owners and funding")
    header_icon = "home"
    list_name = "fundraising_desk:ownership"
    list_title = gettext_lazy("Owners and funding")
    form_class = OwnershipForm

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return super().get_breadcrumbs_items()[:-1]

    def get_form_kwargs(self) -> dict[str, Any]:
        publication = publication_of(self.request)
        return super().get_form_kwargs() | {
            "instance": OwnershipStatement.latest() or OwnershipStatement(legal_name=publication.owner_name),
            "currency": publication.currency,
            "may_set_threshold": rules.may_set_threshold(self.request.user),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"facts": [*self.unnamed(), *self.history()]}

    def unnamed(self) -> list[tuple[str, str]]:
        """Return who gave so much this year and last that readers should know, and why they do not."""
        publication = publication_of(self.request)
        large_from = OwnershipStatement.large_from(publication.currency)
        this_year = timezone.now().astimezone(publication.tzinfo).year
        rows = [
            (year, row)
            for year in (this_year, this_year - 1)
            for row in large.large_supporters(
                year, zone=publication.zone, from_major=int(large_from.major) if large_from else 0
            )
            if not row.name
        ]
        supporters = Supporter.objects.in_bulk({row.supporter_pk for _year, row in rows if row.supporter_pk})
        return [(_("Not named, %(year)s") % {"year": year}, why_unnamed(row, supporters)) for year, row in rows]

    def history(self) -> list[tuple[str, str]]:
        """Return who changed what when, the latest first."""
        statements = list(OwnershipStatement.objects.select_related("stated_by")[: EARLIER + 1])
        language = get_language() or "en"
        rows = []
        for statement, before in zip_longest(statements, statements[1:]):
            day = formats.day(timezone.localtime(statement.stated_at).date(), language)
            signed = (
                _("%(day)s by %(name)s") % {"day": day, "name": statement.stated_by} if statement.stated_by else day
            )
            rows.append((signed, changes(statement, before)))
        return rows[:EARLIER]

    def form_valid(self, form: Any) -> HttpResponse:
        state_ownership(form.save(commit=False), by=self.by)
        return self.done(_("Readers see this now, with today’s date."))


def why_unnamed(row: large.LargeSupporter, supporters: dict[int, Supporter]) -> str:
    amount = amount_text(row.money, get_language() or "en")
    if row.supporter_pk is None:
        return _("nobody known, %(amount)s") % {"amount": amount}
    words = {"name": supporters[row.supporter_pk], "amount": amount}
    if row.agreed and supporters[row.supporter_pk].public_name:
        return _("%(name)s, %(amount)s: the name waits on the wall") % words
    return _("%(name)s, %(amount)s: to be asked whether readers may see the name") % words


def changes(statement: OwnershipStatement, before: OwnershipStatement | None) -> str:
    """Return the names of the fields in which a statement differs from the one before."""
    if before is None:
        return _("first stated")
    said = before.says()
    names = [name for name, value in statement.says().items() if value != said[name]]
    fields = OwnershipStatement._meta.fields  # noqa: SLF001  Django's own way to a field's name for people
    labels = {field.name: str(field.verbose_name) for field in fields}
    return ", ".join(labels[name] for name in names)
