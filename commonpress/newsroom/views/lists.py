"""What somebody wrote, what is about something."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from taggit.models import Tag

from commonpress.changes.shown import keep
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.queries.stories import byline_archive, tag_archive


@require_safe
def byline(
    request: HttpRequest, slug: str, year: int | None = None, month: int | None = None, page: int = 1
) -> HttpResponse:
    writer = get_object_or_404(Byline.objects.select_related("portrait"), slug=slug)
    keep(writer.key)
    context = {"byline": writer, "archive": byline_archive(writer, year=year, month=month, page=page)}
    return render(request, "newsroom/byline.html", context)


@require_safe
def tag(
    request: HttpRequest, slug: str, year: int | None = None, month: int | None = None, page: int = 1
) -> HttpResponse:
    subject = get_object_or_404(Tag, slug=slug)
    keep(f"tag:{slug}")
    context = {"tag": subject, "archive": tag_archive(subject, year=year, month=month, page=page)}
    return render(request, "newsroom/tag.html", context)
