"""Which ways to give stand open to readers."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.queries import meters


@dataclass(frozen=True, slots=True)
class Ways:
    """What stands open: by transfer where there are an account and a drive in its days, over a chain where there is a drive."""

    drive: Drive | None
    bank: BankDetails | None
    takes_transfers: bool
    addresses: list[CryptoAddress]
    links: list[GivingLink]

    @property
    def is_open(self) -> bool:
        return self.takes_transfers or bool(self.addresses or self.links)


def open_ways(now: datetime | None = None) -> Ways:
    """Return what stands open for the current drive."""
    drive = meters.current_drive()
    bank = BankDetails.load()
    return Ways(
        drive=drive,
        bank=bank,
        takes_transfers=_takes_transfers(drive, bank, now),
        # Without a drive there is nothing it could be booked for.
        addresses=list(CryptoAddress.objects.all()) if drive is not None else [],
        links=list(GivingLink.objects.filter(is_shown=True)),
    )


def ways_to(drive: Drive, now: datetime | None = None) -> Ways:
    """Return what stands open for another drive than the current one: transfers, which name it by their reference."""
    bank = BankDetails.load()
    return Ways(drive, bank, _takes_transfers(drive, bank, now), addresses=[], links=[])


def _takes_transfers(drive: Drive | None, bank: BankDetails | None, now: datetime | None) -> bool:
    return drive is not None and bank is not None and drive.takes_pledges_at(now or timezone.now())
