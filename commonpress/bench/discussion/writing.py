"""What writing in a thread costs: votes that come together and how they share syncs, and posts."""

import json
import secrets
import time
from typing import Any
from urllib.parse import quote

from commonpress.bench import calibration, peers, processes
from commonpress.bench.discussion import asking
from commonpress.bench.discussion.asking import Answer
from commonpress.bench.discussion.power_cut import Synced, serving_until_cut
from commonpress.bench.papers import Paper, copied, serving
from commonpress.bench.processes import on_its_own_core
from commonpress.bench.rows import Row
from commonpress.bench.server import Unfit, wait_until_idle

VOTERS = 32
# Nobody posts, or has a text shown, more often than the limits let them.
WRITERS, POSTS_EACH = 800, 15
# Comments for a burst of votes, and for so many bursts.
PART, PARTS = 40, 6
SECONDS = 6
# Long enough that an answer which did not wait for its sync has come before it.
DELAY_US = 30_000
SYNCS_BEFORE_THE_CUT = 40
TEXT = "I disagree. A ferry would cost less, run later in the evening, and could start in spring."
SHARED = "acknowledged votes per fdatasync, 32 clients"
BESIDE_VOTES = "kept page during a burst of votes: p99 ÷ without"


def measure(paper: Paper) -> list[Row]:
    """Return the rows of a paper in SQLite that is written to. Raises Unfit."""
    with copied(paper) as fresh:
        ready = json.loads(fresh.run("writers", str(WRITERS), str(PART * PARTS)))
        with serving(fresh) as (process, address), on_its_own_core(process):
            rows = [vote_cpu(process, address, ready), post_cpu(process, address, ready)]
            rows.append(beside_votes(process, address, ready))
        try:
            return [*rows, votes_per_sync(fresh, ready)]
        except peers.Missing as missing:
            return [*rows, Row(measure=SHARED, value=0, unit="votes", context=f"not measured: {missing}")]


def votes_of(address: str, ready: dict[str, Any], part: int) -> list[list[str]]:
    """Return each voter's requests: on each comment up, then down.

    Each burst has a part of the comments for itself, so that every vote changes something.
    """
    return [
        [
            asking.request("POST", address, f"/-/vote/{comment}", f"value={value}", **from_writer(place, cookie))
            for comment in part_of(ready, part)
            for value in (1, -1)
        ]
        for place, (_key, cookie) in enumerate(ready["guests"][:VOTERS])
    ]


def part_of(ready: dict[str, Any], part: int) -> list[str]:
    comments: list[str] = ready["comments"][part * PART : (part + 1) * PART]
    return comments


def vote_at(place: int, ready: dict[str, Any], part: int) -> tuple[str, int]:
    """Return which comment a voter's request is about, and which way."""
    at, is_down = divmod(place % (2 * PART), 2)
    return part_of(ready, part)[at], -1 if is_down else 1


def from_writer(place: int, cookie: str) -> dict[str, str]:
    return {"Cookie": cookie, "X_Forwarded_For": f"10.0.{place // 250}.{place % 250 + 1}", "X_Fragment": "1"}


def asked(address: str, connections: list[list[str]], seconds: float) -> list[Answer]:
    return answered(asking.answers_of(asking.begin(address, connections, seconds=seconds)))


def answered(answers: list[Answer], good: tuple[int, ...] = (200, 201)) -> list[Answer]:
    wrong = {answer.status for answer in answers} - set(good)
    if wrong or not answers:
        raise Unfit(f"Some answers were {wrong or 'none at all'}.")
    return answers


def vote_cpu(process: int, address: str, ready: dict[str, Any]) -> Row:
    asked(address, votes_of(address, ready, 0), 1)
    loop = calibration.python_loop_seconds()
    before = processes.cpu_seconds(process)
    answers = asked(address, votes_of(address, ready, 1), SECONDS)
    used = (processes.cpu_seconds(process) - before) * 1000 / len(answers)
    return Row(
        measure="vote: CPU per request", value=used, unit="ms", goal=0.4, floor=1,
        context=f"of all the server's processes, {VOTERS} clients, {len(answers):,} votes; Python loop {loop:.3f} s in the same round",
    )  # fmt: skip


def posts_of(address: str, ready: dict[str, Any], writers: range) -> list[list[str]]:
    """Return the requests of eight clients, each the posts of some of the writers by turns."""
    return [
        [
            asking.request(
                "POST", address, f"/-/compose/{ready['page_key']}",
                f"text={quote(f'{TEXT} {secrets.token_hex(4)}')}&name=&once={secrets.token_urlsafe(16)}",
                **from_writer(place, ready["guests"][place][1]),
            )
            for _turn in range(POSTS_EACH)
            for place in writers[client::8]
        ]
        for client in range(8)
    ]  # fmt: skip


def post_cpu(process: int, address: str, ready: dict[str, Any]) -> Row:
    asked(address, posts_of(address, ready, range(80)), 1)
    loop = calibration.python_loop_seconds()
    before = processes.cpu_seconds(process)
    # Each is sent once: sent again, it would be answered with what it made.
    answers = asked(address, posts_of(address, ready, range(80, WRITERS)), SECONDS)
    used = (processes.cpu_seconds(process) - before) * 1000 / len(answers)
    return Row(
        measure="post: CPU per request", value=used, unit="ms", goal=3, floor=6,
        context=f"of all the server's processes, 8 clients, {len(answers):,} comments; Python loop {loop:.3f} s in the same round",
    )  # fmt: skip


def beside_votes(process: int, address: str, ready: dict[str, Any]) -> Row:
    """Ask for the kept story while 32 vote on its comments, and while nobody does."""
    story = address + ready["path"]
    try:
        peers.ask(story, seconds=1)
        # What the posts before have left to be made again.
        wait_until_idle(process)
        alone = peers.ask(story, seconds=3)
        voting = asking.begin(address, votes_of(address, ready, 2), seconds=5)
        time.sleep(1)
        beside = peers.ask(story, seconds=3)
    except peers.Missing as missing:
        return Row(measure=BESIDE_VOTES, value=0, unit="x", context=f"not measured: {missing}")
    votes = len(answered(asking.answers_of(voting)))
    if alone.wrong or beside.wrong:
        raise Unfit("Some answers were no pages.")
    if not alone.p99_ms:
        raise Unfit(f"Too few answers to say how long they took: {alone}, {beside}.")
    return Row(
        measure=BESIDE_VOTES, value=beside.p99_ms / alone.p99_ms, unit="x", goal=2, floor=5,
        context=f"{beside.p99_ms:.1f} ms against {alone.p99_ms:.1f}; {votes:,} votes in 5 s",
    )  # fmt: skip


def votes_per_sync(paper: Paper, ready: dict[str, Any]) -> Row:
    """Count the syncs of a burst, then cut the power in the middle of another. Raises Missing."""
    with serving_until_cut(paper) as (_process, address, synced):
        asked(address, votes_of(address, ready, 3), 1)
        before = len(synced.syncs())
        answers = asked(address, votes_of(address, ready, 4), SECONDS)
        syncs = synced.syncs()[before:]
    early = sum(not is_covered(answer, syncs) for answer in answers)
    with serving_until_cut(paper, delay_us=DELAY_US) as (_process, address, synced):
        voting = asking.begin(address, votes_of(address, ready, 5), seconds=60)
        before = len(synced.syncs())
        while voting.poll() is None and len(synced.syncs()) < before + SYNCS_BEFORE_THE_CUT:
            time.sleep(0.1)
    cut = asking.answers_of(voting)
    lost = lost_votes(cut, ready, 5, synced)
    rate = calibration.syncs_per_second(str(paper.folder))
    value = len(answers) / max(1, len(syncs)) if not (early or lost) and cut else 0
    return Row(
        measure=SHARED, value=value, unit="votes", better="more", goal=8, floor=4,
        context=f"{len(answers):,} votes, {len(syncs):,} syncs of the database's files, {rate:,.0f} per s possible; answered "
        f"before a sync: {early}; of {len(cut):,} acknowledged until a power cut lost: {lost}",
    )  # fmt: skip


def is_covered(answer: Answer, syncs: list[tuple[int, int]]) -> bool:
    """Tell whether a sync began after the vote was sent and ended before it was answered."""
    return any(answer.sent <= begin and end <= answer.came for begin, end in syncs)


def lost_votes(answers: list[Answer], ready: dict[str, Any], part: int, synced: Synced) -> int:
    """Count acknowledged votes that a power cut would have taken, each voter's last ones by comment."""
    found = synced.votes()
    last: dict[tuple[str, str], int] = {}
    for answer in sorted(answers, key=lambda one: one.came):
        comment, value = vote_at(answer.request, ready, part)
        last[ready["guests"][answer.connection][0], comment] = value
    # What was on its way when the power went may be there or not.
    for answer in {answer.connection: answer for answer in answers}.values():
        comment, value = vote_at(answer.request + 1, ready, part)
        voter = ready["guests"][answer.connection][0]
        if found.get((comment, voter)) == value:
            last.pop((voter, comment), None)
    return sum(found.get((comment, voter)) != value for (voter, comment), value in last.items())
