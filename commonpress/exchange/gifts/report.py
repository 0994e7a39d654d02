"""What an import of gifts read, what it wrote, and the file and the book side by side to the cent."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from commonpress.exchange.gifts.records import BadRow
from commonpress.fundraising.public_book import figures

MOST_BAD_ROWS = 100
Sums = dict[tuple[str, str], int]


@dataclass
class GiftReport:
    """`seen`, `made` and `known` count gifts and refunds; sums are by month and currency, in minor units."""

    is_dry_run: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    bad: list[BadRow] = field(default_factory=list)
    of_file: Sums = field(default_factory=dict)
    of_book: Sums = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        return not self.bad and self.of_file == self.of_book

    def lines(self) -> Iterator[str]:
        """Yield the report as a person reads it at the end of an import."""
        if self.bad:
            yield "Nothing was written: these lines cannot be read. Put them right, or take them out, and try again."
            yield ""
            for row in self.bad[:MOST_BAD_ROWS]:
                yield f"  line {row.line} {row.reason}."
            if len(self.bad) > MOST_BAD_ROWS:
                yield f"  and {len(self.bad) - MOST_BAD_ROWS} more."
            return
        yield "Nothing was written: this was a dry run." if self.is_dry_run else "Import finished."
        yield ""
        yield f"{'':10}{'in the file':>12}{'new here':>12}{'known':>12}"
        for kind in sorted(self.seen):
            yield f"{kind:10}{self.seen[kind]:>12}{self.made[kind]:>12}{self.known[kind]:>12}"
        if self.left_out:
            yield ""
            yield "Left out, because no gift was received by it:"
            for what, count in sorted(self.left_out.items()):
                yield f"{count:>8}  {what}"
        yield ""
        yield f"{'month':10}{'':5}{'file':>16}{'book':>16}{'difference':>16}"
        for month, currency in sorted({*self.of_file, *self.of_book}):
            file, book = self.of_file.get((month, currency), 0), self.of_book.get((month, currency), 0)
            cells = "".join(f"{figures(minor, currency):>16}" for minor in (file, book, book - file))
            yield f"{month:10}{currency:5}{cells}"
        yield ""
        yield "File and book agree to the cent." if self.agrees else "File and book do NOT agree."
