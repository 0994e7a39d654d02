"""The treasurer's screens in Wagtail's admin: the only place that registers with it."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from commonpress.fundraising import rules


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver]:
    return [path("fundraising/", include("commonpress.fundraising.views.desk.urls"))]


class Fundraising(SubmenuMenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return rules.may_keep_books(request.user)


@hooks.register("register_admin_menu_item")
def menu() -> Fundraising:
    screens = [
        MenuItem(_("Overview"), reverse_lazy("fundraising_desk:overview"), name="overview", icon_name="home", order=0),
        MenuItem(_("Gifts"), reverse_lazy("fundraising_desk:gifts"), name="gifts", icon_name="pick", order=1),
        MenuItem(_("Pledges"), reverse_lazy("fundraising_desk:pledges"), name="pledges", icon_name="time", order=2),
        MenuItem(_("Refunds"), reverse_lazy("fundraising_desk:refunds"), name="refunds", icon_name="undo", order=2),
        MenuItem(_("Months"), reverse_lazy("fundraising_desk:months"), name="months", icon_name="calendar", order=3),
        MenuItem(_("Drives"), reverse_lazy("fundraising_desk:drives"), name="drives", icon_name="order", order=3),
        MenuItem(
            _("Rates of exchange"), reverse_lazy("fundraising_desk:rates"), name="rates", icon_name="resubmit", order=9
        ),
        MenuItem(
            _("Bank statements"),
            reverse_lazy("fundraising_desk:statements"),
            name="statements",
            icon_name="table",
            order=3,
        ),
        MenuItem(
            _("Movements to settle"),
            reverse_lazy("fundraising_desk:movements"),
            name="movements",
            icon_name="tasks",
            order=3,
        ),
        MenuItem(
            _("Bitcoin sent"), reverse_lazy("fundraising_desk:transfers"), name="transfers", icon_name="link", order=5
        ),
        MenuItem(_("Ways to give"), reverse_lazy("fundraising_desk:ways"), name="ways", icon_name="lock", order=4),
        MenuItem(
            _("Spending"), reverse_lazy("fundraising_desk:spending"), name="spending", icon_name="doc-full", order=6
        ),
        MenuItem(_("Supporters’ wall"), reverse_lazy("fundraising_desk:wall"), name="wall", icon_name="group", order=7),
        MenuItem(
            _("Owners and funding"),
            reverse_lazy("fundraising_desk:ownership"),
            name="owners",
            icon_name="home",
            order=8,
        ),
        MenuItem(
            _("Receipts"), reverse_lazy("fundraising_desk:receipts"), name="receipts", icon_name="doc-full", order=6
        ),
    ]
    return Fundraising(_("Fundraising"), Menu(items=screens), name="fundraising", icon_name="pick", order=60)
