import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpress.newsroom.actions.publishing import publish, unpublish
from commonpress.newsroom.actions.search_index import index_all
from commonpress.newsroom.models.search import SearchEntry
from commonpress.newsroom.queries.search import MAX_WORDS, phrases_in, search, snippet_of
from tests.factories.newsroom import BylineFactory, DeskFactory, StoryFactory, make_publication

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def story(title="Council repairs bridge", text="", **fields):
    return StoryFactory(title=title, body=[("paragraph", f"<p>{text}</p>")] if text else [], **fields)


def found(question, page=1):
    return [hit.story.title for hit in search(question, page).hits]


def test_a_story_is_found_by_what_it_says():
    byline = BylineFactory(name="Ada Byrne")
    story("Harbour opens", "The first boat came at noon.", bylines=[byline], tags=["water"], dek="After nine years")
    story("Council repairs bridge")

    for question in ("harbour", "boat", "nine years", "byrne", "water", "HARBOUR boat"):
        assert found(question) == ["Harbour opens"], question
    assert found("harbour bridge") == []
    assert found("submarine") == []


def test_forms_of_a_word_and_accents_do_not_matter():
    story("Councils meet", "They met in the Café Müller.")

    for question in ("council", "councils", "meeting", "cafe", "café", "muller", "MÜLLER", "cafe\u0301"):
        assert found(question) == ["Councils meet"], question


def test_what_stands_in_the_headline_comes_first():
    story("A quiet week", "Somebody mentioned the flood once.")
    story("The flood", "Water everywhere.")

    assert found("flood") == ["The flood", "A quiet week"]


def test_words_in_quotes_stand_together():
    story("One", "The green river rises.")
    story("Two", "The river is green.")

    assert found('"green river"') == ["One"]
    assert sorted(found("green river")) == ["One", "Two"]
    assert found('"green river') == ["One"]


@pytest.mark.parametrize(
    "question",
    [
        "", "   ", '"', '""', "'", "%", "*", "bridge*", "NOT", "AND OR NEAR(", "headline:bridge", "-bridge", "^bridge", "{a}",
        "bridge)", "bridge' OR 1=1 --", "\x00", "a\x00b", "\ue000", "((((", '" OR "', "&|!<->", ":*", "\\", "𝔟𝔯𝔦𝔡𝔤𝔢", "桥",
        "the", "x" * 10_000, "bridge " * 5_000, '"' * 3_000,
    ],
)  # fmt: skip
def test_no_question_is_too_odd(question):
    story()

    assert set(found(question)) <= {"Council repairs bridge"}


def test_signs_mean_nothing():
    story()

    for question in ("bridge*", "-bridge", "^bridge", "bridge)", "council & | ! bridge"):
        assert found(question) == ["Council repairs bridge"], question


def test_drafts_and_withdrawn_stories_are_not_found():
    StoryFactory(title="Secret bridge", published=False)
    public = story("Public bridge")
    assert found("bridge") == ["Public bridge"]

    unpublish(public)

    assert found("bridge") == []
    assert SearchEntry.objects.count() == 0


def test_a_changed_story_is_found_by_its_new_words_only():
    changed = story("Old bridge")
    changed.title = "New tunnel"
    publish(changed)

    assert (found("bridge"), found("tunnel")) == ([], ["New tunnel"])


def test_a_deleted_story_is_not_found():
    story().delete()

    assert found("bridge") == []


def test_the_snippet_shows_the_words_in_their_sentence():
    story("Weather", "Nothing much. " * 60 + "Then <i>Zoë</i> saw the floods &amp; ran. " + "Nothing much. " * 60)

    snippet = search("flood").hits[0].snippet

    assert "Zoë saw the <mark>floods</mark> &amp; ran." in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < 320


def test_a_snippet_holds_no_html_but_our_marks():
    story("Weather", "&lt;script&gt;alert(1)&lt;/script&gt; flood")

    snippet = search("flood").hits[0].snippet

    assert "<script" not in snippet
    assert "&lt;script&gt;" in snippet
    assert "<mark>flood</mark>" in snippet


def test_pages_follow_one_another_without_gap_at_the_same_cost():
    desk = DeskFactory()
    for number in range(23):
        story(f"Bridge {number}", desk=desk)

    with CaptureQueriesContext(connection) as first_queries:
        first = search("bridge")
    second = search("bridge", page=2)

    assert (len(first.hits), first.has_more) == (20, True)
    assert (len(second.hits), second.has_more) == (3, False)
    assert len({hit.story.pk for hit in first.hits + second.hits}) == 23
    with CaptureQueriesContext(connection) as few_queries:
        search("22")
    assert len(few_queries) == len(first_queries)
    assert found("bridge", page=3) == []


def test_indexing_all_anew_finds_what_was_lost_and_forgets_what_is_gone():
    kept, gone = story("Kept bridge"), story("Gone bridge")
    SearchEntry.objects.filter(pk=kept.pk).delete()
    type(gone).objects.filter(pk=gone.pk).update(live=False)

    assert index_all() == 1

    assert list(SearchEntry.objects.values_list("pk", flat=True)) == [kept.pk]
    assert found("bridge") == ["Kept bridge"]


def test_after_a_change_of_language_stories_are_found_by_its_words(run_jobs):
    publication = make_publication(language="en")
    story("Die Häuser am Hafen")
    publication.language = "de"

    publication.save()
    run_jobs()

    # German folds "Häusern" and "Häuser" into one on PostgreSQL; SQLite finds words as they stand.
    asked = "Häusern" if connection.vendor == "postgresql" else "Häuser"
    assert found(asked) == ["Die Häuser am Hafen"]


def test_the_command_says_how_many_can_be_found(capsys):
    story()

    call_command("index_stories")

    assert capsys.readouterr().out == "1 stories can be found.\n"


def test_a_question_is_read_as_words_and_phrases():
    assert phrases_in('one "two three" four_five') == [["one"], ["two", "three"], ["four"], ["five"]]
    assert phrases_in('"" !') == []
    assert len(phrases_in("word " * 100)) == MAX_WORDS


def test_a_snippet_without_marks_is_the_beginning():
    assert snippet_of("A short text.") == "A short text."
    assert snippet_of("") == ""
