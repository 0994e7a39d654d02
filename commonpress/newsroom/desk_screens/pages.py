"""Desks and plain pages at the desk: their lists."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import PageStatusColumn, PageTitleColumn
from wagtail.admin.viewsets.pages import PageListingViewSet

from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.plain_page import PlainPage


class DeskScreens(PageListingViewSet):
    model = Desk
    icon = "folder-open-1"
    menu_label = _("Desks")
    menu_name = "desks"
    menu_order = 30
    add_to_admin_menu = True
    name = "desks"
    url_prefix = "desks"
    ordering = "position"
    columns = [
        PageTitleColumn("title", label=_("Name"), sort_key="title", classname="title"),
        Column("dek", label=_("Line under the name")),
        Column("position", label=_("Place"), sort_key="position", width="10%"),
        PageStatusColumn("status", label=_("State"), sort_key="live", width="12%"),
    ]


class PlainPageScreens(PageListingViewSet):
    model = PlainPage
    icon = "doc-empty"
    menu_label = _("Pages")
    menu_name = "pages"
    menu_order = 40
    add_to_admin_menu = True
    name = "pages"
    url_prefix = "plain-pages"
    columns = [
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("place", label=_("Linked"), accessor="get_place_display", sort_key="place"),
        PageStatusColumn("status", label=_("State"), sort_key="live", width="12%"),
        DateColumn("latest_revision_created_at", label=_("Edited"), sort_key="latest_revision_created_at", width="12%"),
    ]
