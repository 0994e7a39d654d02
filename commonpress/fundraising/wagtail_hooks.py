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
        MenuItem(_("Gifts"), reverse_lazy("fundraising_desk:gifts"), name="gifts", icon_name="pick", order=1),
        MenuItem(_("Pledges"), reverse_lazy("fundraising_desk:pledges"), name="pledges", icon_name="time", order=2),
        MenuItem(_("Drives"), reverse_lazy("fundraising_desk:drives"), name="drives", icon_name="order", order=3),
        MenuItem(_("Bank account"), reverse_lazy("fundraising_desk:bank"), name="bank", icon_name="lock", order=4),
    ]
    return Fundraising(_("Fundraising"), Menu(items=screens), name="fundraising", icon_name="pick", order=60)
