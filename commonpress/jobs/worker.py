"""Does the jobs: one thread per lane, one that keeps their leases.

The light lane mails and tidies, the other draws pictures, so that a letter never waits for a
photo. `commonpress serve` runs a worker in its own process; `commonpress worker` is another one.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import Error, close_old_connections, connections
from django_tasks.base import TaskContext

from commonpress.jobs import schedule
from commonpress.jobs.bell import bell
from commonpress.jobs.claims import LEASE, Claim, claim, fail, finish, put_back, renew, take_back_abandoned, tries_of
from commonpress.jobs.giving_way import GaveWay, stopped_by

logger = logging.getLogger("commonpress.jobs")

LANES = ("default", "pictures")
LOOK_SECONDS = 1.0


class Worker:
    def __init__(self, lanes: Sequence[str] = LANES, *, lease: timedelta = LEASE) -> None:
        self.lanes = lanes
        self.lease = lease
        self.stopping = threading.Event()
        self.threads: list[threading.Thread] = []
        self.working: dict[str, str] = {}  # lane -> owner of the lease it works under

    def start(self) -> None:
        for lane in self.lanes:
            self._thread(f"jobs-{lane}", self._run_lane, lane)
        self._thread("jobs-keeper", self._keep)

    def _thread(self, name: str, target: Any, *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, name=name, daemon=True)
        self.threads.append(thread)
        thread.start()

    def stop(self, *, seconds: float) -> bool:
        """Let running jobs end or give way, and say whether they did in time.

        One that did neither is offered again when its lease runs out.
        """
        self.stopping.set()
        for lane in self.lanes:
            bell(lane).set()
        deadline = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)

    def _run_lane(self, lane: str) -> None:
        woken = bell(lane)
        while not self.stopping.is_set():
            woken.clear()
            try:
                worked = self._work_once(lane)
            except Error:
                # The database is away or full. Jobs are safe in it; look again when it may be back.
                logger.exception("The %s lane cannot reach the database", lane)
                close_broken_connections()
                worked = False
            except Exception:
                # A lock file on a full disk, say. A lane that ended would be missed only by those who wait for letters.
                logger.exception("The %s lane stumbled and goes on", lane)
                close_broken_connections()
                worked = False
            if not worked:
                woken.wait(LOOK_SECONDS)
        connections.close_all()

    def _work_once(self, lane: str) -> bool:
        owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(8)}"
        claimed = claim([lane], owner, lease=self.lease)
        if claimed is None:
            close_old_connections()
            return False
        self.working[lane] = owner
        try:
            with stopped_by(self.stopping):
                run(claimed)
        finally:
            del self.working[lane]
        close_old_connections()
        return True

    def _keep(self) -> None:
        """Renew the leases of running jobs, take over from dead workers, strike the clocks."""
        pause = min(LOOK_SECONDS, self.lease.total_seconds() / 4)
        renewed_at = time.monotonic()
        wound = False
        while not self.stopping.wait(pause):
            try:
                if not wound:
                    schedule.wind()
                    wound = True
                if self.working and time.monotonic() - renewed_at > self.lease.total_seconds() / 4:
                    renew(list(self.working.values()), lease=self.lease)
                    renewed_at = time.monotonic()
                take_back_abandoned()
                schedule.strike()
            except Error:
                logger.exception("The jobs' keeper cannot reach the database")
                close_broken_connections()
            except Exception:
                logger.exception("The jobs' keeper stumbled and goes on")
                close_broken_connections()
        connections.close_all()


def run(claimed: Claim) -> None:
    """Do one claimed job and record how it went."""
    try:
        result = perform(claimed)
    except GaveWay:
        put_back(claimed)
    except Exception as error:
        # The whole traceback is kept with the job.
        if fail(claimed, error, tries=tries_of(claimed.job)):
            logger.warning("Job %s failed and will be tried again: %r", claimed.job.task_path, error)
        else:
            logger.exception("Job %s failed and is given up", claimed.job.task_path)
    else:
        finish(claimed, result)


def perform(claimed: Claim) -> Any:
    task = claimed.job.task
    arguments = claimed.job.args_kwargs
    if task.takes_context:
        context = TaskContext(task_result=claimed.job.task_result)
        return task.call(context, *arguments["args"], **arguments["kwargs"])
    return task.call(*arguments["args"], **arguments["kwargs"])


def close_broken_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.errors_occurred = True
        connection.close_if_unusable_or_obsolete()


def run_everything_due(*, lanes: Sequence[str] = LANES) -> int:
    """Do, on this thread, every job that is due, also those that follow from them; return how many.

    For tests and commands: a job that raises is recorded as failed and its error raised here.
    """
    done = 0
    while (claimed := claim(lanes, f"{os.getpid()}:{secrets.token_hex(8)}")) is not None:
        try:
            result = perform(claimed)
        except Exception as error:
            fail(claimed, error, tries=tries_of(claimed.job))
            raise
        finish(claimed, result)
        done += 1
    return done
