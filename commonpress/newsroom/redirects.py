"""Addresses that used to lead somewhere: of the paper's earlier software, or of a page that was moved or taken back."""

import re
from collections.abc import Callable
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.encoding import iri_to_uri

from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.photos.picture import preview_of
from commonpress.newsroom.queries.withdrawn import was_withdrawn_at
from commonpress.theme.views import gone, not_found

# How WordPress names things in a query; an importer keeps them as "?p=123".
OLD_NAMES = ("p", "page_id", "cat", "tag", "author", "attachment_id", "replytocom")
# Words of a query that ask for something else than the page at the path; kept pages are made without a query and
# ignore all others.
ASK_FOR_MORE = (*OLD_NAMES, "s", "feed")
# Where they named something; elsewhere "p" may be anybody's. Only the last stood behind a story's own address.
OLD_FRONTS = ("/", "/index.php")
EVERYWHERE = ("replytocom",)
# Where nothing of the paper's earlier software can have stood.
# /category/harbour/feed/rss2/, and the paper's own; WordPress had a feed behind every address.
FEED = re.compile(r"(?P<of>.*/)feed(?:/(?P<form>rss|rss2|rdf|atom))?/?")
FEEDS_OF_THE_PAPER = ("/", "/comments/")
OURS = ("/admin/", "/accounts/", "/-/", "/static/", "/media/")


class RedirectMiddleware:
    """Answers old addresses with 301, and those of pages taken back with 410, before they are unknown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if has_nul(request):
            return not_found(request)
        if request.method not in {"GET", "HEAD"} or request.path.startswith(OURS):
            return self.get_response(request)
        if request.META.get("QUERY_STRING"):
            answer = by_old_query(request)
            if answer is not None:
                return answer
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        return by_old_path(request) or (gone(request) if was_withdrawn_at(request.path) else response)


def has_nul(request: HttpRequest) -> bool:
    """Say whether the address holds a NUL, which nothing of ours is called and PostgreSQL compares with no text."""
    return "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")


def by_old_query(request: HttpRequest) -> HttpResponse | None:
    names = OLD_NAMES if request.path in OLD_FRONTS else EVERYWHERE
    asked = [f"?{name}={request.GET[name]}" for name in names if name in request.GET]
    if not asked:
        return by_old_machinery(request)
    for redirect in Redirect.objects.filter(old__in=asked).select_related("page", "photo"):
        answer = lead(request, redirect)
        if answer is not None:
            return answer
    # "/?p=99" that nobody knows is an unknown address and not the front; on a story's own address it means nothing.
    is_page = request.path != "/" or set(request.GET) & set(OLD_NAMES) == {"replytocom"}
    return None if is_page else not_found(request)


def by_old_machinery(request: HttpRequest) -> HttpResponse | None:
    """Lead WordPress's search and feeds of the front, "/?s=bridge" and "/?feed=rss2", to ours."""
    if request.path not in OLD_FRONTS:
        return None
    if "s" in request.GET:
        return HttpResponsePermanentRedirect(f"/search/?{urlencode({'q': request.GET['s']})}")
    if "feed" in request.GET:
        return HttpResponsePermanentRedirect("/feed/atom/" if request.GET["feed"] == "atom" else "/feed/")
    return None


def by_old_path(request: HttpRequest) -> HttpResponse | None:
    feed = FEED.fullmatch(request.path)
    if feed is None:
        return by_path(request, request.path)
    ending = "feed/atom/" if feed["form"] == "atom" else "feed/"
    if feed["of"] in FEEDS_OF_THE_PAPER:
        return HttpResponsePermanentRedirect(f"/{ending}")
    return by_path(request, feed["of"], ending=ending)


def by_path(request: HttpRequest, path: str, *, ending: str = "") -> HttpResponse | None:
    """Lead an old path to where it is now; `ending` is what stands behind the new one where that is a list of stories."""
    bare = path.rstrip("/")
    # Older exports write letters beyond ASCII as %xx, in lower case.
    forms = {form for plain in (path, bare, f"{bare}/") for form in (plain, quote(plain), quote(plain).lower())}
    for redirect in Redirect.objects.filter(old__in=forms).select_related("page", "photo"):
        answer = lead(request, redirect)
        if isinstance(answer, HttpResponsePermanentRedirect) and ending and has_feed(redirect):
            return HttpResponsePermanentRedirect(f"{answer.url}{ending}")
        if answer is not None:
            return answer
    return None


def has_feed(redirect: Redirect) -> bool:
    """Say whether a redirect leads to a list of stories: a desk, or an address of ours as of a tag or a byline."""
    if redirect.page is not None:
        return Desk.objects.filter(pk=redirect.page.pk).exists()
    return redirect.photo is None


def lead(request: HttpRequest, redirect: Redirect) -> HttpResponse | None:
    """Lead to where the address leads now; only ever to an address of our own, and never in a circle."""
    if redirect.photo is not None:
        target = preview_of(redirect.photo).url
    elif redirect.page is not None:
        page = redirect.page.specific
        if not page.live:
            return gone(request) if getattr(page, "was_public", False) else None
        target = page.path_here
    else:
        target = redirect.new
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    if not is_ours or target == request.get_full_path():
        return None
    answer = HttpResponsePermanentRedirect(iri_to_uri(target))
    if redirect.photo is not None:
        # Browsers keep a 301 for good unless told otherwise.
        answer["Cache-Control"] = "no-cache"
    return answer
