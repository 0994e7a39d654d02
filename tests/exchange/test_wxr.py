"""Reading WordPress's format, before anything is written."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commonpress.exchange import wxr
from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.records import CommentState, EntryState, Kind
from commonpress.exchange.report import Report

SMALL = Path(__file__).parent / "files" / "small.xml"
BERLIN = ZoneInfo("Europe/Berlin")

HEAD = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.0/"><channel><link>https://bugle.example</link>'
)
ITEM = "<item><title>A story</title><wp:post_id>{}</wp:post_id><wp:post_type>post</wp:post_type>{}</item>"


def read(path: Path):
    report = Report()
    found = wxr.survey(path, BERLIN, report)
    return found, list(wxr.entries(found, report)), report


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "export.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_survey_finds_desks_tags_bylines_and_photos_of_the_whole_file():
    found, _entries, _report = read(SMALL)

    assert found.source == "wordpress:https://bugle.example"
    assert [desk.name for desk in found.desks.values()] == ["Harbour & Sea"]
    # The second is a category, and no story's first.
    assert [tag.name for tag in found.tags.values()] == ["Cranes", "Search"]
    assert {login: byline.name for login, byline in found.bylines.items()} == {
        "ines": "Ines Tallow",
        "guestwriter": "guestwriter",
    }
    assert [(photo.file_name, photo.alt) for photo in found.photos.values()] == [
        ("crane.jpg", "A yellow crane above the quay"),
        ("lost.jpg", ""),
    ]


def test_entries_keep_dates_states_desk_tags_and_old_addresses():
    _found, entries, _report = read(SMALL)

    story = next(entry for entry in entries if entry.source_id == "30")
    assert story.kind == Kind.STORY
    assert story.title == "The last crane & the first ferry"
    assert story.public_at == datetime(2019, 5, 6, 22, 30, tzinfo=UTC)
    assert story.desk_slug == "harbour"
    assert story.tag_names == ("Search", "Cranes")
    assert story.lead_photo_id == "31"
    assert story.old_addresses == ("/2019/05/the-last-crane/", "?p=30", "/2019/05/goodbye-crane/")


def test_password_protected_and_private_entries_become_drafts_and_future_ones_scheduled():
    _found, entries, report = read(SMALL)

    states = {entry.title: entry.state for entry in entries}
    assert states["Behind a password"] == EntryState.DRAFT
    assert states["Private notes"] == EntryState.DRAFT
    assert states["A draft"] == EntryState.DRAFT
    assert states["In the year 2091"] == EntryState.SCHEDULED
    assert "“Behind a password” was behind a password and is a draft now." in report.notes


def test_a_time_without_gmt_is_read_in_the_given_zone():
    _found, entries, _report = read(SMALL)

    draft = next(entry for entry in entries if entry.title == "A draft")
    assert draft.public_at == datetime(2019, 6, 3, 12, 0, tzinfo=BERLIN)


def test_comments_keep_states_parents_votes_and_pingbacks_apart():
    _found, entries, _report = read(SMALL)

    comments = {comment.source_id: comment for entry in entries for comment in entry.comments}
    assert (comments["101"].ups, comments["101"].downs) == (5, 2)
    assert comments["103"].parent_id == "101"
    assert comments["104"].written_at is None
    assert comments["104"].by_login == "ines"
    assert comments["105"].state == CommentState.HELD
    assert comments["106"].state == CommentState.REMOVED
    assert [key for key, comment in comments.items() if comment.is_pingback] == ["107"]


def test_every_field_without_a_place_is_counted():
    _found, _entries, report = read(SMALL)

    assert report.dropped == {
        "items of the type nav_menu_item": 1,
        "authors' email (personal, and of no use here)": 1,
        "meta field mood": 1,
        "further categories of a story, which became tags": 1,
        "categories that are no story's first, which became tags": 1,
        "comments' author email (personal, and of no use here)": 1,
        "comments' author IP (personal, and of no use here)": 1,
    }


@pytest.mark.parametrize(
    ("top", "item", "dropped"),
    [
        ("", "<wp:ping_status>open</wp:ping_status>", "the field wp:ping_status"),
        ("<wp:term><wp:term_taxonomy>series</wp:term_taxonomy></wp:term>", "", "declared terms of the kind series"),
        ("<wp:tag><wp:tag_slug>x</wp:tag_slug><wp:tag_description>X</wp:tag_description></wp:tag>", "", "descriptions of tags"),
        ("<wp:tag><wp:tag_slug>x</wp:tag_slug><wp:termmeta/></wp:tag>", "", "meta fields of tags"),
        ("<wp:category><wp:termmeta/></wp:category>", "", "meta fields of categories"),
    ],
)  # fmt: skip
def test_a_field_of_any_level_without_a_place_is_counted(tmp_path, top, item, dropped):
    path = written(tmp_path, HEAD + top + ITEM.format("1", item) + "</channel></rss>")

    _found, _entries, report = read(path)

    assert report.dropped == {dropped: 1}


def test_comments_on_what_does_not_come_in_are_counted(tmp_path):
    said = "<wp:comment><wp:comment_id>5</wp:comment_id></wp:comment>" * 2
    kinds = ["attachment", "product"]
    items = [ITEM.replace(">post<", f">{kind}<").format("1", said) for kind in kinds]
    items += [ITEM.format("2", said + "<wp:status>trash</wp:status>"), ITEM.format("", said)]
    path = written(tmp_path, HEAD + "".join(items) + "</channel></rss>")

    _found, _entries, report = read(path)

    counted = {what: count for what, count in report.dropped.items() if what.startswith("comments")}
    assert counted == {
        "comments on attachments": 2,
        "comments on items of the type product": 2,
        "comments on posts in the trash": 2,
        "comments on posts without a number": 2,
    }


def test_what_has_no_number_is_left_out_and_named(tmp_path):
    comments = "<wp:comment><wp:comment_id>{}</wp:comment_id></wp:comment>"
    items = [ITEM.format("", ""), ITEM.format("", ""), ITEM.format("1", comments.format("") * 2 + comments.format(7))]
    path = written(tmp_path, HEAD + "".join(items) + "</channel></rss>")

    _found, entries, report = read(path)

    assert [(entry.source_id, [one.source_id for one in entry.comments]) for entry in entries] == [("1", ["7"])]
    assert report.dropped == {"items without a number": 2, "comments without a number": 2}
    assert report.notes == [
        "“A story” has no wp:post_id, by which it would be known again, and was left out.",
        "“A story” has no wp:post_id, by which it would be known again, and was left out.",
        "“A story” has comments without a wp:comment_id (2), which were left out.",
    ]


def test_a_link_that_is_no_address_is_none_and_is_named(tmp_path):
    path = written(tmp_path, HEAD + ITEM.format("1", "<link>http://[x/</link>") + "</channel></rss>")

    _found, entries, report = read(path)

    assert [entry.old_addresses for entry in entries] == [("?p=1",)]
    assert report.notes == ["The link of “A story” is no address: http://[x/"]


def test_an_old_slug_is_a_word_and_no_pattern(tmp_path):
    meta = "<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value>\\1 \\q</wp:meta_value></wp:postmeta>"
    item = "<link>http://bugle.example/new/</link><wp:post_name>new</wp:post_name>" + meta
    path = written(tmp_path, HEAD + ITEM.format("1", item) + "</channel></rss>")

    _found, entries, _report = read(path)

    assert entries[0].old_addresses == ("/new/", "?p=1", "/\\1 \\q/")


def test_a_category_has_the_addresses_below_each_of_those_above_it(tmp_path):
    category = (
        "<wp:category><wp:term_id>{0}</wp:term_id><wp:category_nicename>{1}</wp:category_nicename>"
        "<wp:category_parent>{2}</wp:category_parent></wp:category>"
    )
    tree = [("3", "cc", "bb"), ("1", "aa", ""), ("2", "bb", "aa"), ("4", "x", "y"), ("5", "y", "x")]
    path = written(tmp_path, HEAD + "".join(category.format(*one) for one in tree) + ITEM + "</channel></rss>")

    found, _entries, _report = read(path)

    assert {desk.slug: desk.old_addresses for desk in found.desks.values()} == {
        "aa": ("/category/aa/", "?cat=1"),
        "bb": ("/category/bb/", "/category/aa/bb/", "?cat=2"),
        "cc": ("/category/cc/", "/category/bb/cc/", "/category/aa/bb/cc/", "?cat=3"),
        "x": ("/category/x/", "/category/y/x/", "?cat=4"),
        "y": ("/category/y/", "/category/x/y/", "?cat=5"),
    }


@pytest.mark.parametrize(
    ("login", "name", "slug", "address"),
    [
        ("John Doe", "John Doe", "john-doe", "/author/john-doe/"),
        ("j.doe", "j.doe", "j-doe", "/author/j-doe/"),
        ("ann@example.com", "ann", "ann", "/author/annexample-com/"),
    ],
)
def test_a_byline_is_called_as_wordpress_wrote_it_into_addresses_and_by_no_email(tmp_path, login, name, slug, address):
    undeclared = ITEM.format("1", f'<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{login}</dc:creator>')
    path = written(tmp_path, HEAD + undeclared + "</channel></rss>")

    found, _entries, report = read(path)

    byline = found.bylines[login]
    assert (byline.name, byline.slug, byline.old_addresses) == (name, slug, (address,))
    said = ["The byline ann was an email address; please give it the name readers should see."]
    assert report.notes == (said if "@" in login else [])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEAD + "\n<item><title>A&nbsp;b", "broken at line 2: Entity 'nbsp' not defined."),
        ("", "export.xml is empty."),
        ("\n \n", "export.xml is empty."),
        ("not xml at all", "broken at line"),
        (HEAD + "<item><title>cut", "broken at line"),
        ("<html><body>A web page</body></html>", "not a WordPress export"),
        ("<rss><channel><title>A feed</title></channel></rss>", "not a WordPress export"),
        ('<!DOCTYPE rss [<!ENTITY a "aaaa">]>' + HEAD + "</channel></rss>", "document type"),
        (
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            + HEAD
            + "<item><title>&x;</title></item></channel></rss>",
            "document type",
        ),
    ],
)
def test_a_file_that_is_no_export_is_refused_with_a_sentence(tmp_path, content, sentence):
    path = written(tmp_path, content)

    with pytest.raises(UnreadableFileError) as refusal:
        read(path)

    assert sentence in str(refusal.value)


def test_an_absent_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(UnreadableFileError) as refusal:
        read(tmp_path / "nowhere.xml")

    assert "cannot be read" in str(refusal.value)


def test_control_characters_and_broken_utf8_are_taken_out_and_counted(tmp_path):
    item = b"<item><title>A\x0bB \xff C</title><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type></item>"
    path = written(tmp_path, HEAD.encode() + item + b"</channel></rss>")

    _found, entries, report = read(path)

    assert [entry.title for entry in entries] == ["AB \ufffd C"]
    assert report.dropped == {"broken characters, shown as \ufffd": 1, "control characters": 1}


def test_the_format_of_2009_is_read_like_that_of_today(tmp_path):
    item = (
        "<item><title>Old</title><link>http://bugle.example/?p=9</link><content:encoded>Text</content:encoded>"
        "<wp:post_id>9</wp:post_id><wp:post_date_gmt>2009-01-02 03:04:05</wp:post_date_gmt>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"
    )
    path = written(tmp_path, HEAD + item + "</channel></rss>")

    _found, entries, _report = read(path)

    assert [(entry.title, entry.html, entry.old_addresses) for entry in entries] == [("Old", "Text", ("?p=9",))]
