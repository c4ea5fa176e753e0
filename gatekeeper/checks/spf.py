"""spf: may the client send for the domain of the envelope sender, and for the name it gave itself (RFC 7208)?

Asked of the client that counts: behind a trusted hop that is the one it tells of, and where it is not known nothing is
checked; nor are clients in private networks, nor mail of our own users. Fails open: what DNS does not answer is
`temperror`, without weight.
"""

from collections.abc import Callable, Mapping
from ipaddress import ip_address

import msgspec

from gatekeeper.authentication.domains import ascii_domain
from gatekeeper.authentication.spf import Spf, evaluate
from gatekeeper.authentication.steps import Steps, together
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Authenticated, Client, Finding, Stage


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.spf]"""

    enabled: bool = False
    fail_score: float = 1.5  # the domain says that this client may not (-all)
    softfail_score: float = 0.5  # it says that it probably may not (~all)
    permerror_score: float = 0.5  # its record cannot be read
    helo_fail_score: float = 1.0  # the domain that the client gave in HELO says that it may not
    private: bool = False  # ask about private and loopback addresses too


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the sender stage."""
    scores = {
        "fail": settings.fail_score,
        "softfail": settings.softfail_score,
        "permerror": settings.permerror_score,
    }

    def sender(client: str, mail: Mail) -> Steps[list[Finding]]:
        envelope = mail.envelope
        found = yield from evaluate(client, envelope.sender, envelope.helo)
        name, value = ("smtp.mailfrom", envelope.sender) if envelope.sender else ("smtp.helo", envelope.helo)
        return [_finding("spf", found, scores.get(found.result, 0.0), name, value)]

    def helo(client: str, mail: Mail) -> Steps[list[Finding]]:
        name = mail.envelope.helo
        domain = ascii_domain(name)
        if not mail.envelope.sender or not domain or domain == ascii_domain(mail.envelope.sender.rpartition("@")[2]):
            return []
        found = yield from evaluate(client, "", name)
        if found.result == "none":
            return []
        score = settings.helo_fail_score if found.result == "fail" else 0.0
        return [_finding("spf-helo", found, score, "smtp.helo", name)]

    def check(mail: Mail) -> Steps[list[Finding]]:
        client = _address(mail.envelope.client, settings.private)
        if client is None or mail.envelope.outbound:
            return []
        found = yield from together([sender(client, mail), helo(client, mail)])
        return [finding for findings in found for finding in findings]

    return {Stage.SENDER: check}


def _finding(name: str, found: Spf, score: float, prop: str, value: str) -> Finding:
    domain = found.domain or "no domain"
    evidence = f"{domain}: {found.why}" if found.why else domain
    result = Authenticated("spf", found.result, found.domain, ((prop, value),))
    return Finding(f"{name}-{found.result}", score, evidence, result=result)


def _address(client: Client | None, private: bool) -> str | None:
    try:
        address = ip_address(client.address if client else "")
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None) or address
    return str(mapped) if private or mapped.is_global else None
