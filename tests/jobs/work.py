"""Jobs for the tests: they write down, in a file, that they ran."""

import os
import time
from pathlib import Path

from commonpress.jobs import task
from commonpress.jobs.giving_way import give_way
from commonpress.jobs.schedule import every


@task()
def note(path: str, word: str) -> str:
    with Path(path).open("a") as notes:
        notes.write(word + "\n")
    return word


@task(tries=2)
def stumble(path: str) -> None:
    note.call(path, "stumbled")
    raise ValueError("the ground was wet")


@task(queue="pictures")
def draw(path: str) -> None:
    note.call(path, "drew")


@task()
def wait_for_the_second_time(path: str) -> None:
    """Hang when first run, end at once when run again."""
    seen = Path(path).exists()
    note.call(path, f"attempt by {os.getpid()}")
    if not seen:
        time.sleep(60)


@task(queue="pictures", tries=1)
def go_on_until_stopped(path: str) -> None:
    note.call(path, "began")
    while True:
        give_way()
        time.sleep(0.01)


@every(minutes=10)
@task()
def tick() -> None:
    pass
