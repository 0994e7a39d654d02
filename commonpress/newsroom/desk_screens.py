"""Lists at the desk: stories, desks, pages, bylines, and the publication's one form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import PageStatusColumn, PageTitleColumn
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views import snippets

from commonpress.newsroom import rules
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.publication_form import publication_screen

# --- Stories ----------------------------------------------------------------------------------------


class StoryFilters(WagtailFilterSet):
    state = ChoiceFilter(
        label=_("State"),
        method="in_state",
        choices=[("published", _("Published")), ("draft", _("Draft")), ("scheduled", _("Scheduled"))],
    )
    desk = ModelChoiceFilter(label=_("Desk"), queryset=Desk.objects.order_by("position", "title"))
    byline = ModelChoiceFilter(
        label=_("Byline"), field_name="story_bylines__byline", queryset=Byline.objects.all(), distinct=True
    )

    class Meta:
        model = Story
        fields: list[str] = []

    def in_state(self, stories: QuerySet[Story], name: str, state: str) -> QuerySet[Story]:
        if state == "published":
            return stories.filter(live=True)
        scheduled = Q(_revisions__approved_go_live_at__isnull=False)
        return stories.filter(scheduled if state == "scheduled" else Q(live=False) & ~scheduled).distinct()


class StoryList(IndexView):
    # Wagtail's own index holds live titles only; an editor looks for the headline as it stands in the draft.
    is_searchable = True

    def get_base_queryset(self) -> QuerySet[Story]:
        return super().get_base_queryset().prefetch_related("desk", "story_bylines__byline")

    def search_queryset(self, queryset: QuerySet[Story]) -> QuerySet[Story]:
        if not self.is_searching:
            return queryset
        return queryset.filter(Q(draft_title__icontains=self.search_query) | Q(title__icontains=self.search_query))


def _bylines(story: Story) -> str:
    return ", ".join(byline.name for byline in story.bylines)


class StoryScreens(PageListingViewSet):
    model = Story
    icon = "doc-full"
    menu_label = _("Stories")
    menu_name = "stories"
    menu_order = 10
    add_to_admin_menu = True
    index_view_class = StoryList
    filterset_class = StoryFilters
    name = "stories"
    url_prefix = "stories"
    columns = [
        PageTitleColumn("title", label=_("Headline"), sort_key="title", classname="title"),
        Column("desk", label=_("Desk"), accessor="desk", sort_key="desk__title"),
        Column("bylines", label=_("Bylines"), accessor=_bylines),
        PageStatusColumn("status", label=_("State"), sort_key="live", width="12%"),
        DateColumn("first_public_at", label=_("Published"), sort_key="first_public_at", width="12%"),
        DateColumn("latest_revision_created_at", label=_("Edited"), sort_key="latest_revision_created_at", width="12%"),
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"add_url_name": "newsroom_new_story", **kwargs})


# --- Desks and plain pages --------------------------------------------------------------------------


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


# --- Bylines ----------------------------------------------------------------------------------------


class DeleteByline(DeleteView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        if not self.object.story_bylines.exists():
            return super().form_valid(form)
        messages.error(
            self.request,
            _("%(name)s is credited on stories and so cannot be deleted. Take the byline off them first.")
            % {"name": self.object},
        )
        return redirect("bylines:edit", self.object.pk)


class BylineScreens(ModelViewSet):
    model = Byline
    icon = "user"
    menu_label = _("Bylines")
    menu_name = "bylines"
    menu_order = 50
    add_to_admin_menu = True
    name = "bylines"
    url_prefix = "bylines"
    list_display = ["name", "role", "person"]
    search_fields = ["name", "role"]
    ordering = ["name"]
    copy_view_enabled = False
    delete_view_class = DeleteByline
    panels = [
        FieldPanel("name"),
        FieldPanel("role"),
        FieldPanel("portrait"),
        FieldPanel("biography"),
        FieldPanel("person", widget=forms.Select),
        FieldPanel("slug"),
    ]


# --- The publication --------------------------------------------------------------------------------


class OwnersChangeIt(ModelPermissionPolicy):
    """One row: nobody adds or deletes it, owners change it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"change", "view"} and rules.may_change_publication(user)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class ToTheForm(snippets.IndexView):
    """Where Wagtail would list publications, the form of the one there is."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("publication:edit", get_object_or_404(Publication, pk=1).pk)


class PublicationScreens(snippets.SnippetViewSet):
    model = Publication
    icon = "cog"
    menu_label = _("Publication")
    menu_name = "publication"
    menu_order = 900
    add_to_admin_menu = True
    url_namespace = "publication"
    url_prefix = "publication"
    index_view_class = ToTheForm
    copy_view_enabled = False
    edit_handler = publication_screen
