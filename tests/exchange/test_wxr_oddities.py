"""What real exports hold and no format describes: numbers that stand twice, days that never were, other encodings."""

from datetime import UTC, datetime

import pytest

from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.records import CommentState, EntryState
from tests.exchange.test_wxr import HEAD, read, written

COMMENT = (
    "<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>Mara</wp:comment_author>"
    "<wp:comment_content>{text}</wp:comment_content><wp:comment_approved>1</wp:comment_approved>"
    "<wp:comment_type>{kind}</wp:comment_type>{more}</wp:comment>"
)
META = "<wp:commentmeta><wp:meta_key>{}</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:commentmeta>"


def item(number="1", title="A story", more=""):
    return (
        f"<item><title>{title}</title><wp:post_id>{number}</wp:post_id><wp:post_type>post</wp:post_type>"
        f"<wp:status>publish</wp:status><wp:post_date_gmt>2019-05-06 22:30:00</wp:post_date_gmt>{more}</item>"
    )


def comment(number="7", text="Hear, hear.", kind="comment", more=""):
    return COMMENT.format(number=number, text=text, kind=kind, more=more)


def export(tmp_path, *items):
    return written(tmp_path, HEAD + "".join(items) + "</channel></rss>")


@pytest.mark.parametrize("kind", ["private", "order_note", "review"])
def test_a_comment_that_may_have_been_private_waits_for_a_moderator(tmp_path, kind):
    _found, (story,), report = read(export(tmp_path, item(more=comment(kind=kind))))

    assert [one.state for one in story.comments] == [CommentState.HELD]
    assert report.dropped[f"the comment type {kind} (kept as a comment that waits for a moderator)"] == 1


@pytest.mark.parametrize(
    ("field", "value", "votes"),
    [
        ("wpdiscuz_votes", "12", (12, 0)),
        ("wpdiscuz_votes", "-3", (0, 3)),
        ("wpdiscuz_votes", "99999999999999999999", (0, 0)),
        ("wpdiscuz_votes_seperate", 'a:2:{s:4:"like";i:900000000000;s:7:"dislike";i:1;}', (0, 0)),
    ],
)
def test_votes_that_no_comment_has_are_not_believed(tmp_path, field, value, votes):
    _found, (story,), _report = read(export(tmp_path, item(more=comment(more=META.format(field, value)))))

    assert [(one.ups, one.downs) for one in story.comments] == [votes]


def test_what_stands_twice_under_a_number_comes_in_once_and_is_named(tmp_path):
    path = export(
        tmp_path,
        item("1", "First", comment("7", "One.") + comment("7", "Two.")),
        item("2", "Second", comment("7", "Three.") + comment("8", "Four.")),
        item("1", "Third"),
    )

    _found, stories, report = read(path)

    assert [(story.title, [one.html for one in story.comments]) for story in stories] == [
        ("First", ["One."]),
        ("Second", ["Four."]),
    ]
    assert report.dropped["comments under the number of another"] == 2
    assert report.dropped["stories and pages under the number of another"] == 1
    assert "“Third” has the number 1 of another, and was left out." in report.notes


@pytest.mark.parametrize(
    ("dates", "state", "day"),
    [
        ("<pubDate>Mon, 06 May 2019 22:30:00 +0000</pubDate>", EntryState.PUBLIC, datetime(2019, 5, 6, 22, 30, tzinfo=UTC)),
        ("<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>", EntryState.DRAFT, None),
        ("<wp:post_date>0000-00-00 00:00:00</wp:post_date>", EntryState.DRAFT, None),
        ("<wp:post_date_gmt>0001-01-01 00:00:00</wp:post_date_gmt>", EntryState.DRAFT, None),
        ("<wp:post_date_gmt>9999-01-01 00:00:00</wp:post_date_gmt>", EntryState.SCHEDULED, datetime(9999, 1, 1, tzinfo=UTC)),
        ("", EntryState.DRAFT, None),
    ],
)  # fmt: skip
def test_a_public_story_stands_under_a_day_that_was_or_not_at_all(tmp_path, dates, state, day):
    story = item().replace("<wp:post_date_gmt>2019-05-06 22:30:00</wp:post_date_gmt>", dates)

    _found, (story,), report = read(export(tmp_path, story))

    assert (story.state, story.public_at) == (state, day)
    assert bool(report.notes) is (state != EntryState.PUBLIC)


def test_a_file_is_read_in_the_encoding_it_declares(tmp_path):
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?>' + HEAD + item(title="Müllers Brücke") + "</channel></rss>"

    _found, (story,), report = read(written(tmp_path, declared.encode("latin-1")))

    assert (story.title, dict(report.dropped)) == ("Müllers Brücke", {})


@pytest.mark.parametrize("encoding", ["x-unheard-of", "hex", "rot13"])
def test_an_encoding_nobody_knows_is_refused_with_a_sentence(tmp_path, encoding):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' + HEAD + item() + "</channel></rss>"

    with pytest.raises(UnreadableFileError) as refusal:
        read(written(tmp_path, declared))

    assert f"written in {encoding}, which we cannot read" in str(refusal.value)


def test_blank_lines_before_the_declaration_do_no_harm(tmp_path):
    declared = '\n \n<?xml version="1.0" encoding="UTF-8"?>' + HEAD + item() + "</channel></rss>"

    _found, (story,), _report = read(written(tmp_path, declared))

    assert story.title == "A story"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (
            "https://other.example/a?b=1&amp;c=2",
            '\n\n<a href="https://other.example/a?b=1&amp;c=2">https://other.example/a?b=1&amp;c=2</a>',
        ),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_mention_keeps_the_address_of_where_it_stands_and_a_comment_does_not(tmp_path, address, link):
    more = f"<wp:comment_author_url>{address}</wp:comment_author_url>"
    mention, said = comment("7", "[...] so.", "pingback", more), comment("8", more=more)

    _found, (story,), report = read(export(tmp_path, item(more=mention + said)))

    assert [one.html for one in story.comments] == [f"[...] so.{link}", "Hear, hear."]
    assert report.dropped.total() == bool(address)


@pytest.mark.parametrize(
    ("user_id", "email", "login"),
    [("3", "Ann@b.example", "ann"), ("0", "ann@b.example", ""), ("3", "bo@b.example", ""), ("3", "", "")],
)
def test_an_author_without_a_number_is_known_by_the_address_they_were_signed_in_with(tmp_path, user_id, email, login):
    author = (
        "<wp:author><wp:author_login>ann</wp:author_login><wp:author_email>ann@b.example</wp:author_email></wp:author>"
    )
    said = comment(
        more=f"<wp:comment_user_id>{user_id}</wp:comment_user_id>"
        f"<wp:comment_author_email>{email}</wp:comment_author_email>"
    )

    _found, (story,), _report = read(export(tmp_path, author, item(more=said)))

    assert [one.by_login for one in story.comments] == [login]
