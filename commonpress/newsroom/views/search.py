from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commonpress.lib.limits import address_prefix, limit
from commonpress.newsroom.queries.search import MAX_LENGTH, MAX_PAGE, search


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    page = request.GET.get("page", "1")
    if not (page.isascii() and page.isdecimal() and len(page) <= 3 and 1 <= int(page) <= MAX_PAGE):
        raise Http404
    if request.GET.get("q"):
        limit(f"search:{address_prefix(request)}", times=settings.SEARCHES_PER_MINUTE, seconds=60)
    found = search(request.GET.get("q", ""), int(page))
    context = {
        "results": found,
        "max_length": MAX_LENGTH,
        "earlier": found.page - 1,
        "later": found.page + 1 if found.has_more else 0,
    }
    response = render(request, "newsroom/search.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
