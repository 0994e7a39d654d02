"""Photos that are supplied on a second run, as the report of the first invites."""

import pytest

from commonpress.exchange.load import import_wxr
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story
from tests.exchange.test_load import SMALL, attachment, everything, export, item

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

CRANE = "https://b.example/uploads/2019/05/crane.jpg"
LEAD = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>10</wp:meta_value></wp:postmeta>"


def with_a_picture(tmp_path, **fields):
    shown = item("1", body=f'<p>Before.</p><img src="{CRANE}" class="wp-image-10">', more=LEAD, **fields)
    return export(tmp_path, attachment("10", CRANE, parent="1"), shown)


@pytest.mark.parametrize("kind", ["post", "page"])
def test_a_text_not_edited_here_gets_the_photo_it_lacked(tmp_path, media, kind):
    path = with_a_picture(tmp_path, kind=kind)
    import_wxr(path)
    model = PlainPage if kind == "page" else Story
    before = model.objects.get()
    assert "[Picture missing: crane.jpg]" in str(before.body)

    report = import_wxr(path, media=media)

    page = model.objects.get()
    photo = Photo.objects.get()
    draft = page.get_latest_revision_as_object()
    for text in (page, draft):
        assert [block.block_type for block in text.body] == ["paragraph", "photo"]
        assert text.body[1].value["photo"] == photo
    if kind == "post":
        assert page.lead_photo == draft.lead_photo == photo
    assert page.live
    assert page.latest_revision_created_at == before.latest_revision_created_at
    assert dict(report.filled) == {"page" if kind == "page" else "story": 1}
    assert "Filled in, since pictures that were missing are here now:" in list(report.lines())


def test_a_story_is_filled_in_once(tmp_path, media):
    path = with_a_picture(tmp_path)
    import_wxr(path)
    import_wxr(path, media=media)
    before = everything()

    report = import_wxr(path, media=media)

    assert (dict(report.filled), report.notes, everything()) == ({}, [], before)


def test_photos_that_come_one_after_the_other_are_all_given(tmp_path, media):
    away = media / "2019" / "05" / "crane.jpg"
    (media / "2020" / "06").mkdir(parents=True)
    quay = media / "2020" / "06" / "quay.jpg"
    quay.write_bytes(away.read_bytes())
    picture = away.read_bytes()
    away.unlink()
    addresses = [CRANE, "https://b.example/uploads/2020/06/quay.jpg"]
    photos = [attachment(f"1{at}", address) for at, address in enumerate(addresses)]
    path = export(tmp_path, *photos, item("1", body="".join(map('<img src="{}">'.format, addresses))))
    import_wxr(path)
    import_wxr(path, media=media)
    away.write_bytes(picture)

    report = import_wxr(path, media=media)

    assert [block.block_type for block in Story.objects.get().body] == ["photo", "photo"]
    assert dict(report.filled) == {"story": 1}


def test_a_scheduled_story_keeps_its_hour(media):
    text = SMALL.read_text()
    path = media / "export.xml"
    path.write_text(text.replace("<wp:post_id>43<", f"{LEAD.replace('>10<', '>31<')}<wp:post_id>43<"))
    import_wxr(path)
    before = Story.objects.get(title="In the year 2091")

    import_wxr(path, media=media)

    story = Story.objects.get(title="In the year 2091")
    due = before.get_latest_revision().approved_go_live_at
    assert story.lead_photo == Photo.objects.get()
    assert story.get_latest_revision().approved_go_live_at == due is not None


def test_a_story_edited_here_is_left_alone_and_named(tmp_path, media):
    path = with_a_picture(tmp_path, title="The crane")
    import_wxr(path)
    story = Story.objects.get()
    story.title = "Edited here"
    publish(story)
    before = story.body.raw_data[0]

    report = import_wxr(path, media=media)

    story.refresh_from_db()
    assert (story.title, story.lead_photo, story.body.raw_data[0]) == ("Edited here", None, before)
    assert "[Picture missing: crane.jpg]" in str(story.body)
    assert dict(report.filled) == {}
    assert (
        "“Edited here” was edited here since it was imported, so nothing in it was changed; "
        "pictures it lacks are among the photos now."
    ) in report.notes


def test_an_editor_who_took_a_photo_out_is_not_reminded(tmp_path, media):
    path = with_a_picture(tmp_path)
    import_wxr(path, media=media)
    story = Story.objects.get()
    story.body = []
    publish(story)

    report = import_wxr(path, media=media)

    assert report.notes == []
    assert len(Story.objects.get().body) == 0


def test_an_attachments_address_moves_on_to_its_photo(tmp_path, media):
    path = with_a_picture(tmp_path)
    import_wxr(path)
    story = Story.objects.get()
    assert Redirect.objects.get(old="?attachment_id=10").page_id == story.pk

    import_wxr(path, media=media)

    photo = Photo.objects.get()
    assert Redirect.objects.get(old="?attachment_id=10").photo == photo
    assert Redirect.objects.get(old="/2020/01/s10/").photo == photo
    assert Redirect.objects.get(old="/2020/01/s1/").page_id == story.pk


def test_a_dry_run_counts_what_would_be_filled_in(tmp_path, media):
    path = with_a_picture(tmp_path)
    import_wxr(path)

    dry = import_wxr(path, media=media, dry_run=True)

    assert (dict(dry.filled), dry.notes) == ({"story": 1}, [])
    assert "[Picture missing: crane.jpg]" in str(Story.objects.get().body)
