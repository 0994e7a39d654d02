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
    assert [desk.name for desk in found.desks.values()] == ["Harbour & Sea", "Search"]
    assert [tag.name for tag in found.tags.values()] == ["Cranes"]
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
        "meta field mood": 1,
        "further categories of a story, which became tags": 1,
        "comments' author email (personal, and of no use here)": 1,
        "comments' author IP (personal, and of no use here)": 1,
        "comments' author url (personal, and of no use here)": 1,
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "broken at line"),
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
    assert report.dropped == {"broken UTF-8 sequences, shown as \ufffd": 1, "control characters": 1}


def test_the_format_of_2009_is_read_like_that_of_today(tmp_path):
    item = (
        "<item><title>Old</title><link>http://bugle.example/?p=9</link><content:encoded>Text</content:encoded>"
        "<wp:post_id>9</wp:post_id><wp:post_date_gmt>2009-01-02 03:04:05</wp:post_date_gmt>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"
    )
    path = written(tmp_path, HEAD + item + "</channel></rss>")

    _found, entries, _report = read(path)

    assert [(entry.title, entry.html, entry.old_addresses) for entry in entries] == [("Old", "Text", ("?p=9",))]
