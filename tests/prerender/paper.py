"""A small paper in which everything stands somewhere, and every page of it as it is kept and as it is made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from commonpress.discussion.cursors import cursor_at, key_to_text
from commonpress.discussion.models import Comment, Passage
from commonpress.fundraising.actions.books import seal_books
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.spending import Spending
from commonpress.fundraising.models.supporter import Supporter
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.story import Story
from commonpress.prerender.publisher import make
from commonpress.prerender.store import Store
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on
from tests.factories.fundraising import make_drive, make_gift, make_supporter, release, spend
from tests.factories.newsroom import BylineFactory, DeskFactory, PlainPageFactory, StoryFactory, make_publication
from tests.factories.passages import TEXT, marked
from tests.factories.photos import make_photo

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)

PATHS = [
    "/",
    "/2026/bridge-closes/",
    "/2026/ferry-sold/",
    "/2026/bridge-closes/comments/oldest/",
    "/2026/bridge-closes/comments/best/",
    "/2026/bridge-closes/comments/hot/",
    "/2026/bridge-closes/comments/most-discussed/",
    "/2026/bridge-closes/comments/answers/",
    "/2026/bridge-closes/comments/featured/",
    "/2026/bridge-closes/comments/since/HEAD/",
    "/2026/bridge-closes/comments/oldest/after/ROOT/",
    "/2026/bridge-closes/comments/in/HEAD/",
    "/2026/bridge-closes/comments/in/HEAD/after/REPLY/",
    "/2026/",
    "/2026/06/",
    "/2026/06/page/2/",
    "/by/ada-writer/2026/06/page/2/",
    "/tag/water/2026/06/page/2/",
    "/harbour/2026/06/page/2/",
    "/harbour/",
    "/sports/",
    "/harbour/2026/",
    "/about/",
    "/by/ada-writer/",
    "/tag/water/",
    "/feed/",
    "/feed/atom/",
    "/harbour/feed/",
    "/by/ada-writer/feed/",
    "/tag/water/feed/atom/",
    "/2026/bridge-closes/comments/on/",
    "/2026/bridge-closes/comments/on/PASSAGE/",
    "/2026/bridge-closes/comments/on/PASSAGE/latest/",
    "/2026/bridge-closes/comments/feed/",
    "/2026/bridge-closes/comments/feed/atom/",
    "/by/ada-writer/comments/feed/",
    "/by/ada-writer/comments/feed/atom/",
    "/sitemap.xml",
    "/sitemap/pages.xml",
    "/sitemap/2026-06.xml",
    "/ledger/",
    "/ledger/2026-06/",
    "/ledger/2026-05/",
    "/ledger/reporting-fund/",
    "/ledger/check/",
    "/ledger/owners/",
    "/supporters/",
    "/embed/meter/",
    "/embed/thread/2026/bridge-closes/",
    "/embed/thread/2026/bridge-closes/comments/best/",
    "/embed/thread/2026/bridge-closes/comments/oldest/after/ROOT/",
    "/embed.js",
    "/meter.json",
    "/meter.svg",
    "/meter/DRIVE.json",
    "/meter/DRIVE.svg",
    "/embed/meter/DRIVE/",
    "/-/live/STORY.json",
    "/-/api/2026/bridge-closes/comments/",
    "/-/api/2026/bridge-closes/comments/best/",
    "/-/api/2026/bridge-closes/comments/oldest/after/ROOT/",
    "/-/api/2026/bridge-closes/comments/in/HEAD/",
    "/-/api/2026/bridge-closes/comments/in/HEAD/after/REPLY/",
    "/-/api/c/HEAD/",
    "/-/api/meter/",
    "/-/api/openapi.json",
]


def make_paper():
    """Make a small paper in which everything stands somewhere."""
    make_publication()
    harbour = DeskFactory(title="Harbour", slug="harbour")
    sports = DeskFactory(title="Sports", slug="sports")
    ada = BylineFactory(name="Ada Writer", slug="ada-writer", person=PersonFactory(display_name="Ada Writer"))
    story = StoryFactory(
        title="Bridge closes",
        slug="bridge-closes",
        desk=harbour,
        bylines=[ada],
        tags=["water"],
        body=[("paragraph", TEXT.replace("Nobody knows", marked("Nobody knows")))],
        lead_photo=make_photo(title="Bridge", alt="A bridge", caption="The bridge at noon"),
    )
    StoryFactory(title="Ferry sold", slug="ferry-sold", desk=sports)
    StoryFactory(
        title="Quay dry",
        slug="quay-dry",
        desk=harbour,
        bylines=[ada],
        tags=["water"],
        first_public_at=NOW - timedelta(days=9),
    )
    PlainPageFactory(title="About", slug="about")
    drive = make_drive(title="Reporting fund", slug="reporting-fund")
    make_gift(drive, occurred_at=NOW - timedelta(days=1))
    hester = make_supporter(name="Hester Plumb", public_name="Hester Plumb", email="hester@example.org")
    make_gift(
        drive, 6_000_00, occurred_at=NOW - timedelta(days=40), supporter=hester, is_anonymous=False, message="Go on."
    )
    release(hester)
    spend(drive, month="2026-05", category="Wages")
    seal_books(NOW)
    comment = comment_on(story, "A first thought.", name="Ben")
    for text in ("An answer.", "Another."):
        comment_on(story, text, parent=comment)
    comment_on(story, "A second thought.")
    comment_on(story, "Her own.", writer=ada.person)


class Paper:
    """The paper as the database has it now."""

    def __init__(self):
        self.harbour = Desk.objects.get(slug="harbour")
        self.sports = Desk.objects.get(slug="sports")
        self.byline = Byline.objects.get()
        self.photo = Photo.objects.get()
        self.story = Story.objects.get(slug="bridge-closes")
        self.older = Story.objects.get(slug="ferry-sold")
        self.drive = Drive.objects.get()
        self.gift = Gift.objects.get(supporter=None)
        self.supporter = Supporter.objects.get()
        self.spending = Spending.objects.get()
        self.comment = Comment.objects.get(number=1)
        self.answer_of_hers = Comment.objects.get(is_author_reply=True)


def everything():
    return {path: made(path) for path in PATHS}


def raw(path):
    """Return a path with the key of the story, the id of its first comment, and cursors after that and its first reply."""
    if path == path.lower():
        return path.encode()
    story = Story.objects.order_by("pk")[0]
    head, reply = Comment.objects.filter(thread_id=story.pk).order_by("number")[:2]
    words = {
        "PASSAGE": Passage.objects.filter(thread=story.pk).order_by("pk")[0].public_id,
        "STORY": str(story.pk),
        "DRIVE": Drive.objects.earliest("pk").slug,
        "HEAD": head.public_id,
        "ROOT": cursor_at(key_to_text(head.key_new), of=f"{story.pk} oldest"),
        "REPLY": cursor_at(reply.path, of=f"in {head.public_id}"),
    }
    for word, value in words.items():
        path = path.replace(word, value)
    return path.encode()


def made(path):
    page = make(raw(path))
    return None if page is None else (page.answers[b""].body, page.keys, page.until)


def kept_pages():
    """Return a store with every page, drawn one after the other of what there is."""
    store = Store()
    for path in PATHS:
        store.keep(make(raw(path), store), since=store.moment)
    return store


def copied(store):
    """Return a store that holds the same, and can be changed by itself."""
    parts = {part: replace(part, pages=0) for page in store.pages.values() for part in page.parts}
    copy = Store()
    for page in store.pages.values():
        copy.keep(replace(page, parts=tuple(parts[part] for part in page.parts)), since=copy.moment)
    return copy


def made_again(store, path):
    page = make(raw(path), store)
    return None if page is None else page.answers[b""].body
