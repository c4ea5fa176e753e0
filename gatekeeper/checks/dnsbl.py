"""dnsbl: is the client listed in a DNS block list, or in an allow list?

A zone is written `zone=filter*weight` (`tables.dns_zones`); a negative weight is an allow list's. Each entry counts
once. What is no answer of a list at all (127.0.0.1, 127.255.255.0/24, anything outside 127.0.0.0/8, and 127.0.0.255
from an allow list) never counts. What a block list says for people (TXT) is asked for only where it lists.

Fails open: silence, refusal and nonsense are no evidence; nonsense, and that a list is suspended, are findings of
weight 0. Private addresses, those of `gateway.trusted_networks`, and our own servers and users are never asked about.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import replace

import msgspec

from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.tables.dns_zones import Zone, parse_zone, reversed_name
from gatekeeper.tables.list_zones import ListZone
from gatekeeper.tables.list_zones import list_zones as zones_of
from gatekeeper.values import Action, Address, Answer, Answers, Dns, Finding, Found, Question, Stage, Suspended

LISTED, ALLOWED, UNANSWERED = "dnsbl-listed", "dnswl-listed", "dnsbl-unanswered"
_TEXT = 120  # characters of what a list says for people

Steps = Generator[frozenset[Question], Answers, list[Finding]]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.dnsbl]"""

    enabled: bool = True
    zones: list[str] = []  # "zone", "zone=127.0.0.[2..11]", "zone=127.0.0.4*3", "allow.zone*-2"
    score: float = 5.0  # for each point of weight
    reject_at: int = 3  # sum of weights from which the client is refused whatever else is found; 0: never
    text: bool = True  # tell the client what the list says for people
    private: bool = False  # ask about private and loopback addresses too
    exceptions: list[str] = []  # "zone listed": has no 127.0.0.2; "clear": has 127.0.0.1; "random": lists nearly all

    def __post_init__(self) -> None:
        list_zones(self)


def list_zones(settings: Settings) -> tuple[ListZone, ...]:
    """The lists that are asked, for whoever sees that they are in order."""
    return zones_of(map(parse_zone, settings.zones), settings.exceptions)


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the connect stage; without zones there is none."""
    zones = tuple(parse_zone(zone) for zone in settings.zones)

    def check(mail: Mail) -> Steps:
        address = _address(mail, tables, settings.private)
        if address is None:
            return []
        prefix = reversed_name(address)
        questions = {zone: Dns(f"{prefix}.{zone.name}", "A") for zone in zones}
        answers = yield frozenset(questions.values())
        hits = {zone: hit for zone in zones if (hit := _hit(zone, answers[questions[zone]]))}
        texts = yield from _texts(questions[zone].name for zone in hits if settings.text and zone.weight > 0)
        refused = 0 < settings.reject_at <= sum(zone.weight for zone in hits)
        listed = [
            _listed(address, zone, hit, texts.get(questions[zone].name, ""), settings) for zone, hit in hits.items()
        ]
        return [
            *(replace(f, certain=Action.REJECT) if refused and f.name == LISTED else f for f in listed),
            *(finding for zone in zones if (finding := _unanswered(zone, answers[questions[zone]]))),
        ]

    return {Stage.CONNECT: check} if zones else {}


def _address(mail: Mail, tables: Tables, private: bool) -> Address | None:
    """The client's, if it is one that a list can know."""
    client = mail.envelope.client
    address = client.ip if client else None
    if client is None or address is None or mail.envelope.outbound or client.address in tables.trusted:
        return None
    return address if private or (address.is_global and not address.is_multicast) else None


def _hit(zone: Zone, answer: Answer) -> str:
    """The record that lists; empty if there is none."""
    values = answer.values if isinstance(answer, Found) else ()
    return next(filter(zone.counts, values), "")


def _texts(names: Iterable[str]) -> Generator[frozenset[Question], Answers, dict[str, str]]:
    """What lists say for people of these names, where they say anything."""
    questions = frozenset(Dns(name, "TXT") for name in names)
    answers = (yield frozenset[Question](questions)) if questions else {}
    return {q.name: _clean(a.values[0]) for q in questions if isinstance(a := answers[q], Found) and a.values}


def _clean(text: str) -> str:
    """As it may stand in a reply: one line of printable ASCII, cut."""
    words = " ".join(text[: 4 * _TEXT].split())
    return "".join(c if " " <= c <= "~" else "?" for c in words[:_TEXT])


def _listed(address: Address, zone: Zone, answer: str, text: str, settings: Settings) -> Finding:
    name = LISTED if zone.weight > 0 else ALLOWED
    said = f"{address} listed at {zone.shown} ({answer})" + (f": {text}" if text else "")
    return Finding(name, settings.score * zone.weight, said)


def _unanswered(zone: Zone, answer: Answer) -> Finding | None:
    """A list that answered something else than what it was asked, or that was not asked."""
    match answer:
        case Suspended(why):
            return Finding(UNANSWERED, 0.0, f"{zone.name} is suspended: {why}", secret=True)
        case Found(values) if not any(map(zone.means, values)):
            return Finding(UNANSWERED, 0.0, f"{zone.name} says {', '.join(values[:4])}", secret=True)
        case _:
            return None
