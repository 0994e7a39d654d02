"""The newsroom's screens in Wagtail's admin: the only place that registers with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import register_permission_policy
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from commonpress.lib.refusals import Refused, require
from commonpress.newsroom import desk_dates, desk_marks, rules
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.desk_screens.bylines import BylineScreens
from commonpress.newsroom.desk_screens.pages import DeskScreens, PlainPageScreens
from commonpress.newsroom.desk_screens.publication import OwnersChangeIt, PublicationScreens
from commonpress.newsroom.desk_screens.stories import StoryScreens
from commonpress.newsroom.models.front import Front
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.models.year import Year

desk_dates.use()
register_permission_policy(Publication, OwnersChangeIt(Publication))
register_snippet(PublicationScreens)


@hooks.register("register_admin_viewset")
def screens() -> list[Any]:
    return [StoryScreens(), DeskScreens(), PlainPageScreens(), BylineScreens()]


@hooks.register("register_rich_text_features")
def questions_in_the_text(features: FeatureRegistry) -> None:
    desk_marks.register(features)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("new-story/", require_admin_access(new_story), name="newsroom_new_story"),
        path("front/", require_admin_access(edit_front), name="newsroom_edit_front"),
    ]


def new_story(request: HttpRequest) -> HttpResponse:
    """Lead to an empty story, wherever the writer stood: its folder is this year's."""
    require(rules.may_write(request.user), Refused(_("Only reporters and editors write stories.")))
    empty = reverse("wagtailadmin_pages:add", args=("newsroom", "story", year_folder().pk))
    return redirect(f"{empty}?{urlencode({'next': reverse('stories:index')})}")


def edit_front(request: HttpRequest) -> HttpResponse:
    return redirect("wagtailadmin_pages:edit", Front.objects.only("pk").get().pk)


class ForWriters(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return rules.may_write(request.user)


class ForEditors(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return rules.may_publish(request.user)


@hooks.register("register_admin_menu_item")
def new_story_item() -> MenuItem:
    return ForWriters(_("New story"), reverse("newsroom_new_story"), name="new-story", icon_name="plus", order=5)


@hooks.register("register_admin_menu_item")
def front_item() -> MenuItem:
    return ForEditors(_("Front"), reverse("newsroom_edit_front"), name="front", icon_name="home", order=20)


@hooks.register("insert_global_admin_css")
def desk_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("newsroom/desk.css"))


class Begin(Component):
    """The first lines of the desk's first page."""

    name = "begin"
    order = 10
    template_name = "newsroom/desk_screens/begin.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"may_write": rules.may_write(parent_context["request"].user)}


@hooks.register("construct_homepage_panels")
def begin_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(Begin())


# Stories, desks and pages have lists of their own; documents, reports and Wagtail's manual are not for here.
NOT_IN_THE_MENU = {"explorer", "documents", "reports", "help", "snippets"}
NOT_IN_THE_SETTINGS = {"workflows", "workflow-tasks", "sites", "collections", "groups", "redirects", "locales"}


@hooks.register("construct_main_menu")
def trim_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    writes, publishes = rules.may_write(request.user), rules.may_publish(request.user)
    hidden = (
        NOT_IN_THE_MENU | (set() if writes else {"stories", "images"}) | (set() if publishes else {"desks", "pages"})
    )
    items[:] = [item for item in items if item.name not in hidden]
    for item in items:
        if item.name == "images":
            item.label = _("Photos")


@hooks.register("construct_settings_menu")
def trim_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NOT_IN_THE_SETTINGS]


@hooks.register("construct_homepage_summary_items")
def no_counts(request: HttpRequest, items: list[Any]) -> None:
    items.clear()


@hooks.register("construct_page_action_menu")
def publish_first(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Who may publish has "Publish" in reach and is not asked to hand in to themselves."""
    if not rules.may_publish(request.user):
        return
    page = context.get("page")
    if page is None or not page.current_workflow_state:
        items[:] = [item for item in items if item.name != "action-submit"]
    items.sort(key=lambda item: item.name != "action-publish")


@hooks.register("before_create_page")
def only_stories_for_reporters(request: HttpRequest, parent: Page, page_class: type[Page]) -> None:
    require(rules.may_publish(request.user) or (rules.may_write(request.user) and page_class is Story))


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
@hooks.register("before_copy_page")
def the_frame_stays(request: HttpRequest, page: Page) -> None:
    """Everything stands under the front and the years: without one of them, its stories would be unreachable."""
    require(
        not isinstance(page.specific, Front | Year),
        Refused(_("The front and the years hold all stories. They cannot be copied, withdrawn or deleted.")),
    )


@hooks.register("before_bulk_action")
def the_frame_stays_in_bulk(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    """Wagtail asks the hooks of single pages nothing when it deletes, withdraws or moves several."""
    if action_type not in {"delete", "unpublish", "move"}:
        return
    require(
        not any(isinstance(thing, Page) and isinstance(thing.specific, Front | Year) for thing in objects),
        Refused(_("The front and the years hold all stories. They cannot be moved, withdrawn or deleted.")),
    )
