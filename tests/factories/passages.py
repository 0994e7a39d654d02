"""Stories with text to talk about, and questions marked in it."""

from uuid import UUID, uuid4

from commonpress.newsroom.actions.publishing import publish
from tests.factories.discussion import story_to_discuss

TEXT = (
    "<p>The bridge was closed on <b>Monday</b> night. The council paid 4 million euros for it.</p>"
    "<p>Nobody knows when it opens again. The council paid 5 million euros for the school.</p>"
)


def marked(words: str, question: str = "What do you think?", *, mark: UUID | None = None, is_open: bool = True) -> str:
    is_open_word = "1" if is_open else "0"
    return f'<span data-ask="{mark or uuid4()}" data-question="{question}" data-open="{is_open_word}">{words}</span>'


def story_with_text(text: str = TEXT, **fields):
    return story_to_discuss(body=[("paragraph", text)], **fields)


def revise(story, text: str):
    """Publish the story with another text in its first block."""
    story = type(story).objects.get(pk=story.pk)
    raw = [dict(block) for block in story.body.raw_data]
    raw[0]["value"] = text
    story.body = raw
    publish(story)
    return story
