"""What the treasurer's screens share: who may see them, and how Wagtail frames a form and a list."""

from typing import Any, cast

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin

from commonpress.accounts.models import Person
from commonpress.fundraising import rules
from commonpress.fundraising.errors import NotTheTreasurer
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.lib.refusals import require

Words = str | Promise


class ForTreasurers:
    """Refuses everybody who may not keep the books, whatever the method."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(rules.may_keep_books(request.user), NotTheTreasurer)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view it is mixed into


class ListScreen(ForTreasurers, BaseListingView):
    template_name = "fundraising/desk/list.html"
    paginate_by = 50

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(has_no_bank_details=BankDetails.load() is None, **kwargs)


class FormScreen(ForTreasurers, WagtailAdminTemplateMixin, FormView[BaseForm]):
    """A form in Wagtail's frame. A bad value comes back beside its field, with everything that was typed."""

    template_name = "fundraising/desk/form.html"
    header_icon = "pick"
    submit_label: Words = _("Save")
    list_name = ""
    list_title: Words = ""

    @property
    def by(self) -> Person:
        # Nobody else came past `dispatch`.
        return cast("Person", self.request.user)

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

    def done(self, words: Words) -> HttpResponse:
        messages.success(self.request, words)
        return redirect(self.list_name)
