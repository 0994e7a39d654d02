"""A thread comes in whole: many comments in few queries."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpress.discussion.models.comment import Comment
from commonpress.exchange.load import import_wxr
from tests.exchange.test_wxr_oddities import comment, export, item

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def thread(length):
    """Return a first comment and replies to it."""
    reply = "<wp:comment_parent>1000</wp:comment_parent>"
    return "".join(comment(str(1000 + at), "Yes.", more=reply if at else "") for at in range(length))


def test_three_hundred_comments_are_written_in_some_dozens_of_queries(tmp_path):
    with CaptureQueriesContext(connection) as counted:
        import_wxr(export(tmp_path, item(more=thread(300))))

    root = Comment.objects.get(parent=None)
    assert Comment.objects.filter(parent=root, root=root).count() == root.reply_count == 299
    # SQLite takes some thirty rows in one INSERT.
    assert sum("discussion_" in query["sql"] for query in counted) < 60


def test_a_thread_that_grew_since_is_brought_up_to_date(tmp_path):
    import_wxr(export(tmp_path, item(more=thread(3))))

    report = import_wxr(export(tmp_path, item(more=thread(5))))

    root = Comment.objects.get(parent=None)
    assert (report.known["comment"], report.made["comment"], root.reply_count) == (3, 2, 4)
    assert sorted(Comment.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_comments_without_a_date_take_the_storys_and_are_named(tmp_path):
    dated = comment("8", more="<wp:comment_date_gmt>2020-01-03 10:00:00</wp:comment_date_gmt>")
    zeros = comment("9", more="<wp:comment_date_gmt>0000-00-00 00:00:00</wp:comment_date_gmt>")

    report = import_wxr(export(tmp_path, item(more=comment("7") + dated + zeros)))

    storys = datetime(2019, 5, 6, 22, 30, tzinfo=UTC)
    moments = [one.created_at for one in Comment.objects.order_by("number")]
    assert moments == [storys, datetime(2020, 1, 3, 10, tzinfo=UTC), storys]
    assert report.notes == [
        "Comment 7 on “A story” had no date and took the story's.",
        "Comment 9 on “A story” had no date and took the story's.",
    ]
