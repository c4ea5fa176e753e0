"""dnsbl: is the client listed in a DNS block list, or in an allow list?

A zone is written as postscreen writes it: `zone=filter*weight`. The filter names the answers that count,
`127.0.0.[2..11]` or `127.0.0.2`; without one any answer in 127.0.0.0/8 does. A negative weight is an allow list's.
Each entry counts once. An answer outside 127.0.0.0/8, 127.0.0.1, and all of 127.255.255.0/24 say that the list did
not answer the question (RFC 5782 §2.1, §5; the last is what blocked resolvers get): they never count.

Fails open: silence, refusal and nonsense are findings of weight 0. Private addresses are never asked about.
"""

import ipaddress
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Absent, Action, Answer, Answers, Dns, Finding, Found, Judged, Opened, Question, Stage

LISTED, ALLOWED, UNANSWERED = "dnsbl-listed", "dnswl-listed", "dnsbl-unanswered"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Range = tuple[int, int]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.dnsbl]"""

    enabled: bool = True
    zones: list[str] = []  # "zone", "zone=127.0.0.[2..11]", "zone=127.0.0.4*3", "allow.zone*-2"
    score: float = 5.0  # for each point of weight
    reject_at: int = 3  # sum of weights from which the client is refused whatever else is found; 0: never
    private: bool = False  # ask about private and loopback addresses too

    def __post_init__(self) -> None:
        for zone in self.zones:
            parse_zone(zone)


@dataclass(frozen=True, slots=True)
class Zone:
    """One entry: `octets` are the ranges that each octet of an answer must lie in, or empty for any answer."""

    name: str
    octets: tuple[tuple[Range, ...], ...] = ()
    weight: int = 1

    def counts(self, answer: str) -> bool:
        """Whether this A record is a listing here."""
        parts = answer.split(".")
        if len(parts) != 4 or not meaningful(answer):
            return False
        return not self.octets or all(
            any(low <= int(part) <= high for low, high in ranges)
            for part, ranges in zip(parts, self.octets, strict=True)
        )


def meaningful(answer: str) -> bool:
    """Whether an A record is an answer of a block list at all (RFC 5782 §2.1): within 127/8, but not these."""
    return answer.startswith("127.") and answer != "127.0.0.1" and not answer.startswith("127.255.255.")


def parse_zone(text: str) -> Zone:
    """`zone[=d.d.d.d][*weight]` (postscreen_dnsbl_sites); ValueError says what is wrong."""
    rest, star, weight = text.strip().partition("*")
    name, _, pattern = rest.partition("=")
    if not name or any(c.isspace() or c in "[];," for c in name):
        raise ValueError(f"{text!r} is no zone: write zone.example or zone.example=127.0.0.[2..11]*2")
    try:
        return Zone(name.strip(".").lower(), _octets(pattern) if pattern else (), int(weight) if star else 1)
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from None


def _octets(pattern: str) -> tuple[tuple[Range, ...], ...]:
    octets: list[tuple[Range, ...]] = []
    rest = pattern
    while rest:
        if rest.startswith("["):
            inner, _, rest = rest[1:].partition("]")
            octets.append(tuple(_range(piece) for piece in inner.split(";")))
            rest = rest.removeprefix(".")
        else:
            number, _, rest = rest.partition(".")
            octets.append((_range(number),))
    if len(octets) != 4:
        raise ValueError("a filter has four octets, like 127.0.0.[2..11]")
    return tuple(octets)


def _range(text: str) -> Range:
    low, dots, high = text.partition("..")
    first, last = int(low), int(high) if dots else int(low)
    if not 0 <= first <= last <= 255:
        raise ValueError(f"{text!r} is no range of octets")
    return first, last


def reversed_name(address: Address) -> str:
    """`1.2.0.192` for 192.0.2.1, nibbles for IPv6 (RFC 5782 §2.1, §2.4)."""
    return address.reverse_pointer.rpartition(".in-addr.arpa" if address.version == 4 else ".ip6.arpa")[0]


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the connect stage; without zones there is none."""
    zones = tuple(parse_zone(zone) for zone in settings.zones)

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        address = _address(mail, settings.private)
        if address is None:
            return []
        prefix = reversed_name(address)
        questions = {zone: Dns(f"{prefix}.{zone.name}", "A") for zone in zones}
        answers = yield frozenset(questions.values())
        return _findings(address, ((zone, answers[question]) for zone, question in questions.items()), settings)

    return {Stage.CONNECT: check} if zones else {}


def _address(mail: Mail, private: bool) -> Address | None:
    client = mail.envelope.client
    if client is None or not client.address:
        return None
    try:
        address = ipaddress.ip_address(client.address)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address if private or address.is_global else None


def _findings(address: Address, answers: Iterable[tuple[Zone, Answer]], settings: Settings) -> list[Finding]:
    rank, findings = 0, []
    for zone, answer in answers:
        match answer:
            case Found(values):
                hits = [value for value in values if zone.counts(value)]
                if hits:
                    rank += zone.weight
                    findings.append(_listed(address, zone, hits[0], settings))
                elif not any(meaningful(value) for value in values):
                    findings.append(Finding(UNANSWERED, 0.0, f"{zone.name} says {', '.join(values)[:60]}"))
            case Absent() | Opened() | Judged():
                pass
            case failure:
                why = f"{type(failure).__name__.lower()} {failure.why}".strip()
                findings.append(Finding(UNANSWERED, 0.0, f"{zone.name}: {why}"))
    if settings.reject_at and rank >= settings.reject_at:
        return [_settled(f) if f.name == LISTED else f for f in findings]
    return findings


def _listed(address: Address, zone: Zone, answer: str, settings: Settings) -> Finding:
    name = LISTED if zone.weight > 0 else ALLOWED
    return Finding(name, settings.score * zone.weight, f"{address} listed at {zone.name} ({answer})")


def _settled(finding: Finding) -> Finding:
    return Finding(finding.name, finding.score, finding.evidence, Action.REJECT)
