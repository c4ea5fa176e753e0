"""dnsbl: is the client listed in a DNS block list, or in an allow list?

A zone is written `zone=filter*weight` (`tables.dns_zones`); a negative weight is an allow list's. Each entry counts
once. What is no answer of a block list at all (127.0.0.1, 127.255.255.0/24, anything outside 127.0.0.0/8) never counts.

Fails open: silence, refusal and nonsense are findings of weight 0. Private addresses are never asked about.
"""

import ipaddress
from collections.abc import Callable, Generator, Iterable, Mapping

import msgspec

from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.tables.dns_zones import Address, Zone, meaningful, parse_zone, reversed_name
from gatekeeper.values import Absent, Action, Answer, Answers, Dns, Finding, Found, Judged, Opened, Question, Stage

LISTED, ALLOWED, UNANSWERED = "dnsbl-listed", "dnswl-listed", "dnsbl-unanswered"


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
