"""netset: networks as `trusted_networks` lists them: `10.1/16`, `127.`, `!10.1.2.3`, `[::1]`.

As Mail::SpamAssassin::NetSet has it, the first entry that holds an address decides; one with `!` says that it is not in
the set. ValueError for what is no network.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.tables.networks import Networks

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class NetSet:
    """Networks in their order, each with whether it is in the set."""

    entries: tuple[tuple[Network, bool], ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "NetSet":
        """`ValueError` names the entry."""
        return cls(tuple((_network(text.lstrip("!").strip()), not text.startswith("!")) for text in texts))

    @classmethod
    def of(cls, networks: Networks) -> "NetSet":
        """The same networks."""
        found: list[Network] = []
        for (width, prefix), numbers in networks.by_prefix.items():
            kind = ipaddress.IPv4Network if width == 32 else ipaddress.IPv6Network
            found += (kind((number << width - prefix, prefix)) for number in sorted(numbers))
        return cls(tuple((network, True) for network in found))

    def __contains__(self, address: object) -> bool:
        try:
            ip = ipaddress.ip_address(str(address).partition("%")[0])
        except ValueError:
            return False
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return next((inside for network, inside in self.entries if ip in network), False)

    def __bool__(self) -> bool:
        return bool(self.entries)


def _network(text: str) -> Network:
    address, slash, length = text.partition("/")
    address = address.strip("[]").partition("%")[0]
    octets = address.rstrip(".").split(".")
    if ":" not in address and all(octet.isdigit() for octet in octets) and len(octets) <= 4:
        length = length or str(8 * len(octets))
        address = ".".join([str(int(octet)) for octet in octets] + ["0"] * (4 - len(octets)))
        slash = "/"
    try:
        return ipaddress.ip_network(f"{address}{slash}{length}", strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is no network") from None
