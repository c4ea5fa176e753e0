"""helo: what the client calls itself (RFC 5321 §4.1.1.1): our own name, no name at all, or another's?

Honest servers give a name of theirs that leads to them. RFC 5321 §4.1.4 forbids refusing mail because it does not, and
many that send wanted mail are careless, so all of it but our own name weighs little. Whether the name leads anywhere is
asked only with `resolve`; no answer is no evidence. Our own users and private addresses are not judged, and nobody is
whose greeting only a trusted hop has heard.
"""

import ipaddress
from collections.abc import Callable, Generator, Iterator, Mapping

import msgspec

from gatekeeper.authentication.iprev import leads_to
from gatekeeper.message import Mail
from gatekeeper.message.forms import printable
from gatekeeper.protocols.dns_name import dns_name
from gatekeeper.tables import Tables
from gatekeeper.tables.generated_names import Generated, generated
from gatekeeper.values import Absent, Address, Answers, Client, Dns, Finding, Found, Question, Stage

_NOWHERE = frozenset(("local", "localdomain", "localhost", "lan", "internal", "intranet", "invalid", "home", "corp"))
"""What names end in that exist in one house alone (RFC 6762 appendix G, RFC 6761)."""

Steps = Generator[frozenset[Question], Answers, list[Finding]]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.helo]"""

    enabled: bool = True
    own: list[str] = []  # our names and addresses, beside the host name, where we listen, and domains we take mail for
    own_score: float = 4.0  # a stranger calls itself by one of these
    address_score: float = 2.0  # an address without brackets around it
    literal_score: float = 0.5  # its own address in brackets, which servers with a name do not need
    false_literal_score: float = 2.0  # an address in brackets that is not its own
    invalid_score: float = 0.5  # no host name at all: odd characters, labels too long
    unqualified_score: float = 1.0  # no domain behind it, or one that exists in no other house: pc, pc.local
    dynamic_score: float = 1.0  # the name of a line whose address changes: dsl-192-0-2-1.example.net
    resolve: bool = False  # ask DNS where the name leads
    unresolved_score: float = 1.0  # nowhere
    mismatch_score: float = 0.3  # elsewhere
    private: bool = False  # judge private and loopback addresses too


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the HELO stage."""
    own = tables.own | {_normal(text) for text in settings.own}

    def is_own(said: str) -> bool:
        return said in own or said in tables.mailertable.lines

    def check(mail: Mail) -> Steps:
        helo, client = mail.envelope.helo, mail.envelope.client
        address = client.ip if client else None
        if not helo or client is None or address is None or mail.envelope.outbound:
            return []
        if not (settings.private or address.is_global):
            return []
        findings = list(_said(helo, client, address, is_own, settings))
        name = dns_name(helo)
        if settings.resolve and name and name != client.name:
            findings += yield from _resolved(name, address, settings)
        return findings

    return {Stage.HELO: check}


def _said(
    helo: str, client: Client, address: Address, is_own: Callable[[str], bool], settings: Settings
) -> Iterator[Finding]:
    """What the words alone say."""
    shown, name, literal = printable(helo), dns_name(helo), _address(helo)
    verified = name != "" and name == client.name
    if is_own(_normal(helo)) and not verified:
        yield Finding("helo-own", settings.own_score, f"{shown} is ours")
    elif literal and not helo.startswith("["):
        yield Finding("helo-address", settings.address_score, f"{shown} is an address")
    elif literal and literal != address:
        yield Finding("helo-false-literal", settings.false_literal_score, f"{shown} is not {address}")
    elif literal:
        yield Finding("helo-literal", settings.literal_score, f"{shown} is but its address")
    elif name != helo.lower() or "_" in name:
        yield Finding("helo-invalid", settings.invalid_score, f"{shown} is no host name")
    elif "." not in name or name.rpartition(".")[2] in _NOWHERE:
        yield Finding("helo-unqualified", settings.unqualified_score, f"{shown} is no name outside of its house")
    elif not verified and generated(name, address) is Generated.DYNAMIC:
        yield Finding("helo-dynamic", settings.dynamic_score, f"{shown} is a line whose address changes")


def _resolved(
    name: str, address: Address, settings: Settings
) -> Generator[frozenset[Question], Answers, list[Finding]]:
    """What DNS says of the name."""
    questions = (Dns(name, "A"), Dns(name, "AAAA"))
    answers = yield frozenset(questions)
    found = [answers[question] for question in questions]
    if all(isinstance(answer, Absent) for answer in found):
        return [Finding("helo-unresolved", settings.unresolved_score, f"{name} leads nowhere")]
    known = all(isinstance(answer, Absent | Found) for answer in found)
    if known and not any(leads_to(answer, address) for answer in found):
        return [Finding("helo-mismatch", settings.mismatch_score, f"{name} does not lead to {address}")]
    return []


def _address(helo: str) -> Address | None:
    """The address that it is, with brackets around it or without (RFC 5321 §4.1.3)."""
    inside = helo[1:-1] if helo.startswith("[") and helo.endswith("]") else helo
    try:
        return ipaddress.ip_address(inside[5:] if inside[:5].lower() == "ipv6:" else inside)
    except ValueError:
        return None


def _normal(text: str) -> str:
    """A name or address in one spelling, so that it can be compared."""
    literal = _address(text.strip())
    return str(literal) if literal else dns_name(text)
