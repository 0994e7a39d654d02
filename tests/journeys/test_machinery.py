"""The server as an operator meets it, before anything is read."""

import signal
import urllib.request


def status_of(address: str) -> int:
    with urllib.request.urlopen(address) as answer:
        return answer.status


def test_a_new_paper_can_be_set_up_and_says_that_it_is_well(empty_paper):
    assert empty_paper.set_up_address.startswith(empty_paper.address)
    assert status_of(empty_paper.address + "-/health/live") == 200
    assert status_of(empty_paper.address + "-/health/ready") == 200
    assert (empty_paper.data.stat().st_mode & 0o777, (empty_paper.data / "secret-key").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_a_server_asked_to_stop_stops(empty_paper):
    status = empty_paper.stop()  # which waits for so long and no longer

    assert status in {0, -signal.SIGTERM}
