"""What a bench prints and writes: rows, the same for every bench."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measure. `floor` is the worst acceptable value, on whichever side `better` says; None binds nobody."""

    measure: str
    value: float
    unit: str
    goal: float | None = None
    floor: float | None = None
    better: Literal["less", "more"] = "less"
    context: str = ""

    @property
    def is_beyond_floor(self) -> bool:
        if self.floor is None:
            return False
        return self.value > self.floor if self.better == "less" else self.value < self.floor


def shown(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows, each printed as soon as it is measured: what is long must not be lost to what ends it."""
    print(f"{'measure':<38}{'value':>12} {'unit':<14}{'goal':>10}{'floor':>10}  context", flush=True)
    for row in rows:
        mark = "  BEYOND ITS FLOOR" if row.is_beyond_floor else ""
        print(
            f"{row.measure:<38}{short(row.value):>12} {row.unit:<14}{short(row.goal):>10}{short(row.floor):>10}"
            f"  {row.context}{mark}",
            flush=True,
        )
        yield row


def short(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:.3g}"


def write(rows: Iterable[Row], path: Path) -> None:
    fields = ("measure", "value", "unit", "goal", "floor", "context")
    path.write_text(json.dumps([{name: asdict(row)[name] for name in fields} for row in rows], indent=1) + "\n")


def write_markdown(rows: Iterable[Row], path: Path, *, head: str) -> None:
    """Write a page of documentation: the head, and the rows as a table."""
    lines = [head, "| measure | value | goal | floor | |", "|---|---:|---:|---:|---|"]
    for row in rows:
        mark = "**beyond its floor**; " if row.is_beyond_floor else ""
        lines.append(
            f"| {row.measure} | {short(row.value)} {row.unit} | {short(row.goal)} | {short(row.floor)} "
            f"| {mark}{row.context} |"
        )
    path.write_text("\n".join(lines) + "\n")
