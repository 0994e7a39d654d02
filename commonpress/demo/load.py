"""Loads the demo paper, once; and at each start the money of a month that has begun since."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone, translation

from commonpress.changes.changed import changed
from commonpress.demo.account import load_account
from commonpress.demo.gifts import load_drive, load_gifts
from commonpress.demo.paper import load_paper
from commonpress.demo.readers import load_discussions
from commonpress.exchange.models import Imported
from commonpress.newsroom.models.publication import Publication

SEED = "tide"
SOURCE = "demo"


class SomebodysPaper(Exception):
    """There is a paper here already, and it is not the demo's."""


@dataclass(frozen=True)
class Summary:
    """How much was loaded by this call; all of it zero where nothing was to do."""

    stories: int = 0
    photos: int = 0
    comments: int = 0
    gifts: int = 0


def load(now: dt.datetime | None = None, seed: str = SEED) -> Summary:
    """Load the demo paper as of `now`, once, and book the month's gifts, once a month.

    What is loaded follows from the seed and the day. Nobody is told of any of it.

    Raises SomebodysPaper, with nothing written, where another publication has been set up.
    """
    now = now or timezone.now()
    with translation.override("en"):
        stories, photos, comments = _load_once(now, seed)
        drive = load_drive()
        gifts = load_gifts(drive, now, seed)
        load_account(drive, now)
        return Summary(stories=stories, photos=photos, comments=comments, gifts=gifts)


@transaction.atomic
def _load_once(now: dt.datetime, seed: str) -> tuple[int, int, int]:
    """Load the paper and its readers whole, or nothing where they were loaded before."""
    _, is_new = Imported.objects.get_or_create(source=SOURCE, kind="paper", source_id="", defaults={"row_id": 1})
    if not is_new:
        return 0, 0, 0
    if Publication.objects.exists():
        raise SomebodysPaper
    paper = load_paper(now, seed)
    comments = load_discussions(paper)
    changed("publication", "front")
    return len(paper.stories), len(paper.photos), comments
