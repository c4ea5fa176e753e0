"""networks: a set of networks that answers quickly whether an address is inside.

One set of network numbers for each prefix length, so the cost does not grow with the number of networks. What is not
an address is in no network. `parse` raises ValueError naming the entry; configuration reports it earlier with its line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Self

_IPV4_MAPPED = 96  # bits of ::ffff:0:0/96 (RFC 4291 §2.5.5.2)


@lru_cache(maxsize=4096)
def _number(address: str) -> tuple[int, int] | None:
    """Width in bits and value of a textual address; IPv4-mapped IPv6 is IPv4."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return ip.max_prefixlen, int(ip)


@dataclass(frozen=True, slots=True)
class Networks:
    """Networks by width of address and length of prefix."""

    by_prefix: Mapping[tuple[int, int], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """From `192.0.2.0/24`, `2001:db8::/32` and single addresses; no bit behind the prefix may be set."""
        grouped: dict[tuple[int, int], set[int]] = {}
        for text in texts:
            network = ip_network(text)
            width, prefix, number = network.max_prefixlen, network.prefixlen, int(network.network_address)
            if width == 128 and prefix >= _IPV4_MAPPED and number >> 32 == 0xFFFF:
                width, prefix, number = 32, prefix - _IPV4_MAPPED, number & 0xFFFFFFFF
            grouped.setdefault((width, prefix), set()).add(number >> width - prefix)
        return cls({key: frozenset(numbers) for key, numbers in grouped.items()})

    def __contains__(self, address: object) -> bool:
        found = _number(address) if isinstance(address, str) else None
        if found is None:
            return False
        width, number = found
        return any(
            number >> width - prefix in numbers for (bits, prefix), numbers in self.by_prefix.items() if bits == width
        )

    def __bool__(self) -> bool:
        return bool(self.by_prefix)
