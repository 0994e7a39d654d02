"""What readers and machines find beside Wagtail's pages."""

from django.urls import path, register_converter

from commonpress.newsroom import embed, feeds, icons, sitemap
from commonpress.newsroom.models.addresses import FURTHER_PAGE
from commonpress.newsroom.views import lists, search


class Year:
    regex = r"[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class Month(Year):
    regex = r"[0-9]{2}"

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class FurtherPage:
    regex = FURTHER_PAGE.pattern

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class Word:
    """A slug in any script."""

    regex = r"[-\w]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Year, "year")
register_converter(Month, "month")
register_converter(FurtherPage, "further_page")
register_converter(Word, "word")

urlpatterns = [
    path("by/<word:slug>/", lists.byline, name="byline"),
    path("by/<word:slug>/<year:year>/", lists.byline, name="byline"),
    path("by/<word:slug>/<year:year>/<month:month>/", lists.byline, name="byline"),
    path("by/<word:slug>/<year:year>/<month:month>/page/<further_page:page>/", lists.byline, name="byline"),
    path("by/<word:slug>/feed/", feeds.of_byline, {"form": "rss"}, name="byline_rss"),
    path("by/<word:slug>/feed/atom/", feeds.of_byline, {"form": "atom"}, name="byline_atom"),
    path("tag/<word:slug>/", lists.tag, name="tag"),
    path("tag/<word:slug>/<year:year>/", lists.tag, name="tag"),
    path("tag/<word:slug>/<year:year>/<month:month>/", lists.tag, name="tag"),
    path("tag/<word:slug>/<year:year>/<month:month>/page/<further_page:page>/", lists.tag, name="tag"),
    path("tag/<word:slug>/feed/", feeds.of_tag, {"form": "rss"}, name="tag_rss"),
    path("tag/<word:slug>/feed/atom/", feeds.of_tag, {"form": "atom"}, name="tag_atom"),
    path("feed/", feeds.of_paper, {"form": "rss"}, name="rss"),
    path("feed/atom/", feeds.of_paper, {"form": "atom"}, name="atom"),
    path("<word:slug>/feed/", feeds.of_desk, {"form": "rss"}, name="desk_rss"),
    path("<word:slug>/feed/atom/", feeds.of_desk, {"form": "atom"}, name="desk_atom"),
    path("search/", search.results, name="search"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap/pages.xml", sitemap.of_pages, name="sitemap_pages"),
    path("sitemap/<year:year>-<month:month>.xml", sitemap.of_month, name="sitemap_month"),
    path("embed.js", embed.script, name="embed_script"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("favicon.ico", icons.favicon, name="favicon"),
    path("icon.svg", icons.svg, name="icon"),
    path("apple-touch-icon.png", icons.png, name="apple_touch_icon"),
    path("icon-192.png", icons.png, {"side": 192}),
    path("icon-512.png", icons.png, {"side": 512}),
    path("manifest.webmanifest", icons.manifest, name="manifest"),
]
