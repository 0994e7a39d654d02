"""What the treasurer's screens share: who may see them, and how Wagtail frames a form and a list."""

from datetime import datetime
from typing import Any, cast

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin

from commonpress.accounts.again import ask_again, is_surely
from commonpress.accounts.models import Person
from commonpress.fundraising import rules
from commonpress.fundraising.amounts import amount_text, column_text
from commonpress.fundraising.errors import NotTheTreasurer
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books
from commonpress.lib import formats
from commonpress.lib.refusals import require

Words = str | Promise


def amount_said(money: Money) -> str:
    return amount_text(money, get_language() or "en")


def amount_in_column(money: Money) -> str:
    return column_text(money, get_language() or "en")


def day_said(moment: datetime, drive: Drive) -> str:
    """Return the day of this moment in the drive's zone, in the language of who is looking."""
    return formats.day(timezone.localtime(moment, drive.zone_info).date(), get_language() or "en")


def period_choices() -> list[tuple[str, str]]:
    return [(key, key) for key in books.period_keys()]


class ForTreasurers:
    """Refuses everybody who may not keep the books, whatever the method."""

    request: HttpRequest
    list_name = ""

    @property
    def by(self) -> Person:
        # Nobody else came past `dispatch`.
        return cast("Person", self.request.user)

    def done(self, words: Words) -> HttpResponse:
        messages.success(self.request, words)
        return redirect(self.list_name)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(rules.may_keep_books(request.user), NotTheTreasurer)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view it is mixed into


class AsksAgain:
    """Asks who it is once more before something is sent, where that was not shown a while ago.

    What was sent is done afterwards, where people are asked for a password or a second factor; where they are sent a
    code, they come back to the form.
    """

    seconds_to_write = 15 * 60

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_surely(request, within_seconds=self.seconds_to_write):
            return ask_again(request)
        return super().post(request, *args, **kwargs)  # type: ignore[misc]  # the view it is mixed into


class ListScreen(ForTreasurers, BaseListingView):
    template_name = "fundraising/desk/list.html"
    paginate_by = 50

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(has_no_bank_details=BankDetails.load() is None, **kwargs)

    def get_table_kwargs(self) -> dict[str, Any]:
        scrolling = {"template_name": "fundraising/desk/scrolling_table.html", "caption": self.page_title}
        return super().get_table_kwargs() | scrolling


class FormScreen(ForTreasurers, WagtailAdminTemplateMixin, FormView[BaseForm]):
    """A form in Wagtail's frame. A bad value comes back beside its field, with everything that was typed."""

    template_name = "fundraising/desk/form.html"
    header_icon = "pick"
    submit_label: Words = _("Save")
    list_title: Words = ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(self.list_name), "label": self.list_title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "action_url": self.request.get_full_path(),
            "submit_button_label": self.submit_label,
            "media": context["form"].media,
        }

    def form_invalid(self, form: BaseForm) -> Any:
        messages.validation_error(self.request, _("Something is not right yet."), form)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SureFormScreen(FormScreen):
    """A form for which an open session is not enough: whoever comes shows once more who they are.

    What was written in time may be sent a while later, so that nobody loses it.
    """

    seconds_to_write = 15 * 60

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(rules.may_keep_books(request.user), NotTheTreasurer)
        is_sure = is_surely(request, within_seconds=self.seconds_to_write) if request.POST else is_surely(request)
        return super().dispatch(request, *args, **kwargs) if is_sure else ask_again(request)
