"""The author's questions in the text survive the editor, and never show as markup."""

import json

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from commonpress.newsroom.actions.search_index import index_story
from commonpress.newsroom.blocks import PARAGRAPH_FEATURES
from commonpress.newsroom.marks import without_marks
from commonpress.newsroom.models.search import SearchEntry
from tests.factories.passages import TEXT, marked, story_with_text

MARK = "0b1e7f0c-5d0f-4a57-9d5e-1f7c6a0a2b3c"
ASKED = f'<p data-block-key="a1">It was <span data-ask="{MARK}" data-question="Who &lt;b&gt; &quot;says&quot; so?" data-open="0">closed <b>on</b> Monday</span>.</p>'


@pytest.fixture
def converter():
    return ContentstateConverter(features=PARAGRAPH_FEATURES)


def test_a_mark_comes_through_the_editor_as_it_was(converter):
    state = converter.from_database_format(ASKED)

    (entity,) = json.loads(state)["entityMap"].values()
    assert entity["type"] == "ASK"
    assert entity["data"] == {"id": MARK, "question": 'Who <b> "says" so?', "isOpen": False}
    again = converter.from_database_format(converter.to_database_format(state))
    assert json.loads(again) == json.loads(state)
    assert without_marks(converter.to_database_format(state)).endswith("closed <b>on</b> Monday.</p>")


def test_a_mark_of_a_browser_that_sends_nonsense_is_made_whole(converter):
    state = json.loads(converter.from_database_format(ASKED))
    state["entityMap"]["0"]["data"] = {"id": '"><script>', "question": "x" * 1000}

    html = converter.to_database_format(json.dumps(state))

    assert "<script" not in html
    assert f'data-question="{"x" * 300}"' in html
    assert without_marks(html).endswith("closed <b>on</b> Monday.</p>")


@pytest.mark.django_db
def test_readers_search_finds_the_words_and_not_the_question():
    story = story_with_text(TEXT.replace("Nobody knows", marked("Nobody knows", "Unspeakable")))
    index_story(story)

    body = SearchEntry.objects.get(pk=story.pk).body

    assert "Nobody knows when" in body
    assert "Unspeakable" not in body
