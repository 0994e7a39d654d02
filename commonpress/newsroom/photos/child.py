"""What is done to a picture's bytes, in a process of its own with little memory and little time.

Run as `python -m commonpress.newsroom.photos.child FOLDER`, never imported by the server:
whatever a hostile file does to the decoder, it does here. FOLDER holds `order.json` and
what it names; the answer is `answer.json` beside the files it lists, and exit status 0.
A refusal is an answer too: {"refused": CODE}.
"""

import json
import os
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
# No picture we make is larger; a file that grows past it ends the process.
FILE_BYTES = 64 * 1024 * 1024


def main(folder: Path) -> None:
    order = json.loads((folder / "order.json").read_text())
    limit(max(1, int(order["seconds"])))

    from commonpress.newsroom.photos import drawing, reading  # noqa: PLC0415 - loaded under the limits

    warnings.simplefilter("ignore")  # a decoder's remarks on a damaged file are no news
    answer: dict[str, Any]
    try:
        answer = reading.read(folder, order) if order["work"] == "read" else drawing.draw(folder, order)
    except reading.Unfit as unfit:
        answer = {"refused": unfit.code, **unfit.details}
    except MemoryError:
        answer = {"refused": "too_much_memory"}
    (folder / "answer.json").write_text(json.dumps(answer))


def limit(seconds: int) -> None:
    """Take memory, time and file size away from this process; what a system cannot limit is left to its parent."""
    os.nice(5)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            # macOS knows RLIMIT_AS and refuses to set it.
            continue


if __name__ == "__main__":
    main(Path(sys.argv[1]))
