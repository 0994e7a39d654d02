"""Random histories, played against the books and against a small model written apart from them.

After every step each entry sums to 0 per currency, no row of the ledger was changed since it was inserted, and
meter = ledger = model for every month of every drive. Actions die between their statements, as an exception in
a transaction, and as a process that is killed; done again by the same form they come to the same end.

The histories follow from COMMONPRESS_TEST_SEED, which a failure names; COMMONPRESS_TEST_HISTORIES says how many
there are on each database. `./run test --only histories` plays 100,000 of them.
"""

import os
import zlib

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fundraising.histories.deaths import as_if_on_disk, die_as_a_process
from tests.fundraising.histories.playing import play
from tests.fundraising.histories.steps import histories

pytestmark = pytest.mark.both_databases

HISTORIES = int(os.environ.get("COMMONPRESS_TEST_HISTORIES", "1000"))
# Every process of a run of tests plays histories of one seed.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
SEED = int(os.environ.get("COMMONPRESS_TEST_SEED") or zlib.crc32(RUN.encode()))
# In parts, so that several processes share them; of ten histories one is of processes that are killed.
PART, KILLED_PART = 150, 50


def parts(histories, part):
    return [
        pytest.param(number, min(part, histories - first), id=f"from {first}")
        for number, first in enumerate(range(0, histories, part))
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("part", "count"), parts(HISTORIES * 9 // 10, PART))
def test_whatever_happens_meter_and_ledger_and_model_agree(part, count):
    def play_and_forget(history):
        with transaction.atomic():
            play(history)
            transaction.set_rollback(True)

    assert played(count, SEED + part, play_and_forget) >= count


@pytest.mark.commits
@pytest.mark.parametrize(("part", "count"), parts(HISTORIES // 10, KILLED_PART))
def test_whatever_happens_to_its_processes_meter_and_ledger_and_model_agree(part, count):
    def play_for_good(history):
        play(history, die=die_as_a_process)

    with as_if_on_disk():
        assert played(count, SEED - 1 - part, play_for_good) >= count


def played(count, number, play_one):
    """Play so many histories of a seed and return how many it were; one that fails is made as small as it can be."""
    several, last = 0, None

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(histories)
    def play_each(history):
        nonlocal several, last
        several, last = several + 1, history
        play_one(history)

    try:
        play_each()
    except BaseException as failure:
        failure.add_note(f"The smallest history that fails:\n{last}\nAgain with COMMONPRESS_TEST_SEED={SEED}.")
        raise
    return several
