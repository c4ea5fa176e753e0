"""sender_domain: could anybody answer? The domain of the envelope sender, and that of From, have a mail server.

Asked are MX records, and where there are none the addresses of the domain itself (RFC 5321 §5.1), then those of the
first few servers. A null MX says that the domain neither takes nor sends mail (RFC 7505 §4.2). Domains that send
honestly and take nothing exist, so it all is a matter of score. Fails open: what DNS does not answer is no evidence.
Our own users are not judged; the null sender has no domain.
"""

import ipaddress
from collections.abc import Callable, Generator, Iterable, Mapping

import msgspec

from gatekeeper.message import Mail
from gatekeeper.message.addresses import mailboxes
from gatekeeper.message.forms import printable
from gatekeeper.protocols.dns_name import dns_name
from gatekeeper.tables import Tables
from gatekeeper.values import Absent, Answer, Answers, Dns, Finding, Found, Question, Stage

_MOST_SERVERS = 4
_MOST_AUTHORS = 3
_ADDRESSES = ("A", "AAAA")

Steps = Generator[frozenset[Question], Answers, list[Finding]]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.sender_domain]"""

    enabled: bool = False
    missing_score: float = 2.5  # the domain has neither a mail server nor an address
    null_score: float = 2.5  # it says that it takes no mail (null MX)
    unreachable_score: float = 2.0  # its mail servers have no address, or none outside of a private network
    number_score: float = 0.5  # an address in numbers stands where the name of a mail server should
    invalid_score: float = 1.0  # it is no domain name
    many_score: float = 0.5  # From has more domains than are asked about


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the envelope sender, and the one for From; that asks only about domains the other has not seen."""

    def of_sender(mail: Mail) -> Steps:
        sender = mail.envelope.sender
        if not sender or mail.envelope.outbound:
            return []
        return (yield from _about("sender", [sender.rpartition("@")[2]], settings))

    def of_authors(mail: Mail) -> Steps:
        if mail.message is None or mail.envelope.outbound:
            return []
        known = dns_name(mail.envelope.sender.rpartition("@")[2])
        fields = mail.message.values(b"from")[:_MOST_AUTHORS]
        written = dict.fromkeys(m.domain for value in fields for m in mailboxes(value) if m.domain)
        domains = [domain for domain in written if not known or dns_name(domain) != known]
        findings = yield from _about("from", domains[:_MOST_AUTHORS], settings)
        if len(domains) > _MOST_AUTHORS:
            findings.append(Finding("from-domain-many", settings.many_score, f"{len(domains)} domains in From"))
        return findings

    return {Stage.SENDER: of_sender, Stage.HEADER: of_authors}


def _about(whose: str, written: Iterable[str], settings: Settings) -> Steps:
    """What is wrong with these domains; `whose` they are begins the name of each finding."""
    names = {domain: name if "." in (name := dns_name(domain)) else "" for domain in written}
    records = yield from _ask(Dns(name, "MX") for name in names.values() if name)
    servers = {name: _servers(name, records[Dns(name, "MX")]) for name in names.values() if name}
    hosts = dict.fromkeys(host for every in servers.values() for host in every if not _number(host))
    answers = yield from _ask(Dns(host, kind) for host in hosts for kind in _ADDRESSES)
    findings = []
    for domain, name in names.items():
        trouble = _trouble(records[Dns(name, "MX")], servers[name], answers) if name else "invalid"
        if trouble:
            score, said = _meaning(settings)[trouble]
            findings.append(Finding(f"{whose}-domain-{trouble}", score, f"{printable(domain)} {said}"))
    return findings


def _ask(questions: Iterable[Question]) -> Generator[frozenset[Question], Answers, Answers]:
    wanted = frozenset(questions)
    return (yield wanted) if wanted else {}


def _servers(name: str, answer: Answer) -> tuple[str, ...]:
    """The first few who take mail for the domain, the preferred before the others: names, or addresses in numbers."""
    if isinstance(answer, Absent):
        return (name,)
    records = [value.partition(" ") for value in answer.values] if isinstance(answer, Found) else []
    ordered = sorted((int(preference), host) for preference, _, host in records if preference.isdecimal())
    hosts = (host.strip().rstrip(".") if _number(host) else dns_name(host.strip()) for _, host in ordered)
    return tuple(dict.fromkeys(filter(None, hosts)))[:_MOST_SERVERS]


def _trouble(records: Answer, servers: tuple[str, ...], answers: Answers) -> str:
    """The worst that is wrong with a domain; "" if nothing is, or if it is not known."""
    if not isinstance(records, Found | Absent):
        return ""
    if not servers:
        null = isinstance(records, Found) and all(value.endswith(" .") for value in records.values)
        return "null" if null else "unreachable"
    numbers = [host for host in servers if _number(host)]
    found = [answers[Dns(host, kind)] for host in servers if host not in numbers for kind in _ADDRESSES]
    addresses = [*numbers, *(value for answer in found if isinstance(answer, Found) for value in answer.values)]
    if any(map(_reachable, addresses)):
        return "number" if numbers else ""
    if not all(isinstance(answer, Found | Absent) for answer in found):
        return ""
    return "missing" if isinstance(records, Absent) and not addresses else "unreachable"


def _meaning(settings: Settings) -> Mapping[str, tuple[float, str]]:
    return {
        "invalid": (settings.invalid_score, "is no domain"),
        "null": (settings.null_score, "takes no mail"),
        "missing": (settings.missing_score, "has neither a mail server nor an address"),
        "unreachable": (settings.unreachable_score, "has mail servers that nobody can reach"),
        "number": (settings.number_score, "has an address in numbers for a mail server"),
    }


def _number(host: str) -> bool:
    """Whether an address stands where a name should (RFC 5321 §5.1: it must not)."""
    try:
        ipaddress.ip_address(host.strip().rstrip("."))
    except ValueError:
        return False
    return True


def _reachable(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
