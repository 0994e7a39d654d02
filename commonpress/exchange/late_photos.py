"""Photos that reach the media folder after the stories that show them were imported."""

from collections.abc import Iterable, Iterator
from typing import Any

from commonpress.exchange.content import PICTURE_MISSING, Block
from commonpress.exchange.records import Kind
from commonpress.exchange.report import Report
from commonpress.newsroom.actions.imports import give_photos
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.story import Story


def give(
    page: Story | PlainPage, body: list[Block], *, lead_photo: int | None, of_this_run: set[int], report: Report
) -> None:
    """Put the photos a page lacks into it; where it was edited here, say so instead.

    `body` is made from the archive's text with the photos that are here now, `lead_photo` the one it names.
    """
    lacks = lacking(page, body, lead_photo)
    if not lacks:
        return
    if give_photos(page, body=body, lead_photo=lead_photo or None):
        report.filled[Kind.PAGE if isinstance(page, PlainPage) else Kind.STORY] += 1
        return
    draft = page.get_latest_revision_as_object()
    lacks = lacking(draft, body, lead_photo)
    # An editor may have left a picture out on purpose; that is no news at each further run.
    if lacks & of_this_run or (lacks and PICTURE_MISSING in str(list(draft.body.raw_data))):
        report.note(
            f"“{draft.title}” was edited here since it was imported, so nothing in it was changed; "
            "pictures it lacks are among the photos now."
        )


def lacking(page: Story | PlainPage, body: list[Block], lead_photo: int | None) -> set[int]:
    """Return the photos that are in a body, or lead, and are not in a page."""
    lacks = set(photos_in(body)) - set(photos_in(list(page.body.raw_data)))
    if isinstance(page, Story) and page.lead_photo_id is None and lead_photo is not None:
        lacks.add(lead_photo)
    return lacks


def photos_in(value: Any) -> Iterator[int]:
    """Yield the photos' keys anywhere in a body, stored or not yet."""
    if isinstance(value, dict):
        if isinstance(photo := value.get("photo"), int):
            yield photo
        yield from photos_in_each(value.values())
    elif isinstance(value, list | tuple):
        yield from photos_in_each(value)


def photos_in_each(values: Iterable[Any]) -> Iterator[int]:
    for value in values:
        yield from photos_in(value)
