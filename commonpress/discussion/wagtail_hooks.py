"""The moderators' place at the desk."""

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from commonpress.discussion import queries, rules


class CommentsMenuItem(MenuItem):
    """Leads to the held comments and says how many there are."""

    def is_shown(self, request: HttpRequest) -> bool:
        return rules.may_moderate(request.user)

    def render_component(self, request: HttpRequest) -> Any:
        waiting = queries.waiting_count()
        component = super().render_component(request)
        if waiting:
            component.label = f"{self.label} ({waiting})"
            component.attrs = {
                **component.attrs,
                "title": ngettext("%(n)d comment waits", "%(n)d comments wait", waiting) % {"n": waiting},
            }
        return component


@hooks.register("register_admin_menu_item")
def comments_menu_item() -> MenuItem:
    return CommentsMenuItem(
        _("Comments"), reverse("discussion_desk:held"), name="comments", icon_name="comment", order=300
    )


class ForEditors(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return rules.may_correct(request.user)


@hooks.register("register_admin_menu_item")
def corrections_menu_item() -> MenuItem:
    return ForEditors(
        _("Correction requests"),
        reverse("discussion_desk:corrections"),
        name="corrections",
        icon_name="check",
        order=305,
    )


@hooks.register("register_admin_urls")
def comments_addresses() -> list[Any]:
    # Wagtail has a screen of its own at "comments/", for editors' remarks on drafts.
    return [path("discussion/", include("commonpress.discussion.desk_urls"))]
