"""dns: the answers of the domain name system, cached as long as their TTL says.

Fails typed: no reply is `TimedOut`, a server that says no is `Refused`, SERVFAIL and nonsense are `Failed`; NXDOMAIN
and "no such record" are facts (`Absent`), cached as long as the zone's SOA allows (RFC 2308 §5), five minutes at most.
"""

import time
from collections.abc import Sequence

import dns.asyncresolver
import dns.exception
import dns.message
import dns.nameserver
import dns.rcode
import dns.rdatatype
import dns.resolver

from gatekeeper.values import Absent, Answer, Dns, Failed, Found, Refused, TimedOut

_LONGEST = 86_400.0
_LONGEST_NEGATIVE = 300.0
_FAILURE = 10.0  # a failure is remembered this long, so that a dead list is not asked for every message


class Resolver:
    """`servers` are `(address, port)`; empty: the system's. `cache` is the number of answers kept."""

    def __init__(self, servers: Sequence[tuple[str, int]] = (), timeout: float = 3.0, cache: int = 50_000) -> None:
        self._resolver = _resolver(servers, timeout)
        self._cache = Cache(cache)

    def known(self, question: Dns) -> Answer | None:
        """The answer, if it is remembered."""
        return self._cache.get(question)

    async def answer(self, question: Dns) -> Answer:
        """Look one question up, and remember it."""
        answer, keep = await self._ask(question)
        self._cache.put(question, answer, keep)
        return answer

    async def look_up(self, question: Dns) -> Answer:
        """The answer, remembered or found."""
        return self.known(question) or await self.answer(question)

    async def _ask(self, question: Dns) -> tuple[Answer, float]:
        if self._resolver is None:
            return Failed("no name server is configured"), _FAILURE
        try:
            reply = await self._resolver.resolve(question.name.rstrip(".") + ".", question.kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer) as error:
            return Absent(), _negative_ttl(error)
        except dns.resolver.LifetimeTimeout:
            return TimedOut(f"no reply to {question.kind}"), _FAILURE
        except dns.resolver.NoNameservers as error:
            return _no_servers(error), _FAILURE
        except (dns.exception.DNSException, OSError, UnicodeError, ValueError) as error:
            return Failed(type(error).__name__), _FAILURE
        values = tuple(sorted(_text(record) for record in reply))  # a set; sorted, so that a replay is the same
        return Found(values), min(float(reply.rrset.ttl if reply.rrset else 0), _LONGEST)


class Cache:
    """Answers by question until they expire; the oldest goes when it is full."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[Dns, tuple[float, Answer]] = {}

    def get(self, question: Dns) -> Answer | None:
        """The answer if it is still good."""
        kept = self._kept.get(question)
        if kept is None:
            return None
        if kept[0] < time.monotonic():
            del self._kept[question]
            return None
        return kept[1]

    def put(self, question: Dns, answer: Answer, seconds: float) -> None:
        """Keep an answer that is good for `seconds`."""
        if seconds <= 0:
            return
        while len(self._kept) >= self._size:
            del self._kept[next(iter(self._kept))]
        self._kept[question] = (time.monotonic() + seconds, answer)


def _resolver(servers: Sequence[tuple[str, int]], timeout: float) -> dns.asyncresolver.Resolver | None:
    try:
        resolver = dns.asyncresolver.Resolver(configure=not servers)
    except dns.resolver.NoResolverConfiguration:
        return None
    if servers:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(address, port) for address, port in servers]
    resolver.lifetime = timeout
    resolver.timeout = max(0.2, timeout / 3)
    resolver.use_edns(0, 0, 1232)
    return resolver


def _text(record: object) -> str:
    """A record as text; the strings of a TXT record joined, as its readers do (RFC 7208 §3.3)."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(record)


def _negative_ttl(error: dns.exception.DNSException) -> float:
    replies: list[dns.message.Message] = []
    if isinstance(error, dns.resolver.NXDOMAIN):
        replies = list(error.responses().values())  # type: ignore[no-untyped-call]
    elif isinstance(error, dns.resolver.NoAnswer):
        replies = [error.kwargs["response"]]
    ttls = [
        min(rrset.ttl, record.minimum)
        for reply in replies
        for rrset in reply.authority
        if rrset.rdtype == dns.rdatatype.SOA
        for record in rrset
    ]
    return float(min([*ttls, _LONGEST_NEGATIVE])) if ttls else 60.0


def _no_servers(error: dns.resolver.NoNameservers) -> Answer:
    """Every server failed: they said no, or they broke."""
    codes = {e[4].rcode() for e in error.kwargs.get("errors", ()) if len(e) > 4 and e[4] is not None}
    if dns.rcode.REFUSED in codes:
        return Refused("name server refused")
    return Failed(", ".join(sorted(dns.rcode.to_text(code) for code in codes)) or "no usable reply")
