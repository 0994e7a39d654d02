"""Nobody leaves a trace in what others read: a small round of the oracle, and `./run test --only leaks` in full."""

import os

import pytest

from tests.journeys.leaks import HEADERS, Oracle

IN_FULL = os.environ.get("COMMONPRESS_TEST_LEAKS") == "full"
PEOPLE, REQUESTS, CHANGES = (20, 20_000, 10) if IN_FULL else (8, 300, 2)


@pytest.fixture
def oracle(demo):
    oracle = Oracle(demo, people=PEOPLE, requests=REQUESTS, seed=20261128)
    oracle.prepare()
    yield oracle
    oracle.end()


def test_nobody_leaves_a_trace_in_what_others_read(demo, oracle):
    before, late = oracle.crawl_settled()
    assert late == []

    oracle.disturb(REQUESTS)

    after = oracle.crawl()
    print(f"{len(oracle.who)} people, {len(oracle.routes)} routes, {len(HEADERS)} headers; answers: {oracle.statuses}")
    assert oracle.failed == [], "\n".join(demo.lines)[-20_000:]
    assert {path: (before[path], after[path]) for path in oracle.kept if after[path] != before[path]} == {}
    assert oracle.canaries_in(after) == []

    for number in range(CHANGES):
        oracle.change(number)
        oracle.disturb(REQUESTS // CHANGES // 2)

    assert oracle.failed == []
    changed, never_fresh = oracle.crawl_settled()
    assert never_fresh == []
    assert [path for path in oracle.kept if changed[path][2] != after[path][2]] != []
    assert oracle.canaries_in(changed) == []
