"""Stories at the desk: their list, by state, desk and byline."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet

from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.story import Story


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
