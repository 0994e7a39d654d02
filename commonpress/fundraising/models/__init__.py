"""Imported so that Django finds them. Nothing is re-exported: only the ledger may name the entry module."""

from commonpress.fundraising.models import (  # noqa: F401 - see above
    bank_details,
    drive,
    entry,
    gift,
    meter_total,
    pledge,
    refund,
    supporter,
)
