"""What a treasurer sees first: how the drives stand, what waits, what was booked last."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from commonpress.fundraising.meter import Meter
from commonpress.fundraising.models.audit import Audit
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import book_months as months
from commonpress.fundraising.queries import courses, meters
from commonpress.fundraising.queries.waiting import waiting
from commonpress.fundraising.typeset import typeset
from commonpress.fundraising.typeset_charts import Chart, course_chart, months_chart, sources_chart
from commonpress.fundraising.views.desk.screens import ForTreasurers, amount_in_column
from commonpress.fundraising.views.desk.words import KINDS
from commonpress.lib import formats
from commonpress.newsroom.middleware import publication_of

LAST_BOOKINGS = 10


class Overview(ForTreasurers, WagtailAdminTemplateMixin, TemplateView):
    template_name = "fundraising/desk/overview.html"
    page_title = gettext_lazy("Fundraising")
    header_icon = "pick"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        language = get_language() or "en"
        zone = ZoneInfo(publication_of(self.request).zone)
        open_meters = [meters.meter(drive, now) for drive in Drive.objects.all() if not drive.is_over_at(now)]
        chosen = self.chosen(open_meters)
        return super().get_context_data(**kwargs) | {
            "drives": [
                {"pk": meter.drive.pk, "meter": typeset(meter, language), "is_chosen": meter is chosen}
                for meter in open_meters
            ],
            "waiting": waiting(self.by, now),
            "charts": charts_of(chosen, language) if chosen else [],
            "bookings": [
                {
                    "day": formats.day(timezone.localtime(entry.occurred_at, zone).date(), language),
                    "kind": KINDS[entry.kind],
                    "amount": amount_in_column(Money(entry.amount_minor, entry.currency)),
                    "drive": entry.drive or "",
                    "gift": entry.gift,
                }
                for entry in months.last_bookings(LAST_BOOKINGS)
            ],
        }

    def chosen(self, open_meters: list[Meter]) -> Meter | None:
        """Return the drive the charts are of: the one that was asked for, else the first."""
        asked = self.request.GET.get("drive", "")
        return next((meter for meter in open_meters if str(meter.drive.pk) == asked), next(iter(open_meters), None))


def charts_of(meter: Meter, language: str) -> list[dict[str, Any]]:
    drive, period = meter.drive, meter.period
    days = courses.by_days(drive, period, timezone.now())
    found: list[tuple[str, str, Chart]] = [
        (_("Day by day"), "course", course_chart(meter, days, language)),
        (_("How it came"), "shares", sources_chart(courses.by_sources(drive, period), language)),
    ]
    if drive.kind == Drive.Kind.MONTH:
        found.insert(1, (_("Month by month"), "bars", months_chart(drive, courses.by_months(drive), language)))
    return [{"title": title, "kind": kind, "chart": chart} for title, kind, chart in found]


class AuditScreen(ForTreasurers, WagtailAdminTemplateMixin, TemplateView):
    """What the last night's audit found."""

    template_name = "fundraising/desk/books_audit.html"
    page_title = gettext_lazy("Audit of the books")
    header_icon = "check"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = Audit.objects.order_by("-made_at").first()
        zone = publication_of(self.request).zone
        return super().get_context_data(**kwargs) | {
            "audit": last,
            "made": formats.moment(last.made_at, zone, get_language() or "en") if last else "",
        }
