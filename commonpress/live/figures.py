"""What a page with figures says that the one before it did not. Pure.

Figures are the JSON at a poll address, and all they say is public. `comments`, where they have it, are the newest
comments, newest first, each as [public id, score]: all there are, or as many as `LONGEST`.
"""

import json
from collections.abc import Collection
from typing import Any

Figures = dict[str, Any]
Comments = list[tuple[str, int]]

LONGEST = 250


def difference(before: Figures, after: Figures) -> Figures:
    """Return what readers are to be told: what is another now, and the `new`, the `gone`, the `scores` of comments."""
    told = {name: value for name, value in after.items() if name != "comments" and before.get(name) != value}
    return told | _difference_of_comments(before.get("comments", []), after.get("comments", []))


def beginning(figures: Figures) -> Figures:
    """Return what who begins to listen is told: all but the comments, of which the newest one's id."""
    told = {name: value for name, value in figures.items() if name != "comments"}
    if "comments" in figures:
        told["newest"] = figures["comments"][0][0] if figures["comments"] else None
    return told


def written(told: Figures) -> bytes:
    """Return what is told as one line."""
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def _difference_of_comments(before: Comments, after: Comments) -> Figures:
    scores, scores_now = dict(before), dict(after)
    found = {
        "new": _missing(after, scores, may_slide=len(before) == LONGEST),
        "gone": _missing(before, scores_now, may_slide=len(after) == LONGEST),
        "scores": {key: score for key, score in after if scores.get(key, score) != score},
    }
    return {name: value for name, value in found.items() if value}


def _missing(comments: Comments, others: Collection[str], *, may_slide: bool) -> list[str]:
    """Return the ids that are not among the others.

    A list that is full loses its oldest to one that comes, and gets an older one for one that goes; what so slides
    over the end (`may_slide`) is neither new nor gone.
    """
    keys = [key for key, _score in comments]
    known = [place for place, key in enumerate(keys, start=1) if key in others]
    if may_slide and known:
        keys = keys[: known[-1]]
    return [key for key in keys if key not in others]
