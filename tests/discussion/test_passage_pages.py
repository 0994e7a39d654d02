"""What readers see of passages: notes in the story, a page for each, and the form that says which words it is about."""

import re
from uuid import uuid4

import pytest

from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.moderation import remove_comment, restore_comment
from commonpress.discussion.actions.threads import set_discussion
from commonpress.discussion.models import Comment, Passage, RemovalReason
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.newsroom.actions.publishing import unpublish
from commonpress.newsroom.models.public_page import CommentsState
from tests.factories.accounts import GuestFactory
from tests.factories.discussion import moderator
from tests.factories.passages import TEXT, marked, revise, story_with_text

pytestmark = [pytest.mark.django_db]


def comment_about(story, quote, text="Is that so?"):
    (anchor,) = found_in(texts_of(story.body), quote)
    return post_comment(story, writer=GuestFactory(), text=text, about=anchor)


def html_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def story_that_asks(question="When, do you think?", **more):
    return story_with_text(TEXT.replace("Nobody knows", marked("Nobody knows", question, **more)))


def test_the_note_of_a_question_never_stands_in_a_link(client):
    gone, link = (
        '<a linktype="page" id="99999">gone</a>',
        f'<a href="https://example.org/">the {marked("linked")} words</a>',
    )
    story = story_with_text(f"<p>It is {gone} and {link} stay.</p>")

    html = html_of(client, story.path_here)

    assert "<a>gone</a>" in html
    assert re.search(r"the linked words</a><passage-note", html)


def test_a_question_stands_behind_its_words_as_a_link_and_its_mark_is_never_shown(client):
    story = story_that_asks()
    passage = Passage.objects.get()

    html = html_of(client, story.path_here)

    note = re.search(
        r"Nobody knows<passage-note[^>]*><a href=\"([^\"]*)\"[^>]*aria-label=\"([^\"]*)\">([^<]*)</a>", html
    )
    assert note.groups() == (
        f"{story.path_here}comments/on/{passage.public_id}/",
        "The author asks: When, do you think? (0 answers)",
        "?",
    )
    assert "data-ask" not in html
    assert "data-question" not in html


def test_readers_comments_are_counted_at_the_end_of_their_paragraph_together(client):
    story = story_with_text()
    comment_about(story, "closed on Monday")
    comment_about(story, "paid 4 million")
    comment_about(story, "Nobody knows")
    passage = Passage.objects.get(exact="Nobody knows")

    html = html_of(client, story.path_here)

    notes = re.findall(r"(\w+\.)<passage-note[^>]*><a href=\"([^\"]*)\"[^>]*>(\d+)</a></passage-note></p>", html)
    assert notes == [
        ("it.", f"{story.path_here}comments/on/", "2"),
        ("school.", f"{story.path_here}comments/on/{passage.public_id}/", "1"),
    ]


def test_words_nobody_speaks_of_any_more_have_no_note(client):
    story = story_with_text()
    comment_about(story, "paid 4 million")
    revise(story, "<p>Everything is different now.</p>")

    assert "<passage-note" not in html_of(client, story.path_here)


def test_a_story_without_discussion_shows_no_notes(client):
    story = story_that_asks()
    set_discussion(story, CommentsState.OFF, by=moderator())

    html = html_of(client, story.path_here)

    assert "<passage-note" not in html
    assert "Nobody knows when" in html


def test_a_passage_has_a_page_with_its_words_question_and_answers(client):
    story = story_that_asks()
    passage = Passage.objects.get()
    post_comment(story, writer=GuestFactory(), text="In May, I think.", about=passage)

    html = html_of(client, f"{story.path_here}comments/on/{passage.public_id}/")

    assert "When, do you think?" in html
    assert "In May, I think." in html
    assert f'<input type="hidden" name="passage" value="{passage.public_id}">' in html


def test_a_passages_page_gives_the_storys_script_the_latest_three_answers(client):
    story = story_that_asks()
    passage = Passage.objects.get()
    for number in range(5):
        post_comment(story, writer=GuestFactory(), text=f"Answer number {number}.", about=passage)

    response = client.get(f"{story.path_here}comments/on/{passage.public_id}/latest/")

    html = response.content.decode()
    assert "<html" not in html
    assert [number for number in range(5) if f"Answer number {number}." in html] == [2, 3, 4]
    assert "View all 5 comments" in html


def test_an_answer_sent_from_its_page_stands_in_the_thread_with_its_quote(client):
    story = story_that_asks()
    passage = Passage.objects.get()

    client.post(f"/-/compose/{story.pk}", {"text": "In May.", "passage": passage.public_id, "then": "post"})

    assert Comment.objects.get().passage == passage
    assert "“Nobody knows”" in html_of(client, story.path_here)


def test_words_marked_in_the_story_come_back_in_the_form_and_with_the_comment(client):
    story = story_with_text()
    words = {"quote": "The council paid", "before": "opens again. "}

    form = html_of(client, f"/-/compose/{story.pk}?quote=The+council+paid&before=opens+again.+")
    client.post(f"/-/compose/{story.pk}", {"text": "For the school?", "then": "post", **words})

    assert "Your comment is on these words The council paid Your comment" in words_of(form)
    passage = Comment.objects.get().passage
    assert passage.suffix.startswith(" 5 million")


@pytest.mark.parametrize(
    ("quote", "status"), [("The council paid", 422), ("words nobody wrote", 409), ("x" * 5000, 409), (" ", 302)]
)
def test_words_that_are_not_told_apart_or_not_there_are_refused_with_what_was_typed(client, quote, status):
    story = story_with_text()

    response = client.post(f"/-/compose/{story.pk}", {"text": "My precious words.", "quote": quote, "then": "post"})

    assert response.status_code == status
    if status != 302:
        assert "My precious words." in response.content.decode()
        assert not Comment.objects.exists()


def test_without_a_script_a_sentence_is_chosen_from_a_list(client):
    story = story_with_text()
    html = html_of(client, f"{story.path_here}comments/on/")
    choices = re.findall(r'name="on" value="([^"]*)" required>\s*([^<]*?)\s*</label>', html)

    form = html_of(client, f"/-/compose/{story.pk}?on={choices[3][0]}")

    assert [words for _place, words in choices] == [
        "The bridge was closed on Monday night.",
        "The council paid 4 million euros for it.",
        "Nobody knows when it opens again.",
        "The council paid 5 million euros for the school.",
    ]
    assert "on these words The council paid 5 million euros for the school. Your comment" in words_of(form)
    assert 'name="before"' in form


def test_a_chosen_sentence_that_was_changed_meanwhile_is_refused(client):
    story = story_with_text()
    html = html_of(client, f"{story.path_here}comments/on/")
    place = re.search(r'name="on" value="([^"]*)"', html)[1]
    revise(story, TEXT.replace("bridge", "tunnel"))

    response = client.get(f"/-/compose/{story.pk}?on={place}")
    written = client.post(f"/-/compose/{story.pk}", {"on": place, "text": "Why?", "then": "post"})

    assert (response.status_code, written.status_code) == (409, 409)
    assert "no longer stand in it like this." in response.content.decode()
    assert "What you wrote" not in response.content.decode()
    assert "no longer stand in it like this. What you wrote is still here" in written.content.decode()


TWICE = "<p>They met and He agreed.</p><p>She left the house.</p><p>He agreed.</p><p>Applause.</p><p>Applause.</p>"


def fields_of(html):
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', html))


@pytest.mark.parametrize(("number", "start"), [(2, 44), (3, 55), (4, 65)])
def test_of_two_same_sentences_the_one_that_was_chosen_is_commented_on(client, number, start):
    story = story_with_text(TWICE)
    places = re.findall(r'name="on" value="([^"]*)"', html_of(client, f"{story.path_here}comments/on/"))

    form = fields_of(html_of(client, f"/-/compose/{story.pk}?on={places[number]}"))
    client.post(f"/-/compose/{story.pk}", {"text": "Who did?", "then": "post", **form})

    assert Comment.objects.get().passage.start == start


def test_words_accepted_at_the_beginning_of_a_line_are_accepted_with_the_comment(client):
    story = story_with_text(TWICE)
    form = fields_of(html_of(client, f"/-/compose/{story.pk}?quote=He+agreed.&before="))

    client.post(f"/-/compose/{story.pk}", {"text": "Who did?", "then": "post", **form})

    assert Comment.objects.get().passage.start == 44


def test_a_sentence_that_was_pushed_along_while_the_comment_was_written_is_found_by_its_words(client):
    story = story_with_text()
    form = fields_of(html_of(client, f"/-/compose/{story.pk}?quote=The+council+paid&before=opens+again."))
    revise(story, TEXT.replace("<p>The bridge", "<p>It is so. The bridge"))

    client.post(f"/-/compose/{story.pk}", {"text": "For the school?", "then": "post", **form})

    assert Comment.objects.get().passage.suffix.startswith(" 5 million")


@pytest.mark.parametrize("place", ["a", "a.b.c.d", "....", "a.1.2.3", "b.99999999999.1.x"])
def test_a_place_nobody_offered_is_refused(client, place):
    story = story_with_text()

    assert client.get(f"/-/compose/{story.pk}", {"on": place}).status_code == 409


@pytest.mark.parametrize("public_id", ["\0", "a\0b", "x", "x" * 12])
def test_what_is_no_passages_id_names_no_passage(client, public_id):
    story = story_with_text()

    for then in ("preview", "post"):
        form = {"text": "Here.", "passage": public_id, "then": then}
        assert client.post(f"/-/compose/{story.pk}", form).status_code == 404
    assert not Passage.objects.exists()


def test_a_passage_of_another_story_is_no_passage_of_this_one(client):
    story, other = story_with_text(), story_with_text(title="Another")
    comment_about(other, "paid 4 million")
    passage = Passage.objects.get()

    responses = [
        client.get(f"{story.path_here}comments/on/{passage.public_id}/"),
        client.get(f"{story.path_here}comments/on/{passage.public_id}.json"),
        client.post(f"/-/compose/{story.pk}", {"text": "Here.", "passage": passage.public_id, "then": "post"}),
    ]

    assert [response.status_code for response in responses] == [404, 404, 404]


def pages_of(client, story, passage):
    address = f"{story.path_here}comments/on/{passage.public_id}"
    return [client.get(f"{address}{end}").status_code for end in ("/", "/latest/", ".json")]


def test_a_question_that_was_taken_back_before_anybody_answered_is_shown_nowhere(client):
    story = story_that_asks("Did the mayor steal it?")
    passage = Passage.objects.get()
    before = pages_of(client, story, passage)

    revise(story, TEXT)

    assert (before, pages_of(client, story, passage)) == ([200] * 3, [404] * 3)
    assert "steal" not in html_of(client, f"{story.path_here}comments/on/")
    asked = client.get(f"/-/compose/{story.pk}", {"passage": passage.public_id})
    assert asked.status_code == 409
    assert "steal" not in asked.content.decode()


def test_a_question_that_was_taken_back_stays_with_its_answers(client):
    story = story_that_asks()
    passage = Passage.objects.get()
    post_comment(story, writer=GuestFactory(), text="In May, I think.", about=passage)

    revise(story, TEXT)

    assert pages_of(client, story, passage) == [200] * 3
    assert "When, do you think?" in html_of(client, f"{story.path_here}comments/on/")


def test_words_whose_only_comment_was_removed_are_shown_nowhere_until_it_is_restored(client):
    story = story_with_text()
    comment = comment_about(story, "The council paid 4 million euros for it.")
    revise(story, TEXT.replace("4 million", "6 million"))
    passage = Passage.objects.get()

    remove_comment(comment, by=moderator(), reason=RemovalReason.OTHER)
    without = pages_of(client, story, passage)
    restore_comment(comment, by=moderator(), reason="A slip.")

    assert (without, pages_of(client, story, passage)) == ([404] * 3, [200] * 3)


def test_an_answer_to_a_question_that_is_taken_back_meanwhile_is_refused_and_kept(client):
    story = story_that_asks()
    passage = Passage.objects.get()
    revise(story, TEXT)

    response = client.post(f"/-/compose/{story.pk}", {"text": "In May.", "passage": passage.public_id, "then": "post"})

    assert response.status_code == 409
    assert "In May." in response.content.decode()


def test_a_withdrawn_storys_passages_are_withdrawn_with_it(client):
    story = story_with_text()
    comment_about(story, "paid 4 million")
    passage = Passage.objects.get()
    address = f"{story.path_here}comments/on/"
    unpublish(story)

    assert client.get(address).status_code == 410
    assert client.get(f"{address}{passage.public_id}/").status_code == 410


def test_a_comment_says_that_its_words_were_changed_and_what_they_were(client):
    story = story_with_text()
    comment_about(story, "The council paid 4 million euros for it.")
    passage = Passage.objects.get()
    revise(story, TEXT.replace("4 million", "6 million"))
    later = comment_about(type(story).objects.get(pk=story.pk), "The council paid 6 million euros for it.", "Better.")

    thread = words_of(html_of(client, story.path_here))
    page = words_of(html_of(client, f"{story.path_here}comments/on/{passage.public_id}/"))

    assert later.passage == passage
    assert "“The council paid 4 million euros for it.” The text has changed since." in thread
    assert "“The council paid 6 million euros for it.” Better." in thread
    assert "What it said before The council paid 4 million euros for it." in page


def test_a_comment_on_words_that_are_gone_keeps_its_quote(client):
    story = story_with_text()
    comment_about(story, "The council paid 4 million euros for it.")
    revise(story, TEXT.replace(" The council paid 4 million euros for it.", ""))

    thread = words_of(html_of(client, story.path_here))

    assert "“The council paid 4 million euros for it.” On words no longer in the story." in thread


def test_a_closed_question_takes_no_answers_and_its_page_offers_none(client):
    story = story_that_asks(is_open=False)
    passage = Passage.objects.get()

    html = html_of(client, f"{story.path_here}comments/on/{passage.public_id}/")
    refused = client.post(f"/-/compose/{story.pk}", {"text": "In May.", "passage": passage.public_id, "then": "post"})

    assert "<textarea" not in html
    assert refused.status_code == 409
    assert "In May." in refused.content.decode()


def test_a_passage_is_told_to_machines_as_a_web_annotation(client):
    story = story_that_asks(mark=uuid4())
    passage = Passage.objects.get()

    response = client.get(f"{story.path_here}comments/on/{passage.public_id}.json")

    annotation = response.json()
    assert response["Content-Type"] == "application/ld+json"
    assert annotation["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert annotation["target"]["selector"][0]["exact"] == "Nobody knows"
    assert annotation["body"][1]["value"] == "When, do you think?"


def test_what_a_commenter_marks_is_escaped_wherever_it_stands(client):
    story = story_with_text("<p>One &lt;script&gt;alert(1)&lt;/script&gt; two &amp;amp; three.</p>")
    comment_about(story, "<script>alert(1)</script> two &amp; three.")
    passage = Passage.objects.get()

    for address in (
        story.path_here,
        f"{story.path_here}comments/on/",
        f"{story.path_here}comments/on/{passage.public_id}/",
    ):
        assert "<script>alert" not in html_of(client, address)
