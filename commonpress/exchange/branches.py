"""Comments in an order in which every parent stands before its replies."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from commonpress.exchange.records import CommentRecord
from commonpress.exchange.report import Report


def parents_first(comments: Sequence[CommentRecord], known: set[str], report: Report) -> Iterator[CommentRecord]:
    """Yield each comment after its parent, whatever order the file has.

    `known` are the ids an earlier run brought. A comment whose parent is nowhere, or which
    answers itself in a circle, becomes the beginning of a branch, and is reported.
    """
    by_id = {comment.source_id: comment for comment in comments}
    done = set(known)
    for start in comments:
        branch: list[CommentRecord] = []
        on_the_way: set[str] = set()
        comment = start
        while comment.source_id not in done:
            branch.append(comment)
            on_the_way.add(comment.source_id)
            parent = comment.parent_id
            if not parent or parent in done:
                break
            if parent in on_the_way:
                report.note(f"Comment {comment.source_id} answered itself in a circle and begins a branch now.")
                branch[-1] = replace(comment, parent_id="")
                break
            if parent not in by_id:
                report.note(
                    f"Comment {comment.source_id} answered one that is not in the file; it begins a branch now."
                )
                branch[-1] = replace(comment, parent_id="")
                break
            comment = by_id[parent]
        for comment in reversed(branch):
            done.add(comment.source_id)
            yield comment
