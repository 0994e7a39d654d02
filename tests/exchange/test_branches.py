from commonpress.exchange.branches import parents_first
from commonpress.exchange.records import CommentRecord, CommentState
from commonpress.exchange.report import Report


def comment(source_id: str, parent_id: str = "") -> CommentRecord:
    return CommentRecord(source_id, parent_id, "Odo", None, "Text", CommentState.VISIBLE)


def ordered(*comments: CommentRecord, known: set[str] = frozenset(), report: Report | None = None):
    found = parents_first(comments, set(known), report or Report())
    return [(one.source_id, one.parent_id) for one in found]


def test_a_reply_that_stands_before_its_parent_comes_after_it():
    assert ordered(comment("3", "2"), comment("2", "1"), comment("1")) == [("1", ""), ("2", "1"), ("3", "2")]


def test_a_parent_of_an_earlier_run_is_as_good_as_one_in_the_file():
    assert ordered(comment("2", "1"), known={"1"}) == [("2", "1")]


def test_a_known_comment_is_not_yielded_again():
    assert ordered(comment("1"), comment("2", "1"), known={"1"}) == [("2", "1")]


def test_an_orphan_begins_a_branch_and_is_reported():
    report = Report()

    assert ordered(comment("2", "9"), report=report) == [("2", "")]
    assert report.notes == ["Comment 2 answered one that is not in the file; it begins a branch now."]


def test_a_circle_is_broken_once_and_reported():
    report = Report()

    assert ordered(comment("1", "2"), comment("2", "1"), report=report) == [("2", ""), ("1", "2")]
    assert report.notes == ["Comment 2 answered itself in a circle and begins a branch now."]


def test_a_comment_that_answers_itself_begins_a_branch():
    assert ordered(comment("1", "1")) == [("1", "")]


def test_a_branch_of_five_thousand_levels_is_ordered():
    comments = [comment(str(number), str(number - 1) if number > 1 else "") for number in range(5_000, 0, -1)]

    assert [source_id for source_id, _parent in ordered(*comments)] == [str(number) for number in range(1, 5_001)]
