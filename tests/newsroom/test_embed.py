import gzip

from django.test import Client

from commonpress.prerender.publisher import make


def test_the_script_for_other_sites_is_small_and_kept_by_browsers_for_a_day(db):
    answer = Client().get("/embed.js")

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=86400, stale-while-revalidate=604800"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(gzip.compress(answer.content)) < 1200
    assert not answer.cookies


def test_the_script_is_a_kept_page_that_browsers_ask_after_by_its_tag(db):
    kept = make(b"/embed.js")

    assert kept.answers[b""].body == Client().get("/embed.js").content
    assert kept.etag
