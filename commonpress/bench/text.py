"""What the worst comments cost to read and render, against a long one in plain words in the same round."""

import time

from commonpress.bench.rows import Row
from commonpress.bench.server import Server
from commonpress.discussion import markup

ROUNDS = 5
PROSE = "The bridge stays *closed* until the spring, says the council; nobody in town believes it.\n\n"

# Texts of about the largest size, each of which makes some Markdown parser or link finder slow.
BOMBS = [
    ">" * 10_000,
    "> " * 5_000,
    "[" * 10_000,
    "![" * 5_000,
    "*a_" * 3_333,
    "`" * 9_999,
    "- " * 5_000,
    "[a](" * 2_500,
    "<" * 10_000,
    "a\u0301" * 5_000,
    "~~" * 5_000,
    "&" * 10_000,
    "\n" * 10_000,
    "*" * 10_000,
    "**a " * 2_500,
    "(a" * 5_000,
    "http://" * 1_400,
    "http://a" * 1_250,
    "http://" * 60 + "a." * 4_700,
    "http://a.b/(" * 60 + ":a" * 4_600,
    "http://a.b/[a](" * 60 + "http://",
    "http://a.example/" + "(" * 9_000,
    "- http://a.b\n" * 750,
    "a@" * 5_000,
    "a.com " * 1_666,
    "a." * 5_000,
    "com." * 2_500,
    "a" * 10_000,
    "www." * 2_500,
    "mailto:a@" * 1_100,
    "- a\n" * 2_500,
    "-\n" * 5_000,
    "1. x\n" * 2_000,
    "- a\n  - b\n" * 900,
    "> - a\n" * 400,
    "a\n" * 5_000,
    "a\n\n" * 3_300,
    # As many lines as are still parsed.
    "- thirty letters of a list item\n" * 300,
    "1. thirty letters of a list item\n" * 300,
    "Sixty letters in a paragraph that is one of a great many here.\n\n" * 150,
]


def measure(server: Server) -> list[Row]:
    prose = (PROSE * 200)[: markup.LONGEST_TEXT]
    yardstick, slowest, worst = min((one_round(prose) for _ in range(ROUNDS)), key=lambda found: found[1])
    return [
        Row(
            measure="comment text: worst bomb ÷ prose",
            value=slowest / yardstick,
            unit="×",
            goal=3,
            floor=10,
            context=f"the slowest is {worst[:16]!r} …; each of {len(BOMBS)} against the longest comment in plain words",
        ),
        Row(
            measure="comment text: CPU of the worst bomb",
            value=slowest * 1000,
            unit="ms",
            goal=50,
            floor=100,
            context=f"the calmest of {ROUNDS} rounds; prose of the same length {yardstick * 1000:.1f} ms",
        ),
    ]


def one_round(prose: str) -> tuple[float, float, str]:
    """Return the CPU seconds of the prose and of the slowest bomb, and that bomb."""
    slowest, worst = max((cpu_seconds(bomb), bomb) for bomb in BOMBS)
    return cpu_seconds(prose), slowest, worst


def cpu_seconds(text: str) -> float:
    began = time.process_time()
    text = markup.clean_text(text)
    markup.render(text)
    markup.leads_elsewhere(text)
    return time.process_time() - began
