"""Load the demo paper and serve it on this machine only. Its accounts get new passwords at every start."""

import socket
from argparse import ArgumentParser, Namespace

from commonpress.lib import env
from commonpress.server import run as server
from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.problems import Problem
from commonpress.verbs.readiness import bring_up_to_date
from commonpress.verbs.serve_verb import address_of, is_loopback, listen, port, say, serve, tell_where_we_are

FIRST_PORT = 8000
# Printed before its address once it listens; running_demo.py waits for it.
READY = "The demo paper is at "


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", default="var/demo", help="the data folder (var/demo)")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address; no other is accepted")
    parser.add_argument("--port", type=port, help="the port to listen on (8000, or the next free one)")
    parser.add_argument("--no-worker", action="store_true", help="leave the jobs to `commonpress worker`")


def run(options: Namespace) -> int:
    if not is_loopback(options.host):
        raise Problem("The demo's passwords are printed on the screen, so it listens on this machine only.")
    folder = open_data_folder(options.data)
    listening = listen(options.host, options.port) if options.port is not None else next_free(options.host)
    tell_where_we_are(listening)
    env.insist("COMMONPRESS_DEMO", "yes")
    if options.no_worker:
        env.insist("COMMONPRESS_RUN_JOBS", "no")
    load_django()
    bring_up_to_date(folder, say=say)
    from commonpress.accounts.actions.demo import demo_accounts
    from commonpress.demo.load import SomebodysPaper, load

    try:
        load()
    except SomebodysPaper:
        raise Problem(
            "There is a paper here already, and the demo would overwrite it. Start the demo without --data and "
            "COMMONPRESS_DATABASE_URL, or give it a folder and a database of its own."
        ) from None
    accounts = demo_accounts()

    def greet() -> None:
        address = address_of(listening)
        say(READY + address)
        say(f"Its desk is at {address}admin/; sign in at {address}accounts/login/ as one of")
        for email, password, role in accounts:
            say(f"  {role:<10} {email:<28} {password}")
        say("Letters it sends can be read at " + address + "-/mail/. Stop it with Ctrl-C.")

    serve(folder, listening, greet)
    return 0


def next_free(host: str) -> socket.socket:
    for number in range(FIRST_PORT, FIRST_PORT + 100):
        try:
            return server.bound_socket(host, number)
        except OSError:
            continue
    return listen(host, 0)
