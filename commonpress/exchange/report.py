"""What an import read, what it wrote, and what it had to leave out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Report:
    """Counts in and out, and every thing dropped or changed on the way.

    `seen` counts what the file holds, `made` what is new here, `known` what an earlier run
    had brought, `dropped` the fields and items there is no place for, `notes` what a person
    should look at, each with the item it concerns; `missing` the files the media folder lacks,
    with how often they are named; `filled` the pages that were here and got the pictures they lacked.
    """

    seen: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    is_dry_run: bool = False

    def note(self, text: str) -> None:
        self.notes.append(text)

    def lines(self) -> Iterator[str]:
        """Yield the report as a person reads it at the end of an import."""
        yield "Nothing was written: this was a dry run." if self.is_dry_run else "Import finished."
        yield ""
        yield f"{'':14}{'in the file':>12}{'new here':>12}{'known':>12}"
        for kind in sorted(set(self.seen) | set(self.made) | set(self.known)):
            yield f"{kind:14}{self.seen[kind]:>12}{self.made[kind]:>12}{self.known[kind]:>12}"
        if self.filled:
            yield ""
            yield "Filled in, since pictures that were missing are here now:"
            for kind, count in sorted(self.filled.items()):
                yield f"{count:>8}  {kind}"
        if self.dropped:
            yield ""
            yield "Left out, because Commonpress has no place for it:"
            for what, count in sorted(self.dropped.items()):
                yield f"{count:>8}  {what}"
        if self.notes:
            yield ""
            yield "Please look at:"
            for note in self.notes:
                yield f"  - {note}"
        if self.missing:
            yield ""
            yield "Not in the media folder, with how often each is named:"
            for name, count in sorted(self.missing.items()):
                yield f"{count:>8}  {name}"
