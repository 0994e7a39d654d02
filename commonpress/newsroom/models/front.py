from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable, Page
from wagtail.url_routing import RouteResult

from commonpress.changes.shown import keep
from commonpress.newsroom import editor
from commonpress.newsroom.models.addresses import MONTH, YEAR, Addressed
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.story import Story

SECOND_TIER = 3
RIVER = 5
LATEST = 7


@dataclass(frozen=True)
class River:
    """A desk's newest stories that stand nowhere else on the front; never empty."""

    desk: Desk
    stories: list[Story]


@dataclass(frozen=True)
class Arrangement:
    """The front, from top to bottom. No story stands twice, but in `latest`, which is the plain list of the newest.

    `lead` is None only while nothing is published. `second` has up to three stories; `more` holds the rest of
    what an editor picked.
    """

    lead: Story | None
    second: list[Story]
    more: list[Story]
    rivers: list[River]
    latest: list[Story]


class Front(Addressed, Page):
    """The front page: the stories an editor has picked, in order, then the newest.

    Template newsroom/front.html, at /. Expects: page (this), lead (Story or None), second, more and latest
    (lists of Story), rivers (list of River: desk, stories).
    """

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["newsroom.Year", "newsroom.Desk", "newsroom.PlainPage"]
    max_count = 1
    template = "newsroom/front.html"
    edit_handler = editor.front_screen
    base_form_class = editor.FrontForm

    class Meta:
        verbose_name = _("front")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a story by its address in one query, where Wagtail would read its way down the tree in four."""
        if len(path_components) != 2:
            return super().route(request, path_components)
        year, slug = path_components
        if not YEAR.fullmatch(year) or MONTH.fullmatch(slug):
            return super().route(request, path_components)
        address = f"{self.url_path}{year}/{slug}/"
        # By slug, which has an index; an address, which has none, says which of them.
        story = Story.objects.with_all_its_page_shows().filter(slug=slug, url_path=address, live=True).first()
        if story is None:
            raise Http404
        return RouteResult(story)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keep("front")
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context.update(vars(self.arrangement()))
        return context

    def arrangement(self) -> Arrangement:
        """Arrange the front in eight queries, however many stories, picks and desks there are."""
        published = Story.objects.published()
        picked = list(dict.fromkeys(pick.story_id for pick in self.picks.all()))
        desks = list(Desk.objects.live().filter(is_in_navigation=True).order_by("position", "title"))
        newest = published.newest_first().values_list("pk", flat=True)
        # More than a river shows: the first ones may already stand above it.
        enough = RIVER + SECOND_TIER + 1 + len(picked)
        wanted = Q(pk__in=[*picked, *newest[: max(LATEST, enough)]])
        for desk in desks:
            wanted |= Q(pk__in=newest.filter(desk=desk)[:enough])
        stories = {story.pk: story for story in published.filter(wanted).newest_first().cards()}

        standing = dict.fromkeys(pk for pk in picked if pk in stories)
        for pk in islice((pk for pk in stories if pk not in standing), max(0, 1 + SECOND_TIER - len(standing))):
            standing[pk] = None
        top = [stories[pk] for pk in standing]
        rivers = []
        for desk in desks:
            rest = [story for story in stories.values() if story.desk_id == desk.pk and story.pk not in standing]
            if rest:
                rivers.append(River(desk, rest[:RIVER]))
        return Arrangement(
            lead=top[0] if top else None,
            second=top[1 : 1 + SECOND_TIER],
            more=top[1 + SECOND_TIER :],
            rivers=rivers,
            latest=list(islice(stories.values(), LATEST)),
        )


class Pick(Orderable):
    """A story an editor put on the front; the first is the lead."""

    front = ParentalKey(Front, on_delete=models.CASCADE, related_name="picks")
    story = models.ForeignKey("newsroom.Story", verbose_name=_("story"), on_delete=models.CASCADE, related_name="+")

    panels = editor.pick_panels
