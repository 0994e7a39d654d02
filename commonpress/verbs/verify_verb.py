"""Check what can be checked: verify ledger works every hash of the readers' book out again and adds all sums up anew.

It changes nothing, and ends with 1 where something is wrong. `--head HASH` compares the chain with a head somebody
noted earlier.
"""

import sys
import time
from argparse import ArgumentParser, Namespace

from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.readiness import need_tables

WRONG = 1


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["ledger"], help="ledger: the book, its chain of hashes, and the meters")
    parser.add_argument("--head", metavar="HASH", help="a head of the chain, as /ledger/ showed it on some day")


def run(options: Namespace) -> int:
    folder = open_data_folder(options.data)
    load_django()
    need_tables(folder)
    from commonpress.fundraising.ledger.audit import chain_apart, sums_apart
    from commonpress.fundraising.ledger.seals import follow, was_head

    began = time.perf_counter()
    chain = follow()
    seconds = time.perf_counter() - began
    findings = [*chain_apart(chain), *sums_apart()]
    if options.head and not was_head(options.head):
        findings.append(f"{options.head} was never a head of this chain: something before it was rewritten.")
    for finding in findings:
        print(finding, file=sys.stderr)
    print(f"{chain.entries} sealed entries followed in {seconds:.1f} s; the head is {chain.head}.")
    if findings:
        return WRONG
    print("The book agrees with itself, with its seals and with the meters.")
    return 0
