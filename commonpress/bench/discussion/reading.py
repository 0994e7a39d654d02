"""What reading a thread costs, however many comments it has."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commonpress.bench.papers import Paper
from commonpress.bench.rows import Row

ROUNDS = 15


def measure(database: str, folder: Path, sizes: list[int], make: Callable[[Path, int], Paper]) -> list[Row]:
    """Return the rows of a database: the smallest thread, each larger one, and the ratio of both. Raises Unfit."""
    papers = [make(folder, size) for size in sizes]
    looked: dict[int, dict[str, Any]] = {paper.size: json.loads(paper.run("looking", str(ROUNDS))) for paper in papers}
    # Once more at the end: what the machine does meanwhile must not pass for a difference between sizes.
    again = json.loads(papers[0].run("looking", str(ROUNDS))) if len(papers) > 1 else looked[sizes[0]]
    rows = [row for paper in papers for row in rows_of(database, paper, looked[paper.size])]
    if len(papers) > 1:
        small = (dearest(looked[sizes[0]]) + dearest(again)) / 2
        rows.append(
            Row(
                measure=f"{database}: first view at {sizes[-1]:,} ÷ at {sizes[0]:,}",
                value=dearest(looked[sizes[-1]]) / small, unit="x", goal=1.3, floor=2,
                context="CPU, each with the order that is dearest there",
            )
        )  # fmt: skip
    return rows


def dearest(looked: dict[str, Any]) -> float:
    return max(sort["cpu"] for sort in looked["sorts"].values())


def rows_of(database: str, paper: Paper, looked: dict[str, Any]) -> list[Row]:
    sorts, name = looked["sorts"], f"{database}, {paper.size:,} comments"
    beside = f"Python loop {looked['loop']:.3f} s in the same round"
    each = ", ".join(f"{sort} {values['cpu']:.1f}" for sort, values in sorts.items())
    worst = max(sorts, key=lambda sort: sorts[sort]["cpu"])
    sql_goal, sql_floor = (1, 5) if database == "SQLite" else (3, 10)
    return [
        Row(
            measure=f"{name}: first view, any sort", value=sorts[worst]["cpu"], unit="ms", goal=10, floor=25,
            context=f"CPU of the dearest, {worst} with {sorts[worst]['comments']} comments ({each}); "
            f"{max(values['cold'] for values in sorts.values()):.0f} ms where no comment was drawn before; {beside}",
        ),
        Row(
            measure=f"{name}: first view, queries", value=max(values["queries"] for values in sorts.values()),
            unit="queries", goal=5, floor=6,
        ),
        Row(
            measure=f"{name}: first view, its SQL alone", value=max(values["sql"] for values in sorts.values()),
            unit="ms", goal=sql_goal, floor=sql_floor, context=f"CPU, its rows fetched; {beside}",
        ),
        Row(
            measure=f"{name}: the page of an order", value=max(values["page"] for values in sorts.values()), unit="ms",
            context="CPU of the whole page through Django, nothing kept; binds nobody",
        ),
        Row(
            measure=f"{name}: a deep page by cursor", value=looked["deep"]["cpu"], unit="ms", goal=10, floor=25,
            context=f"CPU of the whole page, the {looked['deep']['page']:,}th of the newest; {beside}",
        ),
        Row(
            measure=f"{name}: permalink in context", value=looked["permalink"]["cpu"], unit="ms", goal=10, floor=25,
            context=f"CPU of the whole page, four levels deep; {beside}",
        ),
    ]  # fmt: skip
