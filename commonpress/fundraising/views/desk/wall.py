"""What supporters would show to readers, and the decision about it."""

from typing import Any, cast

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from commonpress.accounts.models import Person
from commonpress.fundraising.actions.wall import decide
from commonpress.fundraising.models.wall import WallDecision, key_of
from commonpress.fundraising.queries import wall
from commonpress.fundraising.queries.wall import Item
from commonpress.fundraising.views.desk.screens import ForTreasurers
from commonpress.lib.text import clean_line, clean_text

ROWS = 50


class WallScreen(ForTreasurers, WagtailAdminTemplateMixin, TemplateView):
    """Names and messages in rows, each with buttons; a POST decides about one of them, or all that were listed."""

    header_icon = "group"
    url_name = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        posted = request.POST
        name = next((name for name in ("show", "leave-out", "show-all") if name in posted), "")
        items = [Item.read(text) for text in posted.getlist("item" if name == "show-all" else name)]
        if not name or None in items:
            raise BadRequest
        answer = WallDecision.Answer.REFUSED if name == "leave-out" else WallDecision.Answer.SHOWN
        found = [item for item in items if item is not None]
        number = decide(found, answer, by=cast("Person", request.user))
        if number < len(found):
            messages.warning(request, _("Something was changed meanwhile, and is asked about anew."))
        elif answer == WallDecision.Answer.SHOWN:
            words = ngettext("Readers see it now.", "Readers see all %(number)s now.", number)
            messages.success(request, words % {"number": number})
        else:
            messages.success(request, _("Readers do not see it."))
        return redirect(self.url_name)


class WallWaiting(WallScreen):
    page_title = gettext_lazy("Supporters’ wall")
    template_name = "fundraising/desk/wall.html"
    url_name = "fundraising_desk:wall"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = wall.waiting()
        return super().get_context_data(**kwargs) | {
            "waiting": waiting,
            "without_hint": [each.item for each in waiting if not each.hint],
            "has_more": len(waiting) == wall.MOST_WAITING,
        }


class WallDecided(WallScreen):
    page_title = gettext_lazy("What was decided")
    template_name = "fundraising/desk/wall_decided.html"
    url_name = "fundraising_desk:wall_decided"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("fundraising_desk:wall"), "label": _("Supporters’ wall")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decisions = WallDecision.objects.select_related("supporter", "gift", "decided_by")
        query = clean_line(self.request.GET.get("q", ""))[:60]
        if query:
            decisions = decisions.filter(supporter__public_name__icontains=query)
        page = Paginator(decisions, ROWS).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {
            "page": page,
            "rows": [row for decision in page if (row := row_of(decision)) is not None],
            "query": query,
        }


def row_of(decision: WallDecision) -> dict[str, Any] | None:
    """Return a decision as a row of a list; None where its words are gone or are others by now."""
    words = decision.gift.message if decision.gift else decision.supporter.public_name
    if not words or key_of(words) != decision.words_key:
        return None
    return {
        "item": Item(decision.supporter_id, decision.gift_id, decision.words_key),
        "name": clean_line(decision.supporter.public_name),
        "words": clean_text(words),
        "is_message": decision.gift is not None,
        "decision": decision,
    }
