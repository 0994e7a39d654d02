"""The demo's publication itself: who works there, desks, pictures, stories and plain pages."""

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from PIL import Image

from commonpress.accounts.actions.staff import add_staff
from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role
from commonpress.accounts.sign_in import DEMO_DOMAIN
from commonpress.demo.dates import dated, moved_back
from commonpress.demo.pictures.draw import draw
from commonpress.demo.texts import Text, blocks, table, texts
from commonpress.newsroom.actions import imports
from commonpress.newsroom.models.front import Front, Pick
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.photos.reading import PREVIEW_WIDTH, fitted
from commonpress.newsroom.photos.upload import Upload

DRAWN_BY = ("Drawn by code", "Commonpress demo")
LICENCE = "CC0 1.0"
# The front as its editor has it: the lead and the second tier.
ON_THE_FRONT = (
    "penny-bridge-to-close-for-fourteen-months",
    "where-the-long-arm-levy-went",
    "stannock-at-41-per-cent",
    "the-last-shift-at-fennimores",
)


@dataclass
class Paper:
    """What was loaded so far, by the names the texts use."""

    now: dt.datetime
    zone: ZoneInfo
    seed: str
    people: dict[str, Person] = field(default_factory=dict)
    photos: dict[str, int] = field(default_factory=dict)
    bylines: dict[str, int] = field(default_factory=dict)
    desks: dict[str, int] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    @property
    def editor(self) -> Person:
        return self.people["cas-ondry"]


def load_paper(now: dt.datetime, seed: str) -> Paper:
    """Set up the publication and bring in everything that does not need readers."""
    settings = table("paper.toml")
    publication = _set_up(settings["publication"], now)
    paper = Paper(now=now, zone=publication.tzinfo, seed=seed)
    _add_people(paper, settings["people"])
    _add_photos(paper)
    for byline in settings["bylines"]:
        made = imports.import_byline(
            **byline, portrait=paper.photos[byline["slug"]], person=paper.people.get(byline["slug"])
        )
        paper.bylines[made.slug] = made.pk
    for position, desk in enumerate(settings["desks"], start=1):
        paper.desks[desk["slug"]] = imports.import_desk(**desk, position=position).pk
    for text in sorted(texts("stories"), key=_age):
        paper.stories[text.slug] = _add_story(paper, text)
    for text in texts("pages"):
        _add_page(paper, text)
    front = Front.objects.get()
    Pick.objects.bulk_create(
        Pick(front=front, story=paper.stories[slug], sort_order=place) for place, slug in enumerate(ON_THE_FRONT)
    )
    return paper


def _set_up(settings: dict[str, Any], now: dt.datetime) -> Publication:
    publication = Publication.load()
    for name, value in settings.items():
        setattr(publication, name, value)
    publication.set_up_at = now
    publication.full_clean()
    publication.save()
    return publication


def _add_people(paper: Paper, people: list[dict[str, Any]]) -> None:
    """Make the accounts: staff as `commonpress demo` signs them in, and a few readers. Nobody has a password yet."""
    for one in people:
        roles = [Role(role) for role in one["roles"]]
        person = add_staff(f"{one['account']}@{DEMO_DOMAIN}", *roles, display_name=one["name"])
        paper.people[one.get("byline") or one.get("signs") or one["account"]] = person


def _add_photos(paper: Paper) -> None:
    for key, about in table("pictures.toml").items():
        taken_on = paper.today - dt.timedelta(days=about["days"])
        if "weekday" in about:
            taken_on = moved_back(taken_on, to=about["weekday"])
        photographer, agency = DRAWN_BY
        photo = Photo(
            title=about["title"],
            alt=about["alt"],
            caption=dated(about["caption"], taken_on),
            photographer=photographer,
            agency=agency,
            licence=LICENCE,
            taken_on=taken_on,
            uploaded_by_user=paper.editor,
        )
        photo.take(_upload(draw(key, paper.seed)))
        photo.save()
        paper.photos[key] = photo.pk


def _upload(jpeg: bytes) -> Upload:
    """Return our own drawing as what the child process makes of a stranger's file, without the child process."""
    picture = Image.open(io.BytesIO(jpeg))
    preview = io.BytesIO()
    fitted(picture, PREVIEW_WIDTH).save(preview, "JPEG", quality=80, progressive=True, optimize=True)
    return Upload(
        original=jpeg,
        extension="jpg",
        width=picture.width,
        height=picture.height,
        preview=preview.getvalue(),
        metadata={},
    )


def _age(text: Text) -> tuple[int, str]:
    """Order stories oldest first, because they link to older ones; those without a date come last."""
    published = text.head.get("published")
    return (published["days"], published["time"]) if published else (1_000, "")


def _add_story(paper: Paper, text: Text) -> Story:
    head = text.head
    public_at = _moment(paper, head["published"]) if "published" in head else None
    day = public_at.astimezone(paper.zone).date() if public_at else paper.today
    return imports.import_story(
        title=dated(head["headline"], day),
        slug=text.slug,
        dek=dated(head["dek"], day),
        body=blocks(
            text.body,
            day=day,
            photos=paper.photos,
            stories={slug: story.pk for slug, story in paper.stories.items()},
        ),
        state=head.get("state", "public"),
        public_at=public_at,
        desk=paper.desks[head["desk"]],
        bylines=[paper.bylines[byline] for byline in head["bylines"]],
        tags=head["tags"],
        lead_photo=paper.photos[head["photo"]],
        modified_at=_moment(paper, head["corrected"]) if "corrected" in head else None,
        corrected_at=_moment(paper, head["corrected"]) if "corrected" in head else None,
        comments_state=head.get("comments", "open"),
        owner=paper.people[head["bylines"][0]],
    )


def _add_page(paper: Paper, text: Text) -> PlainPage:
    return imports.import_page(
        title=text.head["headline"],
        slug=text.slug,
        body=blocks(text.body, day=paper.today, photos=paper.photos, stories={}),
        state="public",
        public_at=paper.now - dt.timedelta(days=60),
        position=text.head["position"],
        place=text.head.get("place", PlainPage.Place.FOOT),
    )


def _moment(paper: Paper, written: dict[str, Any]) -> dt.datetime:
    """Return a moment written as days from the day of loading and a time there."""
    clock = dt.time.fromisoformat(written["time"])
    local = dt.datetime.combine(paper.today + dt.timedelta(days=written["days"]), clock, tzinfo=paper.zone)
    return timezone.localtime(local, dt.UTC)
