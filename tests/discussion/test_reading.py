"""Reading a thread: orders, pages, branches, one comment in context."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from commonpress.discussion import queries
from commonpress.discussion.actions.imports import finish_import, import_comment
from commonpress.discussion.actions.moderation import remove_comment
from commonpress.discussion.actions.votes import DOWN, UP, vote
from commonpress.discussion.filters import Filter
from commonpress.discussion.models import Comment, CommentState, RemovalReason
from commonpress.discussion.queries import Sort
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def reader() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


@pytest.fixture
def small_views(monkeypatch):
    """Views of 20 texts and 5 comments on the story instead of 200 and 50: the same arithmetic on fewer rows."""
    monkeypatch.setattr(queries, "BUDGET", 20)
    monkeypatch.setattr(queries, "ROOTS", 5)
    monkeypatch.setattr(queries, "BRANCH", 10)


def source_of(entry):
    return Comment.objects.get(pk=entry.comment.pk).body_source


def texts(view):
    return [source_of(entry) if entry.comment else f"{entry.more_count} more" for entry in view.entries]


def sources(entries):
    return [source_of(entry) for entry in entries]


def fill(story, *, roots, replies=0):
    """Import roots "1", "2" ... a minute apart, each with replies "1.1", "1.2" ..."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    for number in range(1, roots + 1):
        root = import_comment(story, html=str(number), created_at=at + timedelta(minutes=number), name="Mara")
        for reply in range(1, replies + 1):
            import_comment(
                story, html=f"{number}.{reply}", created_at=at + timedelta(minutes=number), name="Tom", parent=root
            )
    finish_import(story)


def test_each_order_is_what_its_name_says():
    story = story_to_discuss()
    old, middle, new = (comment_on(story, text) for text in ("old", "middle", "new"))
    for _voter in range(3):
        vote(middle, page=story, voter=PersonFactory(), value=UP)
    for value in (UP, UP, UP, UP, DOWN, DOWN):
        vote(old, page=story, voter=PersonFactory(), value=value)

    assert texts(queries.view_of(story.pk, Sort.NEWEST)) == ["new", "middle", "old"]
    assert texts(queries.view_of(story.pk, Sort.OLDEST)) == ["old", "middle", "new"]
    assert texts(queries.view_of(story.pk, Sort.MOST_VOTED)) == ["middle", "old", "new"]
    assert texts(queries.view_of(story.pk, Sort.BEST)) == ["middle", "old", "new"]
    assert new.path == "0003"


def test_what_is_talked_about_comes_first_under_hot_and_most_discussed():
    story = story_to_discuss()
    quiet, lively, other = (comment_on(story, text) for text in ("quiet", "lively", "other"))
    answer = comment_on(story, "An answer.", parent=lively)
    comment_on(story, "And one to it.", parent=answer)
    comment_on(story, "Once.", parent=quiet)
    vote(other, page=story, voter=PersonFactory(), value=UP)

    def roots(sort):
        return [source_of(entry) for entry in queries.view_of(story.pk, sort).entries if entry.level == 0]

    assert roots(Sort.MOST_DISCUSSED) == ["lively", "quiet", "other"]
    assert roots(Sort.HOT) == ["lively", "quiet", "other"]
    remove_comment(answer, by=moderator(), reason=RemovalReason.OTHER)
    assert roots(Sort.MOST_DISCUSSED) == ["lively", "quiet", "other"]
    for _voter in range(9):
        vote(other, page=story, voter=PersonFactory(), value=UP)
    assert roots(Sort.HOT)[0] == "other"


def test_a_later_page_of_a_branch_shows_its_comments_where_they_belong(reader, small_views):
    story = story_to_discuss()
    head = comment_on(story, "Head.")
    under = comment_on(story, "Deep one.", parent=comment_on(story, "First.", parent=head))
    for number in range(9):
        comment_on(story, f"Deep {number}.", parent=under)
    comment_on(story, "Second.", parent=head)
    entries, cursor = queries.branch_of(head)
    assert (len(entries), cursor is not None) == (10, True)

    entries, cursor = queries.branch_of(head, after=cursor)

    assert [(entry.level, source_of(entry)) for entry in entries] == [
        (0, "First."), (1, "Deep one."), (2, "Deep 8."), (0, "Second."),
    ]  # fmt: skip
    assert cursor is None


def test_who_runs_no_script_sees_their_votes_and_what_of_theirs_waits(reader):
    story = story_to_discuss()
    comment = comment_on(story, "Hear, hear.")
    address = f"{story.path_here}comments/as-me/"
    led_to = reader.get(address)
    assert (led_to.status_code, led_to["Location"]) == (302, f"{story.path_here}#discussion")

    reader.post(f"/-/vote/{comment.public_id}", {"value": "1"})
    reader.post(f"/-/compose/{story.pk}", {"text": "See https://elsewhere.example/ for more."})
    mine = reader.get(address)

    assert f'href="{address}"' in reader.get(story.path_here).content.decode()
    assert "no-store" in mine["Cache-Control"]
    assert 'value="0" aria-pressed="true" aria-label="Vote up"' in mine.content.decode()
    assert "Only you can see it" in mine.content.decode()


def test_replies_stand_below_what_they_answer_in_the_order_of_the_conversation():
    story = story_to_discuss()
    question = comment_on(story, "Why?")
    first = comment_on(story, "Because.", parent=question)
    comment_on(story, "Hm.")
    comment_on(story, "Or not.", parent=question)
    comment_on(story, "Thanks.", parent=first)

    view = queries.view_of(story.pk, Sort.OLDEST)

    assert texts(view) == ["Why?", "Because.", "Thanks.", "Or not.", "Hm."]
    assert [entry.level for entry in view.entries] == [0, 1, 2, 1, 0]


def test_a_thread_within_the_budget_is_shown_whole_and_one_more_begins_pages(small_views):
    story = story_to_discuss()
    fill(story, roots=10, replies=1)
    assert len(queries.view_of(story.pk, Sort.NEWEST).entries) == 20

    comment_on(story, "One more.")
    view = queries.view_of(story.pk, Sort.NEWEST)

    assert texts(view)[0] == "One more."
    assert view.next_cursor is not None
    assert sum(entry.level == 0 for entry in view.entries) == 5


def test_the_pages_of_the_orders_and_kinds_are_told_apart_by_their_titles(client):
    story = story_to_discuss()
    comment_on(story)

    titles = [
        re.search(r"<title>\s*(.+?)\s*</title>", client.get(f"{story.path_here}comments/{order}/").content.decode())[1]
        for order in (*Sort, *Filter)
    ]

    assert len(set(titles)) == len(titles)
    assert titles[0] == f"Comments: {story.title} · Newest · {Publication.load().name}"


@pytest.mark.parametrize("tail", ["", "comments/oldest/"])
def test_a_page_that_shows_not_all_comments_says_which_was_the_newest_when_it_was_drawn(reader, small_views, tail):
    story = story_to_discuss()
    fill(story, roots=10, replies=1)
    whole = reader.get(f"{story.path_here}{tail}").content.decode()

    newest = comment_on(story, "Down here.", parent=Comment.objects.get(body_source="1"))
    held = comment_on(story, "See https://elsewhere.example/ for more.")
    part = reader.get(f"{story.path_here}{tail}").content.decode()

    assert held.state == CommentState.HELD
    assert "data-newest" not in whole
    assert re.findall(r'data-newest="(.*?)"', part) == [newest.public_id]


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_show_every_comment_on_the_story_once(sort, small_views):
    story = story_to_discuss()
    fill(story, roots=23)
    seen, cursor = [], None

    for _page in range(10):
        view = queries.view_of(story.pk, sort, after=cursor)
        seen += texts(view)
        cursor = view.next_cursor
        if cursor is None:
            break

    assert len(seen) == 23
    assert set(seen) == {str(number) for number in range(1, 24)}


def test_later_pages_lead_back_to_the_first(reader, small_views):
    story = story_to_discuss()
    fill(story, roots=23)
    head = Comment.objects.filter(parent=None).first()
    for number in range(11):
        comment_on(story, f"Reply {number}", parent=head)
    comments = f"{story.path_here}comments/oldest/"
    replies = f"{story.path_here}comments/in/{head.public_id}/"
    later = f"{comments}after/{queries.view_of(story.pk, Sort.OLDEST).next_cursor}/"
    later_replies = f"{replies}after/{queries.branch_of(head)[1]}/"

    back = [
        f'<a href="{comments}">Back to the first comments</a>',
        f'<a href="{replies}">Back to the first replies</a>',
    ]

    assert back[0] in reader.get(later).content.decode()
    assert back[1] in reader.get(later_replies).content.decode()
    assert "Back to the first" not in reader.get(comments).content.decode()
    assert "Back to the first" not in reader.get(replies).content.decode()


def test_a_giant_branch_shows_its_first_replies_and_the_way_to_the_others(small_views):
    story = story_to_discuss()
    fill(story, roots=6, replies=5)

    view = queries.view_of(story.pk, Sort.NEWEST)
    assert texts(view)[:5] == ["6", "6.1", "6.2", "6.3", "2 more"]

    more = next(entry for entry in view.entries if entry.more_in)
    entries, following = queries.branch_of(more.more_in, after=more.more_cursor)
    assert sources(entries) == ["6.4", "6.5"]
    assert following is None


def test_replies_beyond_a_page_of_a_branch_follow_by_cursor(small_views):
    story = story_to_discuss()
    fill(story, roots=1, replies=23)
    head = Comment.objects.get(parent=None)

    first, cursor = queries.branch_of(head)
    second, cursor = queries.branch_of(head, after=cursor)
    third, end = queries.branch_of(head, after=cursor)

    assert [len(first), len(second), len(third)] == [10, 10, 3]
    assert end is None
    assert len({entry.comment.pk for entry in [*first, *second, *third]}) == 23


@pytest.mark.parametrize("budget", [30, 200, 10_000])
def test_a_fair_share_fits_the_budget_or_is_three(budget):
    counts = [1, 2, 40, 500, 3]

    share = queries.fair_share(counts, budget)

    assert share == 3 or sum(min(count, share) for count in counts) <= budget
    assert share == max(counts) or sum(min(count, share + 1) for count in counts) > budget


def test_the_first_view_costs_five_queries_at_most(small_views, django_assert_max_num_queries):
    story = story_to_discuss()
    fill(story, roots=6, replies=5)
    remove_comment(Comment.objects.get(body_source="6"), by=moderator(), reason=RemovalReason.SPAM)
    story = Story.objects.get(pk=story.pk)

    with django_assert_max_num_queries(5):
        view = queries.view_of(story.pk, Sort.NEWEST)
        names = [entry.comment.persons_name for entry in view.entries if entry.comment]

    assert len(names) == 20


def test_a_story_without_comments_costs_one_query(django_assert_num_queries):
    story = Story.objects.get(pk=story_to_discuss().pk)

    with django_assert_num_queries(1):
        view = queries.view_of(story.pk, Sort.NEWEST)

    assert view.entries == []


def test_the_story_page_holds_every_one_of_two_hundred_comments(reader):
    story = story_to_discuss()
    fill(story, roots=50, replies=3)

    html = reader.get(story.path_here).content.decode()

    shown = re.findall(r'<div class="comment__body"><p>([\d.]+)</p></div>', html)
    assert len(shown) == 200
    assert len(set(shown)) == 200
    assert html.count("<ol") == html.count("</ol>")
    assert len(re.findall("<li[ >]", html)) == html.count("</li>")


def test_the_lists_nest_as_the_replies_do(reader):
    import html5lib

    story = story_to_discuss()
    comment = comment_on(story, "level 1")
    for level in range(2, 6):
        comment = comment_on(story, f"level {level}", parent=comment)
    comment_on(story, "beside")

    page = html5lib.parse(reader.get(story.path_here).content, namespaceHTMLElements=False)
    top = page.find(".//ol[@class='comments']")

    assert [item.find(".//div[@class='comment__body']/p").text for item in top.findall("li")] == ["beside", "level 1"]
    steps, item = [], top.findall("li")[1]
    while item is not None:
        steps.append(item.find("article/div[@class='comment__body']/p").text)
        item = item.find("ol/li")
    assert steps == [f"level {level}" for level in range(1, 6)]


def test_a_reply_says_whom_it_answers_and_on_which_level(reader):
    story = story_to_discuss()
    question = comment_on(story, "Why?", name="Mara")
    comment_on(story, "Because.", parent=question)

    assert 'aria-label="Reply to Mara, level 2"' in reader.get(story.path_here).content.decode()


def test_a_removed_comment_with_replies_is_a_tombstone_with_its_reason(reader):
    story = story_to_discuss()
    question = comment_on(story, "Canary question", name="Canary Name")
    comment_on(story, "An answer", parent=question)
    comment_on(story, "Canary leaf")
    for comment in Comment.objects.filter(body_source__startswith="Canary"):
        remove_comment(comment, by=moderator(), reason=RemovalReason.ABUSE, note="Canary note")

    html = reader.get(story.path_here).content.decode()

    assert "Removed by a moderator. Reason: insult or threat." in html
    assert "An answer" in html
    assert html.count("Removed by a moderator") == 1
    assert "Canary" not in html


def test_held_and_erased_comments_do_not_show(reader):
    story = story_to_discuss()
    comment_on(story, "Canary https://a.example", name="Canary")
    comment_on(story, "Seen")

    html = reader.get(story.path_here).content.decode()

    assert "Seen" in html
    assert "Canary" not in html
    assert "1 comment" in html


def test_closed_empty_and_off_discussions_say_so(reader):
    open_, closed, off = story_to_discuss("Open"), story_to_discuss("Closed"), story_to_discuss("Off")
    for story, state in ((closed, CommentsState.CLOSED), (off, CommentsState.OFF)):
        comment_on(story, "Said before.")
        Story.objects.filter(pk=story.pk).update(comments_state=state)

    open_html, closed_html, off_html = (reader.get(story.path_here).content.decode() for story in (open_, closed, off))

    assert "Nobody has said anything yet. What do you think?" in open_html
    assert "<textarea" in open_html
    assert "This discussion is closed. You can still read it." in closed_html
    assert "Said before." in closed_html
    assert "<textarea" not in closed_html
    assert "<vote-button" not in closed_html
    assert "Said before." not in off_html
    assert "discussion" not in off_html.split("<main")[1].split("</main")[0].replace("story__discussion", "")


@pytest.mark.parametrize("tail", ["newest", "oldest", "most-voted", "best"])
def test_each_order_has_an_address(reader, tail):
    story = story_to_discuss()
    comment_on(story, "Said.")

    response = reader.get(f"{story.path_here}comments/{tail}/")

    assert response.status_code == 200
    assert "Said." in response.content.decode()
    assert not response.cookies


@pytest.mark.parametrize(
    "tail",
    [
        "comments/coldest/",
        "comments/answers/after/1aaaaaaaa/",
        "comments/since/AAAAAAAAAAA/",
        "comments/newest/after/zzzzzzzzzzzzzzzzzzzz/",
        "comments/newest/after/1/",
        "comments/newest/after/'/",
        "comments/in/AAAAAAAAAAA/",
        "comments/in/x/",
        "comments/",
    ],
)
def test_nonsense_leads_nowhere(reader, tail):
    story = story_to_discuss()
    comment_on(story)

    assert reader.get(f"{story.path_here}{tail}").status_code == 404


def test_a_cursor_of_one_list_leads_nowhere_in_another(reader, small_views):
    story, other = story_to_discuss("One"), story_to_discuss("Other")
    for one in (story, other):
        fill(one, roots=21)
    cursor = queries.view_of(story.pk, Sort.NEWEST).next_cursor

    assert reader.get(f"{story.path_here}comments/newest/after/{cursor}/").status_code == 200
    assert reader.get(f"{other.path_here}comments/newest/after/{cursor}/").status_code == 404
    assert reader.get(f"{story.path_here}comments/best/after/{cursor}/").status_code == 404


def test_a_permalink_shows_a_deep_comment_with_those_it_answers_and_its_neighbours(reader):
    story = story_to_discuss()
    root = comment_on(story, "root")
    other = comment_on(story, "another branch")
    comment = root
    for level in range(2, 9):
        comment_on(story, f"neighbour {level}", parent=comment)
        comment = comment_on(story, f"level {level}", parent=comment)
    comment_on(story, "below", parent=comment)

    html = reader.get(comment.get_absolute_url()).content.decode()

    shown = re.findall(r'<div class="comment__body"><p>(.*?)</p>', html)
    assert shown == ["root", *(f"level {level}" for level in range(2, 8)), "neighbour 8", "level 8", "below"]
    assert other.body_source not in shown
    assert f'href="{story.path_here}#discussion"' in html
    assert "comment--marked" in html


def test_a_removed_comments_permalink_says_that_it_is_gone(reader):
    story = story_to_discuss()
    comment = comment_on(story, "Canary")
    remove_comment(comment, by=moderator(), reason=RemovalReason.OFF_TOPIC)

    response = reader.get(comment.get_absolute_url())

    assert response.status_code == 410
    assert "Removed by a moderator. Reason: not about the story." in response.content.decode()
    assert "Canary" not in response.content.decode()


def test_the_discussion_of_a_withdrawn_story_is_gone_with_it(reader):
    story = story_to_discuss()
    comment = comment_on(story, "Canary")
    Story.objects.filter(pk=story.pk).update(live=False)

    addresses = [
        comment.get_absolute_url(),
        f"{story.path_here}comments/best/",
        f"{story.path_here}comments/in/{comment.public_id}/",
        f"/-/compose/{story.pk}",
        f"/-/compose/{story.pk}/{comment.public_id}",
    ]

    assert [reader.get(address).status_code for address in addresses] == [410] * 5
    assert reader.post(f"/-/vote/{comment.public_id}", {"value": "1"}).status_code == 410


def test_the_comment_addresses_of_a_draft_are_unknown(reader):
    draft = Story(title="Not yet", live=False)
    year_folder(None).add_child(instance=draft)

    addresses = [f"/-/compose/{draft.pk}", f"/{draft.url_path.strip('/')}/comments/best/"]

    assert [reader.get(address).status_code for address in addresses] == [404] * 2


def test_what_was_typed_under_a_story_withdrawn_meanwhile_stands_there_to_be_copied(reader):
    story = story_to_discuss()
    Story.objects.filter(pk=story.pk).update(live=False)

    answer = reader.post(f"/-/compose/{story.pk}", {"text": "My long thought"})

    assert answer.status_code == 410
    assert "My long thought" in answer.content.decode()


def test_counts_of_several_pages_cost_one_query(django_assert_num_queries):
    stories = [story_to_discuss(f"Story {number}") for number in range(3)]
    comment_on(stories[0])
    comment_on(stories[0])
    comment_on(stories[2])

    with django_assert_num_queries(1):
        counts = queries.counts_of(stories)

    assert counts == {stories[0].pk: 2, stories[2].pk: 1}


def test_most_discussed_leaves_out_the_withdrawn_and_the_silent():
    stories = [story_to_discuss(f"Story {number}") for number in range(3)]
    gone = story_to_discuss("Gone")
    for story, times in ((stories[0], 1), (stories[1], 2), (gone, 3)):
        for _time in range(times):
            comment_on(story)
    Story.objects.filter(pk=gone.pk).update(live=False)

    assert [thread.page_id for thread in queries.most_discussed(5)] == [stories[1].pk, stories[0].pk]


def test_most_discussed_leaves_out_stories_whose_discussion_is_off():
    closed, off = (story_to_discuss(title) for title in ("Closed", "Off"))
    for story, state in ((closed, CommentsState.CLOSED), (off, CommentsState.OFF)):
        comment_on(story)
        Story.objects.filter(pk=story.pk).update(comments_state=state)

    assert [thread.page_id for thread in queries.most_discussed(5)] == [closed.pk]


def test_a_branch_names_the_writer_it_answers_only_while_their_comment_stands(reader):
    story = story_to_discuss("The bridge")
    head = comment_on(story, name="Mara")
    comment_on(story, parent=head)

    def title() -> str:
        page = reader.get(f"{story.path_here}comments/in/{head.public_id}/").content.decode()
        return re.search(r"<title>\s*(.*?) ·", page)[1]

    assert title() == "Replies to Mara: The bridge"
    remove_comment(head, by=moderator(), reason=RemovalReason.SPAM)
    assert title() == "Replies: The bridge"
