"""list_zones: what can be known beforehand of a list that is asked through DNS: what it lists, and what it cannot.

RFC 5782 §5 wants two test points of each list: 127.0.0.2 is listed and 127.0.0.1 is not; for IPv6 ::FFFF:7F00:2 and
::FFFF:7F00:1; for names TEST and INVALID. Beside them there is what no list but one of almost everything lists: an
address, or a name, chosen at random. A list that is not like that has exceptions, which the operator declares.
"""

import ipaddress
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, get_args

from gatekeeper.tables.dns_zones import Zone, reversed_name

Exemption = Literal["listed", "clear", "random"]

_IPV6 = (0x2400, 0x2600, 0x2800, 0x2A00, 0x2C00)  # where addresses are given out: the first 16 bits, less the last two
_NOWHERE = int(ipaddress.IPv4Address("127.128.0.0"))
_chance = random.SystemRandom()
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Kind(StrEnum):
    """What a list is asked about; each has its own test points."""

    IPV4 = "IPv4"
    IPV6 = "IPv6"
    NAMES = "names"


LISTED = {
    Kind.IPV4: reversed_name(ipaddress.ip_address("127.0.0.2")),
    Kind.IPV6: reversed_name(ipaddress.ip_address("::ffff:7f00:2")),
    Kind.NAMES: "test",
}
CLEAR = {
    Kind.IPV4: reversed_name(ipaddress.ip_address("127.0.0.1")),
    Kind.IPV6: reversed_name(ipaddress.ip_address("::ffff:7f00:1")),
    Kind.NAMES: "invalid",
}


@dataclass(frozen=True, slots=True)
class ListZone:
    """One list with all entries of the configuration that name it.

    `exempt` says what it need not do: have a test entry (`listed`), leave out its other test point (`clear`), or leave
    out most of what is chosen at random (`random`).
    """

    name: str
    entries: tuple[Zone, ...]
    exempt: frozenset[Exemption] = field(default_factory=frozenset)

    def lists(self, records: Iterable[str]) -> bool:
        """Whether these A records are a listing for any of the entries."""
        return any(entry.counts(record) for record in records for entry in self.entries)

    def knows(self, records: Iterable[str]) -> bool:
        """Whether these A records are an answer of a list at all."""
        return any(entry.means(record) for record in records for entry in self.entries)

    def refusal(self, records: Iterable[str]) -> str:
        """The A record that says that the list does not answer us; empty if there is none."""
        refusing = (r for r in records if all(entry.refuses(r) for entry in self.entries))
        return next(refusing, "")

    def at_random(self, kind: Kind) -> str:
        """What to ask about that it hardly lists, and that nobody has asked before: no cache answers it."""
        return f"{_at_random(kind)}.{self.name}"

    def nowhere(self) -> str:
        """What to ask about an address of loopback that nobody uses, and nobody has asked about before."""
        return f"{reversed_name(ipaddress.IPv4Address(_NOWHERE + _chance.getrandbits(22)))}.{self.name}"


def list_zones(entries: Iterable[Zone], exceptions: Iterable[str] = ()) -> tuple[ListZone, ...]:
    """The lists that `entries` name, each once; `exceptions` are written `zone listed clear random`."""
    exempt = dict(map(parse_exception, exceptions))
    by_name: dict[str, list[Zone]] = {}
    for entry in entries:
        by_name.setdefault(entry.name, []).append(entry)
    if unknown := exempt.keys() - by_name:
        raise ValueError(f"there is an exception for {min(unknown)}, which is none of the zones")
    return tuple(ListZone(name, tuple(own), exempt.get(name, frozenset())) for name, own in by_name.items())


def combined(zones: Iterable[ListZone]) -> tuple[ListZone, ...]:
    """Each list once, with all that is said of it: several checks may ask one."""
    by_name: dict[str, ListZone] = {}
    for zone in zones:
        other = by_name.setdefault(zone.name, zone)
        if other is not zone:
            by_name[zone.name] = ListZone(zone.name, other.entries + zone.entries, other.exempt | zone.exempt)
    return tuple(by_name.values())


def parse_exception(text: str) -> tuple[str, frozenset[Exemption]]:
    """`zone listed clear random`, one or more of these words; ValueError says what is wrong."""
    zone, *words = text.lower().split() or [""]
    if not words or set(words) - set(get_args(Exemption)):
        raise ValueError(
            f"{text!r} is no exception: write the zone, then what does not hold of it: listed, clear, random"
        )
    return zone.strip("."), frozenset(words)  # type: ignore[arg-type]


def kind_of(asked: str) -> Kind:
    """What a list is asked about with this name, its zone taken off."""
    labels = asked.split(".")
    if len(labels) == 4 and all(label.isascii() and label.isdigit() for label in labels):
        return Kind.IPV4
    if len(labels) == 32 and all(len(label) == 1 for label in labels):
        return Kind.IPV6
    return Kind.NAMES


def _at_random(kind: Kind) -> str:
    if kind is Kind.NAMES:
        return "".join(_chance.choices(_LETTERS, k=20)) + ".com"
    if kind is Kind.IPV6:
        first = _chance.choice(_IPV6) + _chance.randrange(4)
        return reversed_name(ipaddress.IPv6Address(first << 112 | _chance.getrandbits(112)))
    while True:
        address = ipaddress.IPv4Address(_chance.randrange(1 << 24, 224 << 24))
        if address.is_global:
            return reversed_name(address)
