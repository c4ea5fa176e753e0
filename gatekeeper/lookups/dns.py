"""dns: the answers of the domain name system, cached as long as their TTL says.

Fails typed: no reply is `TimedOut`, a server that says no is `Refused`, SERVFAIL and nonsense are `Failed`; NXDOMAIN
and "no such record" are facts (`Absent`), cached as long as the zone's SOA allows (RFC 2308 §5), five minutes at most.
Several servers are asked one after the other, those that answer first; while none of them does, every question fails at
once.
"""

import asyncio
import logging
from collections.abc import Sequence

import dns.resolver

from gatekeeper.lookups.cache import Cache
from gatekeeper.lookups.name_server import NameServer, Reply
from gatekeeper.observe.log import event
from gatekeeper.values import Absent, Answer, Dns, Failed, Found, TimedOut

_LONGEST = 86_400.0
_LONGEST_NEGATIVE = 300.0
_FAILURE = 10.0  # a failure is remembered this long, so that one dead domain is not asked about for every message
_ROUNDS = 3  # times that each server is asked
_SHORTEST = 0.2  # seconds that a server has to reply, however many there are
_NOBODY = TimedOut("no name server answers")
_log = logging.getLogger(__name__)


class Resolver:
    """`servers` are `(address, port)`; empty: the system's. `timeout` bounds one question with all retries; `cache` is
    the number of answers kept, `size` their bytes.
    """

    def __init__(
        self,
        servers: Sequence[tuple[str, int]] = (),
        timeout: float = 3.0,
        cache: int = 50_000,
        size: int = 20_000_000,
    ) -> None:
        self.timeout = timeout
        self.servers = [NameServer(*server, told=_tell) for server in servers or _system()]
        self.cache = Cache(cache, size)

    @property
    def reachable(self) -> bool:
        """Some name server answers, as far as is known."""
        return any(server.breaker.closed for server in self.servers)

    def known(self, question: Dns) -> Answer | None:
        """The answer, if it is remembered."""
        return self.cache.get(question)

    async def answer(self, question: Dns) -> Answer:
        """Look one question up, and remember it."""
        answer, ttl = await self.fetch(question)
        self.keep(question, answer, ttl)
        return answer

    async def look_up(self, question: Dns) -> Answer:
        """The answer, remembered or found."""
        return self.known(question) or await self.answer(question)

    def keep(self, question: Dns, answer: Answer, ttl: float) -> None:
        """Remember an answer that the world says is good for `ttl` seconds."""
        match answer:
            case Found():
                self.cache.put(question, answer, min(ttl, _LONGEST))
            case Absent():
                self.cache.put(question, answer, min(ttl, _LONGEST_NEGATIVE))
            case _ if answer is not _NOBODY:
                self.cache.put(question, answer, _FAILURE)

    async def fetch(self, question: Dns) -> Reply:
        """Ask the world, whatever is remembered, and remember nothing."""
        if not self.servers:
            return Failed("no name server is configured"), 0.0
        asked = [server for server in self.servers if server.usable()]
        if not asked:
            return _NOBODY, 0.0
        now = asyncio.get_running_loop().time
        deadline, turn = now() + self.timeout, max(_SHORTEST, self.timeout / _ROUNDS / len(asked))
        failure: Answer = TimedOut(f"no reply to {question.kind}")
        for server in asked * _ROUNDS:
            if server not in asked or now() >= deadline:
                continue
            answer, ttl = await server.ask(question, min(deadline - now(), turn))
            if isinstance(answer, Found | Absent):
                return answer, ttl
            if not isinstance(answer, TimedOut):
                asked.remove(server)
                failure = answer
        return failure, 0.0


def _system() -> list[tuple[str, int]]:
    """Those of /etc/resolv.conf; none if there is no such file."""
    try:
        found = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return []
    return [(str(address), 53) for address in found.nameservers]


def _tell(server: str, answers: bool) -> None:
    if answers:
        event(_log, "name-server-back", server=server)
    else:
        _log.error("name-server-silent", extra={"fields": {"server": server}})
