"""Deaths in the middle of an action: of the action alone, or of the process that does it.

A place is a statement or a commit: `dies=0` is before the first, and one larger than there are is after the last,
when all is committed and only the answer is lost.
"""

import os
import signal
import traceback
from contextlib import contextmanager, suppress

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.signals import connection_created

from commonpress.database.sqlite.group import close_groups
from commonpress.lib.refusals import Refused

GROUPS_END_IN_SECONDS = 20


class Died(Exception):
    """Stands for the end of a process. Nothing of the product catches it."""


def die_within(act, dies):
    """Do an act in a transaction and end it by an exception before that place; return whether it came to its end."""
    fuse = Fuse(dies, blow=raise_died)
    try:
        with transaction.atomic(), connection.execute_wrapper(fuse.statement):
            act()
    except Died:
        return False
    except Refused:
        pass
    return True


def raise_died():
    raise Died


def die_as_a_process(act, dies):
    """Do an act in a process that is killed at that place; return how many of its commits were done.

    The signal is SIGKILL: nothing is tidied up, no connection closed, no ticket given back.
    """
    close_groups(seconds=GROUPS_END_IN_SECONDS)
    connection.close()
    told, tells = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act_and_die(act, Fuse(dies, blow=kill_ourselves), tells)
        except BaseException:
            os.write(tells, traceback.format_exc().encode())
        finally:
            os._exit(1)
    os.close(tells)
    with os.fdopen(told) as heard:
        said = heard.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"The process was to be killed, and ended by itself:\n{said}"
    assert os.WTERMSIG(status) == signal.SIGKILL
    return said.count("committed\n")


def act_and_die(act, fuse, tells):
    # Django's `connection` only stands for it.
    wrapper = type(connections[DEFAULT_DB_ALIAS])
    commit = wrapper._commit

    def committing(database):
        fuse.burn()
        commit(database)
        os.write(tells, b"committed\n")

    def wrapped(connection, **_):
        connection.execute_wrappers.append(fuse.statement)

    wrapper._commit = committing
    connection_created.connect(wrapped)
    with suppress(Refused):
        act()
    kill_ourselves()


def kill_ourselves():
    os.kill(os.getpid(), signal.SIGKILL)


class Fuse:
    """Blows, once, when so many places were passed."""

    def __init__(self, length, *, blow):
        self.left = length
        self.blow = blow

    def burn(self):
        self.left -= 1
        if self.left == -1:
            self.blow()

    def statement(self, execute, sql, params, many, context):
        self.burn()
        return execute(sql, params, many, context)


@contextmanager
def as_if_on_disk():
    """Have connections wait for the disk at each commit, as in production and unlike in other tests."""
    options = connection.settings_dict["OPTIONS"]
    waits = {"synchronous": "FULL"} if connection.vendor == "sqlite" else {"options": "-c synchronous_commit=on"}
    connection.close()
    connection.settings_dict["OPTIONS"] = options | waits
    yield
    close_groups(seconds=GROUPS_END_IN_SECONDS)
    connection.close()
    connection.settings_dict["OPTIONS"] = options
