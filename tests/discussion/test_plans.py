"""Each list is read through the index made for it. The database's own plan says so."""

import pytest
from django.core.management.color import no_style
from django.db import connection

from commonpress.discussion import filters, queries
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.filters import Filter
from commonpress.discussion.models import Comment, Thread
from commonpress.discussion.queries import Sort
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ROWS = 4000


@pytest.fixture
def big_thread():
    """A thread of 4,000 comments, with fresh statistics."""
    thread = a_big_thread()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE discussion_comment")
    return thread


def a_big_thread():
    """Make a thread of 4,000 comments: a branch of a thousand, then a quarter on the story."""
    story = story_to_discuss()
    thread = Thread.objects.create(page_id=story.pk, published_count=ROWS, comment_seq=ROWS, root_seq=ROWS // 4)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM discussion_comment")
        (first,) = cursor.fetchone()
    comments = []
    for number in range(1, ROWS + 1):
        root = 1 if number <= 1000 else (number - 1) // 4 * 4 + 1
        is_root = number == root
        path = queries.paths.segment(root) if is_root else queries.paths.segment(root) + queries.paths.segment(number)
        comments.append(
            Comment(
                pk=first + number,
                thread=thread,
                parent_id=None if is_root else first + root,
                root_id=None if is_root else first + root,
                depth=0 if is_root else 1,
                path=path,
                number=number,
                imported_name="Tom",
                body_source="x",
                body_html="<p>x</p>",
                renderer="test",
                descendant_count=(999 if root == 1 else 3) if is_root else 0,
                key_new=number << 31 | number,
                key_voted=number % 7 << 31 | number,
                key_best=number % 5 << 31 | number,
                key_hot=number % 5 << 31 | number if is_root else None,
                key_discussed=number % 3 << 31 | number if is_root else None,
                is_featured=number % 400 == 1,
                is_staff_reply=number % 400 == 2,
                is_author_reply=number % 400 == 3,
            )
        )
    Comment.objects.bulk_create(comments, batch_size=200)
    with connection.cursor() as cursor:
        # Rows that bring their keys along leave PostgreSQL's sequence where it was.
        for reset in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(reset)
    return thread


def plan_of(queryset):
    return explain(*queryset.query.sql_with_params())


def explain(sql, params):
    command = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{command} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def assert_no_sort_or_scan(plan):
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    assert "Seq Scan on discussion_comment" not in plan
    assert "SCAN discussion_comment" not in plan


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        (Sort.NEWEST, "comment_roots_by_key_new"),
        (Sort.OLDEST, "comment_roots_by_key_new"),
        (Sort.MOST_VOTED, "comment_roots_by_key_voted"),
        (Sort.BEST, "comment_roots_by_key_best"),
        (Sort.HOT, "comment_roots_by_key_hot"),
        (Sort.MOST_DISCUSSED, "comment_roots_by_key_discussed"),
    ],
)
def test_each_order_reads_its_index(big_thread, sort, index):
    first = plan_of(queries.roots_of(big_thread.pk, sort)[:51])
    column = queries.ORDER[sort].lstrip("-")
    middle = (ROWS // 2 if column == "key_new" else 3) << 31
    later = plan_of(queries.roots_of(big_thread.pk, sort).filter(**{f"{column}__lt": middle})[:51])

    for plan in (first, later):
        assert index in plan
        assert_no_sort_or_scan(plan)


def test_the_first_replies_of_each_root_are_read_by_path(big_thread):
    roots = list(queries.roots_of(big_thread.pk, Sort.NEWEST)[:50].values_list("pk", flat=True))
    seen = []

    def note(execute, sql, params, many, context):
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert len(queries.first_replies(roots, 2)) == 100

    plan = explain(*seen[0])
    assert "comment_branch_path" in plan
    assert "SCAN" not in plan.replace("LIST SUBQUERY", "")
    assert "Seq Scan on discussion_comment b" not in plan


def test_a_branch_is_read_by_path(big_thread):
    head = Comment.objects.get(number=1)

    plan = explain(queries._words_of_below(101), [head.pk, head.path, head.path + "~"])

    assert "comment_branch_path" in plan
    assert_no_sort_or_scan(plan)


@pytest.mark.parametrize(
    ("kind", "index"),
    [
        (Filter.ANSWERS, "comment_answers"),
        (Filter.FEATURED, "comment_featured"),
        (Filter.FEEDBACK, "comment_feedback"),
    ],
)
def test_each_kind_of_comment_is_read_by_its_index(big_thread, kind, index):
    first = plan_of(filters.comments_of(big_thread.pk, kind)[:51])
    later = plan_of(filters.comments_of(big_thread.pk, kind).filter(key_new__lt=2000 << 31)[:51])

    for plan in (first, later):
        assert index in plan
        assert_no_sort_or_scan(plan)


def test_what_is_new_is_read_by_number(big_thread):
    plan = plan_of(filters.comments_since(big_thread.pk, Comment.objects.get(number=3900))[:51])

    assert "comment_number" in plan
    assert_no_sort_or_scan(plan)


def test_what_is_counted_is_read_without_looking_through_the_thread(big_thread):
    plan = explain(queries._words_of_counts(), ["published", big_thread.pk])

    assert "comment_number" in plan
    assert "SCAN discussion_comment" not in plan
    assert "Seq Scan on discussion_comment" not in plan


def test_what_waits_is_read_by_state(big_thread):
    plan = plan_of(Comment.objects.filter(state="held").order_by("id")[:51])

    assert "comment_by_state" in plan
    assert_no_sort_or_scan(plan)


def test_what_a_person_wrote_is_read_by_writer_as_person_and_as_guest(big_thread):
    person = PersonFactory()
    for _browser in range(2):
        claim_guest(GuestFactory(), by=person)

    plan = plan_of(Comment.objects.by(person).filter(state="published"))

    assert "comment_by_person" in plan
    assert "comment_by_guest" in plan
    assert "SCAN discussion_comment" not in plan
    assert "Seq Scan on discussion_comment" not in plan


def test_no_plain_index_begins_with_a_nullable_parent():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "discussion_comment")

    beginnings = [facts["columns"][0] for facts in found.values() if facts["index"] and facts["columns"]]

    assert "thread_id" in beginnings
    partial = {"comment_replies", "comment_branch_path"}
    plain = [name for name, facts in found.items() if facts["columns"][:1] in (["parent_id"], ["root_id"])]
    assert {name for name in plain if found[name]["index"]} <= partial
