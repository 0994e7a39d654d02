"""What keeps the book provable: its seals and its nightly audit."""

import logging
from datetime import datetime

from commonpress.fundraising.ledger.audit import audit
from commonpress.fundraising.ledger.seals import seal
from commonpress.fundraising.models.audit import Audit
from commonpress.fundraising.tasks import warn_of_wrong_books

logger = logging.getLogger("commonpress.fundraising")


def seal_books(now: datetime) -> int:
    """Take all that was booked so far into the chain, each batch a transaction; return how many entries it was."""
    entries = 0
    while (batch := seal(now)) is not None:
        entries += batch.entries
    return entries


def check_books(now: datetime) -> Audit:
    """Audit the books and, where they are wrong, say so to the log and to everyone who keeps them."""
    found = audit(now)
    if found.findings:
        logger.error("The books are wrong: %s", " ".join(found.findings))
        warn_of_wrong_books.enqueue(now.isoformat(), found.findings)
    return found
