"""What one connection may ask of us. Python's servers set no such limits of their own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


@dataclass
class Limits:
    header_bytes: int = 32 * 1024
    header_seconds: float = 10
    body_bytes: int = 32 * 1024 * 1024
    # A body must bring at least so much in each stretch of so many seconds.
    body_bytes_per_stretch: int = 8 * 1024
    stretch_seconds: float = 10
    # How long a reader may take nothing of an answer that is waiting for it.
    stalled_seconds: float = 30
    connections: int = 4000
    connections_per_address: int = 200
    trusted_proxies: Sequence[str] = ()
    open: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.proxies: list[IPv4Network | IPv6Network] = [
            ip_network(proxy, strict=False) for proxy in self.trusted_proxies
        ]

    def admit(self, address: str) -> bool:
        """Count a new connection; False when its sender, or all together, have too many."""
        sender = sender_at(address)
        admitted = self.open.total() < self.connections and (
            self.open[sender] < self.connections_per_address or self.is_proxy(address)
        )
        if admitted:
            self.open[sender] += 1
        return admitted

    def let_go(self, address: str) -> None:
        sender = sender_at(address)
        self.open[sender] -= 1
        if self.open[sender] <= 0:
            del self.open[sender]

    def is_proxy(self, address: str) -> bool:
        """A trusted proxy carries everybody's connections, so it is not counted as one sender."""
        try:
            known = ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self.proxies)


def sender_at(address: str) -> str:
    """Return who is counted: an IPv4 address, or the /64 of an IPv6 one, since a household is handed all of it."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(ip_network((known, 64), strict=False))
    return address
