"""The page everything starts from, read from top to bottom as bytes."""

from datetime import UTC, date, datetime

import html5lib
import pytest
from django.utils import timezone

from commonpress.newsroom.models.story import Story
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, moderator
from tests.factories.fundraising import make_drive, make_gift
from tests.factories.newsroom import BylineFactory, DeskFactory, StoryFactory, make_publication
from tests.factories.photos import make_photo

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 5, 3, 17, tzinfo=UTC)


@pytest.fixture
def story(time_machine) -> Story:
    time_machine.move_to("2026-11-12 12:00Z")
    make_publication(call_before="You pay for this paper.", call_after="You read to the end.")
    writer = BylineFactory(name="Nell Averay", role="Reporter", biography="Writes about water.", person=PersonFactory())
    photo = make_photo(
        caption="The bridge in flood.", photographer="Ada Byrne", agency="Harbour Press", taken_on=date(2023, 6, 2)
    )
    story = StoryFactory(
        title="Penny Bridge to close",
        dek="The council voted nine to six.",
        desk=DeskFactory(title="Town Hall"),
        bylines=[writer, BylineFactory(name="Tom Reed")],
        tags=["Ferry"],
        lead_photo=photo,
        body=[("paragraph", "<p>Divers found a hole.</p>")],
        first_public_at=FIRST,
    )
    Story.objects.filter(pk=story.pk).update(corrected_at=datetime(2026, 5, 4, 9, tzinfo=UTC))
    question = comment_on(story, "Will the ferry run?", name="Mara")
    comment_on(story, "It will.", writer=writer.person, parent=question)
    comment_on(story, "Please stay kind.", writer=moderator(), parent=question)
    drive = make_drive()
    make_gift(drive, 1_360_00, occurred_at=timezone.now())
    return story


def words_of(answer) -> str:
    page = html5lib.parse(answer.content, namespaceHTMLElements=False, transport_encoding="utf-8")
    return " ".join(" ".join(page.find("body").itertext()).split())


def test_a_story_holds_every_part_of_the_page_in_its_order(client, story):
    words = words_of(client.get(story.path_here))

    parts = [
        "November 2026",
        "€1,360",
        "€0 €2,500 €5,000",
        "Town Hall",
        "Penny Bridge to close",
        "The council voted nine to six.",
        "By Nell Averay , Tom Reed",
        "May 3, 2026",
        "Corrected May 4, 2026",
        "3 comments",
        "You pay for this paper. Give",
        "File photo, June 2, 2023. The bridge in flood. Ada Byrne / Harbour Press",
        "Divers found a hole.",
        "You read to the end. Give",
        "Tags Ferry",
        "Nell Averay , Reporter. Writes about water.",
        "3 comments",
        "Your comment",
        "Newest Oldest Most voted Best",
        "Mara",
        "Will the ferry run?",
        "It will.",
    ]
    at = 0
    for part in parts:
        assert part in words[at:], f"{part!r} is not where it belongs in: {words}"
        at = words.index(part, at) + len(part)


def test_a_story_marks_replies_of_its_author_and_of_staff_in_words(client, story):
    html = client.get(story.path_here).text

    said = {
        text: html.split(f"<p>{text}</p>")[0].rsplit("<article", 1)[1]
        for text in ("Will the ferry run?", "It will.", "Please stay kind.")
    }
    assert ">Author<" in said["It will."]
    assert ">Staff<" in said["Please stay kind."]
    assert "comment__mark" not in said["Will the ferry run?"]


@pytest.mark.parametrize(("width", "is_small"), [(399, True), (400, False)])
def test_a_small_picture_is_not_enlarged(client, width, is_small):
    story = StoryFactory(lead_photo=make_photo(width=width, height=300))

    assert ("figure--small" in client.get(story.path_here).text) is is_small


@pytest.mark.parametrize("address", ["/", "STORY", "DESK", "/give/", "/2026/", "/search/?q=bridge", "/no-such-page/"])
def test_the_meter_stands_on_every_page(client, story, address):
    address = {"STORY": story.path_here, "DESK": story.desk.path_here}.get(address, address)

    assert "€1,360" in words_of(client.get(address))
