"""A WordPress archive comes into the publication: once, whole, and telling nobody."""

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.db.models import Count
from taggit.models import Tag
from wagtail.models import Page

from commonpress.discussion.models.comment import Comment, CommentKind, CommentState
from commonpress.exchange import load
from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.load import import_wxr
from commonpress.exchange.models import Imported
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.photos.upload import take_in
from commonpress.newsroom.queries.navigation import navigation
from commonpress.notices.models import Letter

SMALL = Path(__file__).parent / "files" / "small.xml"
# WordPress's own test data, GPL, which is no part of this project; set the variable to try it.
BIG = Path(
    os.environ.get(
        "COMMONPRESS_TEST_WXR",
        Path(__file__).resolve().parents[3] / "shared" / "data" / "wxr" / "theme-unit-test-data.xml",
    )
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def export(tmp_path: Path, *parts: str) -> Path:
    """Write an export of these parts; each is one that item(), attachment() or a test itself wrote."""
    path = tmp_path / "export.xml"
    path.write_text(SMALL.read_text().split("<wp:author>", 1)[0] + "".join(parts) + "</channel></rss>")
    return path


def item(
    source_id, *, title="A story", body="Text.", kind="post", status="publish", parent="0", creator="", link="", more=""
):
    return (
        f"<item><title>{title}</title><link>{link or f'https://b.example/2020/01/s{source_id}/'}</link>"
        f"<dc:creator>{creator}</dc:creator><content:encoded><![CDATA[{body}]]></content:encoded>"
        f"<wp:post_id>{source_id}</wp:post_id><wp:post_date_gmt>2020-01-02 09:00:00</wp:post_date_gmt>"
        f"<wp:comment_status>open</wp:comment_status><wp:post_name>s{source_id}</wp:post_name>"
        f"<wp:status>{status}</wp:status><wp:post_parent>{parent}</wp:post_parent>"
        f"<wp:post_type>{kind}</wp:post_type>{more}</item>"
    )


def attachment(source_id, address, *, parent="0", more=""):
    address = f"<wp:attachment_url>{address}</wp:attachment_url>"
    return item(source_id, kind="attachment", status="inherit", parent=parent, more=address + more)


def comment(source_id):
    return (
        f"<wp:comment><wp:comment_id>{source_id}</wp:comment_id><wp:comment_author>Odo</wp:comment_author>"
        "<wp:comment_date_gmt>2020-01-03 10:00:00</wp:comment_date_gmt><wp:comment_content>So?</wp:comment_content>"
        "<wp:comment_approved>1</wp:comment_approved></wp:comment>"
    )


def everything() -> dict[str, int]:
    models = [Page, Story, Desk, Byline, PlainPage, Photo, Comment, Redirect, Imported]
    return {model.__name__: model.objects.count() for model in models}


def test_a_story_comes_with_its_desk_tags_byline_dates_photo_and_text(media):
    import_wxr(SMALL, media=media)

    story = Story.objects.get(slug="the-last-crane")
    assert story.title == "The last crane & the first ferry"
    assert story.dek == "Sixty years over the quay."
    assert story.live
    assert story.first_public_at == datetime(2019, 5, 6, 22, 30, tzinfo=UTC)
    assert story.desk.title == "Harbour & Sea"
    assert sorted(tag.name for tag in story.tags.all()) == ["Cranes", "Search"]
    assert [byline.name for byline in story.bylines] == ["Ines Tallow"]
    assert story.lead_photo.alt == "A yellow crane above the quay"
    assert story.lead_photo.caption == "The crane before it was cut up."
    assert [block.block_type for block in story.body] == ["paragraph", "photo", "quote", "embed", "paragraph"]
    assert story.body[1].value["photo"] == story.lead_photo


def test_a_desk_whose_name_is_an_address_of_ours_gets_another_slug(tmp_path):
    path = tmp_path / "first.xml"
    path.write_text(
        SMALL.read_text().replace('domain="category" nicename="harbour"', 'domain="post_tag" nicename="sea"')
    )

    import_wxr(path)

    assert Desk.objects.get(title="Search").slug == "page-search"


def test_a_category_that_is_no_storys_first_is_a_tag_and_its_address_leads_there(client):
    import_wxr(SMALL)

    assert [desk.title for desk in Desk.objects.all()] == ["Harbour & Sea"]
    answers = [client.get(old) for old in ("/category/search/", "/?cat=4")]
    assert [answer.headers.get("Location") for answer in answers] == ["/tag/search/", "/tag/search/"]
    assert "The last crane" in client.get("/tag/search/").text


@pytest.mark.parametrize(("with_a_story", "in_navigation"), [(20, 6), (3, 4), (0, 1)])
def test_the_most_used_categories_stand_in_the_navigation_and_no_empty_one(tmp_path, with_a_story, in_navigation):
    term = "<wp:category><wp:category_nicename>c{0}</wp:category_nicename><wp:cat_name>C{0}</wp:cat_name></wp:category>"
    story = (
        "<item><wp:post_id>9{0:02}</wp:post_id><wp:post_type>post</wp:post_type><wp:status>draft</wp:status>"
        '<title>Story {0}</title><category domain="category" nicename="c{0}">C{0}</category></item>'
    )
    more = "".join(map(story.format, range(with_a_story)))
    many = tmp_path / "many.xml"
    text = SMALL.read_text().replace("<wp:tag>", "".join(map(term.format, range(20))) + "<wp:tag>", 1)
    many.write_text(text.replace("</channel>", f"{more}</channel>"))

    import_wxr(many)

    assert Desk.objects.count() == 21
    assert Desk.objects.filter(is_in_navigation=True).count() == in_navigation
    assert "Harbour & Sea" in [link.title for link in navigation().top]


def test_comments_keep_threads_states_votes_and_mentions():
    import_wxr(SMALL)

    comments = {row.source_id: Comment.objects.get(pk=row.row_id) for row in Imported.objects.filter(kind="comment")}
    assert comments["103"].parent == comments["101"]
    assert comments["104"].parent == comments["101"]
    assert comments["104"].created_at == datetime(2019, 5, 6, 22, 30, tzinfo=UTC)  # it had none; the story's
    assert (comments["101"].votes_up, comments["101"].votes_down) == (5, 2)
    assert comments["101"].body_html == "<p>Who <strong>paid</strong> for it? </p>"
    assert (comments["104"].is_author_reply, comments["101"].is_author_reply) == (True, False)
    assert comments["105"].state == CommentState.HELD
    assert comments["106"].state == CommentState.REMOVED
    assert comments["107"].kind == CommentKind.PINGBACK
    assert [comments[key].parent for key in ("109", "110")] == [None, None]
    assert comments["108"].parent == comments["109"]


def test_drafts_private_and_protected_entries_are_not_public(client):
    import_wxr(SMALL)

    hidden = Story.objects.filter(title__in=["Behind a password", "Private notes", "A draft", "In the year 2091"])
    assert [story.live for story in hidden] == [False] * 4
    pages = ["/", "/2019/", "/feed/", "/search/?q=Canary", "/2019/behind/", "/2019/private-notes/", "/?p=40", "/?p=41"]
    for page in pages:
        assert b"Canary-" not in client.get(page, follow=True).content
    assert client.get("/2019/behind/").status_code == 404


def test_a_draft_that_was_behind_a_password_keeps_its_date_and_one_that_never_was_public_has_none():
    import_wxr(SMALL)

    assert Story.objects.get(title="Behind a password").first_public_at == datetime(2019, 6, 1, 10, tzinfo=UTC)
    assert Story.objects.get(title="A draft").first_public_at is None


def test_a_number_that_is_none_and_words_too_long_for_their_column_do_not_stop_an_import(tmp_path, media):
    odd = tmp_path / "odd.xml"
    text = SMALL.read_text().replace("<wp:menu_order>2<", "<wp:menu_order>second<")
    odd.write_text(text.replace("A yellow crane", "A crane " * 60).replace(">Cranes<", ">" + "Cranes " * 20 + "<"))

    report = import_wxr(odd, media=media)

    assert report.made["page"] == 2
    assert len(Photo.objects.get().alt) == 300
    assert report.dropped["letters beyond 100 of tag names"] > 0


def test_what_is_cut_is_counted(tmp_path):
    long = item("1", title="Aa" * 130, creator="b" * 85, more=f"<excerpt:encoded>{'c' * 403}</excerpt:encoded>")
    category = CATEGORY.replace(">Harbour<", f">{'D' * 256}<").replace(
        "<wp:cat_name>", "<wp:category_parent>sea</wp:category_parent><wp:cat_name>"
    )

    report = import_wxr(export(tmp_path, category, long.replace(">s1<", f">{'s' * 252}<")))

    story = Story.objects.get()
    assert (story.title, story.slug, story.dek) == ("Aa" * 127 + "A", "s" * 250, "c" * 400)
    assert dict(report.dropped) == {
        "letters beyond 255 of headlines": 5,
        "letters beyond 250 of slugs": 2,
        "letters beyond 400 of deks": 3,
        "letters beyond 80 of bylines": 5,
        "letters beyond 255 of names of categories": 1,
        "places of categories below another (desks stand side by side)": 1,
    }


def test_a_future_entry_is_scheduled_for_its_time():
    import_wxr(SMALL)

    story = Story.objects.get(title="In the year 2091")
    assert story.go_live_at == datetime(2091, 1, 1, 11, tzinfo=UTC)
    assert story.get_latest_revision().approved_go_live_at == datetime(2091, 1, 1, 11, tzinfo=UTC)


def test_a_page_stands_below_its_parent_whatever_their_order_in_the_file():
    import_wxr(SMALL)

    below = PlainPage.objects.get(title="Level two")
    assert below.get_parent().title == "About the Bugle"
    assert below.url == "/about/level-two/"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/2019/05/the-last-crane/", "/2019/the-last-crane/"),
        ("/2019/05/goodbye-crane/", "/2019/the-last-crane/"),
        ("/?p=30", "/2019/the-last-crane/"),
        ("/?page_id=20", "/about/"),
        ("/?p=20", "/about/"),
        ("/category/harbour/", "/harbour/"),
        ("/?cat=3", "/harbour/"),
        ("/author/ines/", "/by/ines/"),
        ("/?attachment_id=32", "/2019/the-last-crane/"),
        ("/?p=32", "/2019/the-last-crane/"),
    ],
)
def test_an_old_address_leads_to_the_new_one(client, old, new):
    import_wxr(SMALL)

    answer = client.get(old)

    assert (answer.status_code, answer["Location"]) == (301, new)


def test_an_attachment_page_leads_to_its_photo(client, media):
    import_wxr(SMALL, media=media)

    answer = client.get("/2019/05/the-last-crane/crane/")

    assert answer.status_code == 301
    with contextlib.closing(client.get(answer["Location"])) as photo:
        assert (photo.status_code, photo["Content-Type"]) == (200, "image/jpeg")


@pytest.mark.parametrize("old", ["/?attachment_id=10", "/?p=10", "/2020/01/s10/"])
def test_the_page_of_an_attachment_that_is_no_photo_leads_to_its_story(tmp_path, client, old):
    leaflet = attachment("10", "https://b.example/uploads/leaflet.pdf", parent="1")
    import_wxr(export(tmp_path, leaflet, attachment("11", "https://b.example/uploads/alone.pdf"), item("1")))

    answer = client.get(old)

    assert (answer.status_code, answer.headers.get("Location")) == (301, "/2020/s1/")
    assert not Redirect.objects.filter(old="/2020/01/s11/").exists()


def test_a_second_run_changes_nothing(media):
    first = import_wxr(SMALL, media=media)
    before = everything()

    second = import_wxr(SMALL, media=media)

    assert everything() == before
    assert sum(second.made.values()) == 0
    assert first.made["story"] == second.known["story"] == 6


def test_what_was_edited_or_deleted_here_stays_so():
    import_wxr(SMALL)
    story = Story.objects.get(slug="the-last-crane")
    story.title = "Edited here"
    story.save_revision().publish()
    Story.objects.get(slug="behind").delete()
    Comment.objects.filter(body_source="Buy boats.").delete()

    import_wxr(SMALL)

    assert Story.objects.get(slug="the-last-crane").title == "Edited here"
    assert not Story.objects.filter(slug="behind").exists()
    assert not Comment.objects.filter(body_source="Buy boats.").exists()


CATEGORY = (
    "<wp:category><wp:term_id>3</wp:term_id><wp:category_nicename>harbour</wp:category_nicename>"
    "<wp:cat_name>Harbour</wp:cat_name></wp:category>"
)


@pytest.mark.parametrize(
    ("gone", "note"),
    [
        (Desk, "“Later” names a desk that was deleted here since, and has none now."),
        (Photo, "“Later” names a lead photo that was deleted here since, and has none now."),
        (Byline, "“Later” names a byline that was deleted here since, and has none now."),
    ],
)
def test_a_second_file_does_without_what_was_deleted_here(tmp_path, media, gone, note):
    photo = attachment("10", "https://b.example/uploads/2019/05/crane.jpg")
    import_wxr(export(tmp_path, CATEGORY, photo, item("1", creator="ann")), media=media)
    Story.objects.get().delete()
    gone.objects.get().delete()
    later = item(
        "2",
        title="Later",
        creator="ann",
        more='<category domain="category" nicename="harbour">Harbour</category>'
        "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>10</wp:meta_value></wp:postmeta>",
    )

    report = import_wxr(export(tmp_path, CATEGORY, photo, later), media=media)

    story = Story.objects.get()
    there = {Desk: story.desk, Photo: story.lead_photo, Byline: story.bylines or None}
    assert [model for model, found in there.items() if found is None] == [gone]
    assert note in report.notes
    assert not gone.objects.exists()


@pytest.mark.parametrize("parent", ["page", "post", ""])
def test_a_page_whose_parent_is_no_page_here_stands_at_the_top(tmp_path, parent):
    if parent:
        import_wxr(export(tmp_path, item("50", kind=parent)))
        PlainPage.objects.all().delete()

    report = import_wxr(export(tmp_path, item("51", title="Below", kind="page", parent="50")))

    assert PlainPage.objects.get().path_here == "/s51/"
    assert report.notes == ["“Below” stood below a page that is not here; it stands at the top now."]


def test_two_photos_of_one_name_are_kept_apart(tmp_path, media):
    (media / "2020" / "06").mkdir(parents=True)
    (media / "2020" / "06" / "crane.jpg").write_bytes((media / "2019" / "05" / "crane.jpg").read_bytes())
    addresses = ["https://b.example/uploads/2019/05/crane.jpg", "https://b.example/uploads/2020/06/crane.jpg"]
    photos = [attachment(f"1{number}", address) for number, address in enumerate(addresses)]

    import_wxr(export(tmp_path, *photos, item("1", body="".join(map('<img src="{}">'.format, addresses)))), media=media)

    shown = [block.value["photo"].pk for block in Story.objects.get().body]
    made = {row.source_id: row.row_id for row in Imported.objects.filter(kind="photo")}
    assert shown == [made["10"], made["11"]]


def test_three_stories_come_in_though_the_link_of_one_is_none(tmp_path, media):
    photo = attachment("9", "http://[x/crane.jpg")

    report = import_wxr(export(tmp_path, item("1"), item("2", link="http://[x/"), photo, item("3")), media=media)

    assert Story.objects.count() == 3
    assert report.missing == {"crane.jpg": 1}


def test_a_tag_keeps_its_address_or_leads_from_it(tmp_path, client):
    tags = {"c": "C", "cpp": "C++", "mueller": "Müller", "a:b": "A b"}
    carried = "".join(f'<category domain="post_tag" nicename="{slug}">{name}</category>' for slug, name in tags.items())
    Tag.objects.create(name="Müller", slug="muller")

    report = import_wxr(export(tmp_path, item("1", more=carried)))

    assert {tag.name: tag.slug for tag in Tag.objects.all()} == {
        "C": "c",
        "C++": "cpp",
        "Müller": "muller",
        "A b": "a-b",
    }
    assert client.get("/tag/mueller/")["Location"] == "/tag/muller/"
    assert client.get("/tag/a:b/")["Location"] == "/tag/a-b/"
    assert [client.get(f"/tag/{slug}/").status_code for slug in ("c", "cpp", "muller")] == [200, 200, 200]
    assert (report.made["tag"], report.known["tag"]) == (3, 1)


def test_a_category_keeps_what_is_said_of_it(tmp_path):
    said = "<wp:category_description>&lt;b&gt;All&lt;/b&gt; about it.</wp:category_description></wp:category>"

    import_wxr(export(tmp_path, CATEGORY.replace("</wp:category>", said), item("1")))

    assert Desk.objects.get().dek == "All about it."


@pytest.mark.parametrize(
    ("kind", "status", "comments", "state"),
    [
        ("page", "closed", "", "off"),
        ("page", "closed", comment("5"), "closed"),
        ("page", "open", "", "open"),
        ("post", "closed", "", "closed"),
    ],
)
def test_a_page_that_was_closed_and_silent_has_no_discussion(tmp_path, kind, status, comments, state):
    import_wxr(export(tmp_path, item("1", kind=kind, more=comments).replace(">open<", f">{status}<")))

    assert (PlainPage if kind == "page" else Story).objects.get().comments_state == state


def test_new_comments_on_a_story_that_was_deleted_here_are_counted(tmp_path):
    import_wxr(export(tmp_path, item("1", more=comment("5"))))
    Story.objects.get().delete()

    report = import_wxr(export(tmp_path, item("1", more=comment("5") + comment("6"))))

    assert report.known["comment"] == 1
    assert report.dropped["comments on what was deleted here since"] == 1


def test_a_picture_is_read_before_the_database_is_held(media, monkeypatch):
    before = len(connection.savepoint_ids)
    held = []

    def watched(file, name):
        held.append(len(connection.savepoint_ids) - before)
        return take_in(file, name)

    monkeypatch.setattr(load, "take_in", watched)

    import_wxr(SMALL, media=media)

    assert held == [0]


def test_a_dry_run_reports_the_same_and_writes_nothing(media, settings):
    before = everything()

    dry = import_wxr(SMALL, media=media, dry_run=True)

    assert everything() == before
    assert not Path(settings.MEDIA_ROOT).exists()
    real = import_wxr(SMALL, media=media)
    assert (dry.made, dry.missing) == (real.made, real.missing)


def test_a_broken_file_leaves_nothing_behind(tmp_path):
    whole = SMALL.read_text()
    broken = tmp_path / "broken.xml"
    broken.write_text(whole[: whole.index("Private notes")])
    before = everything()

    with pytest.raises(UnreadableFileError):
        import_wxr(broken)

    assert everything() == before


def test_nobody_is_told():
    import_wxr(SMALL)

    assert mail.outbox == []
    assert not Letter.objects.exists()


def test_a_photo_that_is_none_is_reported_and_the_rest_comes_in(media):
    (media / "2019" / "05" / "crane.jpg").write_bytes(b"<html>not a picture</html>")

    report = import_wxr(SMALL, media=media)

    assert report.made["photo"] == 0
    assert any(note.startswith("The photo crane.jpg was refused: ") for note in report.notes)
    assert report.made["story"] == 6


def test_the_report_names_every_count_and_everything_left_out():
    lines = list(import_wxr(SMALL).lines())

    assert lines[0] == "Import finished."
    assert "story                    6           6           0" in lines
    assert "       1  meta field mood" in lines
    assert "       2  lost.jpg" in lines
    assert "  - “Behind a password” was behind a password and is a draft now." in lines


@pytest.mark.skipif(not BIG.exists(), reason="WordPress's test data is not beside the project (COMMONPRESS_TEST_WXR)")
def test_wordpress_own_test_data_comes_in_whole(client):
    report = import_wxr(BIG)

    assert (report.made["story"], report.made["page"], report.made["comment"]) == (58, 21, 33)
    public = [*Story.objects.live(), *PlainPage.objects.live()]
    assert len(public) == 76
    for page in public:
        assert client.get(page.url).status_code == 200, page.url
    for story in Story.objects.filter(title__in=["Draft", "Scheduled"]):
        assert client.get(story.url_path.removeprefix("/front")).status_code == 404
    counts = dict(Comment.objects.values_list("thread__page__slug").annotate(Count("pk")))
    assert counts["template-comments"] == 20
    assert Comment.objects.filter(kind=CommentKind.PINGBACK).count() == 4
    assert Comment.objects.exclude(parent=None).count() == 10
