"""uribl: are the places a message leads to in a block list: domains and hosts of its links, where answers to it go?

Lists are named as for `dnsbl`, and each says whether it is of domains, of hosts, or of mail addresses, which are asked
for by their hash (`tables.uri_zones`). Our own domains are asked about nowhere, nor are links to well-known ones and to
those of `ignored`. A message asks so many questions and no more, first about the places that tell most
(`message.leads`); that some were left is a finding.

Each list counts once. Fails open: that a list is suspended, or says what is no answer (127.0.0.1, 127.255.255.0/24,
127.0.1.255 for an address in numbers, anything outside 127.0.0.0/8), is a finding without weight; silence is none.
"""

import ipaddress
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from itertools import islice, zip_longest
from typing import NamedTuple

import msgspec

from gatekeeper.message import Mail
from gatekeeper.message.forms import printable
from gatekeeper.message.leads import leads
from gatekeeper.message.text import domain_of
from gatekeeper.protocols.dns_name import dns_name
from gatekeeper.tables import Tables
from gatekeeper.tables.dns_zones import reversed_name
from gatekeeper.tables.list_zones import ListZone
from gatekeeper.tables.list_zones import list_zones as zones_of
from gatekeeper.tables.uri_zones import UriZone, parse_uri_zone
from gatekeeper.values import Address, Answer, Answers, Dns, Finding, Found, Question, Stage, Suspended

LISTED, MAIL_LISTED, UNANSWERED, UNASKED = "uribl-listed", "hashbl-listed", "uribl-unanswered", "uribl-unasked"

_NO_NUMBERS = "127.0.1.255"  # what lists of names alone say of an address in numbers
_MOST_SHOWN = 3


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.uribl]"""

    enabled: bool = True
    zones: list[str] = []  # "zone", "zone=127.0.0.[2;6]*2 names", "zone hosts", "zone sha1" (or md5, sha256)
    score: float = 3.0  # for each point of weight
    questions: int = 60  # so many at most for one message
    unasked_score: float = 0.5  # for a message that would have asked more
    ignored: list[str] = []  # domains, or hosts, that are not asked about, beside the well-known
    exceptions: list[str] = []  # "zone clear": lists INVALID and 127.0.0.1; "zone random": lists nearly all

    def __post_init__(self) -> None:
        list_zones(self)


def list_zones(settings: Settings) -> tuple[ListZone, ...]:
    """The lists that are asked, for whoever sees that they are in order. Few have the entry TEST that RFC 5782 §5
    wants, and one that lists nothing harms nobody: so it is not held against them.
    """
    zones = zones_of((parse_uri_zone(text).zone for text in settings.zones), settings.exceptions)
    return tuple(replace(zone, exempt=zone.exempt | {"listed"}) for zone in zones)


class Asked(NamedTuple):
    """`place` is what is asked about, `zone` the list that is asked, by `question`; None if DNS has no such name."""

    place: str
    zone: UriZone
    question: Dns | None


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the body stage; without zones there is none. Loads the public suffix list, so workers share it."""
    zones = tuple(parse_uri_zone(zone) for zone in settings.zones)
    domain_of("example.org")
    ignored = frozenset(filter(None, map(dns_name, settings.ignored))) | tables.well_known
    own = tables.mailertable.names

    def passed_over(name: str) -> bool:
        return name in ignored or name.removeprefix("www.") in ignored or own(name)

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        found = leads(mail.message)
        hosts = (asked for host in found.hosts for asked in _about_host(host, zones, passed_over))
        addresses = (asked for address in found.mail for asked in _about_mail(address, zones, own))
        wanted, unaskable = _wanted(asked for pair in zip_longest(hosts, addresses) for asked in pair if asked)
        asked = dict(islice(wanted.items(), settings.questions))
        answers = (yield frozenset(asked)) if asked else {}
        answered = [(one, answers[question]) for question in asked for one in asked[question]]
        return [*_findings(answered, settings), *_unasked(len(wanted) - len(asked), unaskable, settings)]

    return {Stage.BODY: check} if zones else {}


def _wanted(every: Iterator[Asked]) -> tuple[dict[Question, list[Asked]], int]:
    """Each question once, in their order, with all that is asked by it (two entries may be of one zone); and how many
    places DNS cannot be asked about.
    """
    wanted: dict[Question, list[Asked]] = {}
    unaskable = set()
    for asked in every:
        if asked.question:
            wanted.setdefault(asked.question, []).append(asked)
        else:
            unaskable.add(asked.place)
    return wanted, len(unaskable)


def _about_host(host: str, zones: tuple[UriZone, ...], passed_over: Callable[[str], bool]) -> Iterator[Asked]:
    if (address := _number(host)) is not None:
        if address.is_global:
            yield from (_asked(host, zone, reversed_name(address)) for zone in zones if zone.numbers)
        return
    name = dns_name(host)
    domain = domain_of(name) or name
    for zone in zones:
        place = name if zone.hosts else domain
        if not zone.mail and not passed_over(place):
            yield _asked(place or host, zone, place)


def _about_mail(address: str, zones: tuple[UriZone, ...], own: Callable[[str], bool]) -> Iterator[Asked]:
    if not own(address.rpartition("@")[2]):
        yield from (_asked(address, zone, zone.label(address)) for zone in zones if zone.mail)


def _asked(place: str, zone: UriZone, label: str) -> Asked:
    name = dns_name(f"{label}.{zone.zone.name}") if label else ""
    return Asked(place, zone, Dns(name, "A") if name else None)


def _number(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _findings(answered: list[tuple[Asked, Answer]], settings: Settings) -> Iterator[Finding]:
    """One for each list that has anything, and for each that says what is no answer."""
    listed: dict[UriZone, dict[str, str]] = {}
    odd: dict[str, str] = {}
    for asked, answer in answered:
        name = asked.zone.zone.name
        if isinstance(answer, Suspended):
            odd.setdefault(name, f"is suspended: {answer.why}")
        for value in answer.values if isinstance(answer, Found) else ():
            if value == _NO_NUMBERS or not asked.zone.zone.means(value):
                odd.setdefault(name, f"says {printable(value)}")
            elif asked.zone.zone.counts(value):
                listed.setdefault(asked.zone, {}).setdefault(asked.place, value)
    for zone, places in listed.items():
        yield Finding(MAIL_LISTED if zone.mail else LISTED, settings.score * zone.zone.weight, _listed(zone, places))
    for name, said in odd.items():
        yield Finding(UNANSWERED, 0.0, f"{name} {said}", secret=True)


def _listed(zone: UriZone, places: Mapping[str, str]) -> str:
    shown = (f"{printable(place)} ({value})" for place, value in islice(places.items(), _MOST_SHOWN))
    more = f" and {len(places) - _MOST_SHOWN} more" if len(places) > _MOST_SHOWN else ""
    return f"{', '.join(shown)}{more} listed at {zone.zone.shown}"


def _unasked(left: int, unaskable: int, settings: Settings) -> Iterator[Finding]:
    if left:
        evidence = f"{left} questions more than {settings.questions}"
        yield Finding(UNASKED, settings.unasked_score, evidence)
    if unaskable:
        yield Finding(UNASKED, settings.unasked_score, f"{unaskable} names that DNS cannot have")
