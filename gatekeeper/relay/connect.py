"""connect: open a session with a next hop: find its hosts, connect, greet, STARTTLS as configured.

Fails with `NoSession`, which holds the reply for the client: 451 whenever it may be better later, permanent only where
the domain says it takes no mail (RFC 7505). A connection that ends at one of our own listeners is a loop.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from gatekeeper.config.schema import Relay
from gatekeeper.protocols.smtp_client import SmtpClient
from gatekeeper.relay.session import Lost, Session, SessionDeclined
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Absent, Answer, Dns, Found, Reply

Ask = Callable[[Dns], Awaitable[Answer]]
"""How MX records are looked up."""

Endpoint = tuple[str, int]
"""Textual address and port of a listener; `0.0.0.0` and `::` stand for every address of this host."""

DOWN = Reply(451, "4.4.1", ("The next hop cannot be reached, try again later",))
DECLINED = Reply(451, "4.3.2", ("The next hop takes no session now, try again later",))
NO_TLS = Reply(451, "4.7.5", ("The next hop offers no TLS that we may use",))
NO_NAME = Reply(451, "4.4.3", ("The next hop cannot be looked up, try again later",))
LOOP = Reply(451, "4.4.6", ("The next hop is this gateway itself",))
NULL_MX = Reply(556, "5.1.10", ("The domain takes no mail",))


class NoSession(Exception):  # noqa: N818  # it says what there is not
    """`reply` is for the client, the message for the log."""

    def __init__(self, reply: Reply, why: str) -> None:
        super().__init__(why)
        self.reply = reply


@dataclass(frozen=True)
class Connector:
    """`hostname` is ours, for EHLO; `listeners` are ours, to recognise a loop; `context` is None for no TLS."""

    settings: Relay
    hostname: str
    ask: Ask
    listeners: Collection[Endpoint]
    context: ssl.SSLContext | None

    async def open(self, hop: Hop, deadline: float) -> Session:
        """A session that is ready for a transaction, by `deadline` in loop time."""
        failure = NoSession(DOWN, "no host")
        for place in (hop, *hop.others):
            try:
                return await self._one_of(place, deadline)
            except NoSession as error:
                failure = error
        raise failure

    async def _one_of(self, hop: Hop, deadline: float) -> Session:
        failure = NoSession(DOWN, "no host")
        for host in await exchangers(hop, self.ask):
            try:
                return await self._secure(hop, host, deadline)
            except NoSession as error:
                failure = error
        raise failure

    async def _secure(self, hop: Hop, host: str, deadline: float) -> Session:
        session = await self._greeted(hop, host, deadline)
        if self.context is None:
            return session
        try:
            if session.machine.extensions.starttls:
                await session.starttls(self.context, host, deadline)
                return session
            why = "no STARTTLS"
        except (SessionDeclined, Lost, OSError) as error:
            session.abort()
            why = str(error)
        except BaseException:
            session.abort()
            raise
        if self.settings.tls == "must":
            session.close()
            raise NoSession(NO_TLS, f"{host}: {why}")
        # Opportunistic: better in clear than not at all.
        return session if session.usable else await self._greeted(hop, host, deadline)

    async def _greeted(self, hop: Hop, host: str, deadline: float) -> Session:
        session = await self._connected(hop, host, deadline)
        try:
            await session.greet(deadline)
        except SessionDeclined as error:
            session.abort()
            raise NoSession(DECLINED, f"{host}: {error}") from error
        except Lost as error:
            session.abort()
            raise NoSession(DOWN, f"{host}: {error}") from error
        return session

    async def _connected(self, hop: Hop, host: str, deadline: float) -> Session:
        loop = asyncio.get_running_loop()
        patience = min(self.settings.connect_timeout, deadline - loop.time())
        machine = SmtpClient(self.hostname, helo=hop.mailer == "smtp")
        try:
            async with asyncio.timeout(patience):
                transport, session = await loop.create_connection(
                    lambda: Session(machine, self.settings.command_timeout), host, hop.port
                )
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError, a bad name a UnicodeError
            raise NoSession(DOWN, f"{host}:{hop.port}: {error}") from error
        if is_ours(transport, self.listeners):
            session.abort()
            raise NoSession(LOOP, f"{host}:{hop.port} is our own listener")
        return session


def tls_context(policy: str) -> ssl.SSLContext | None:
    """What `relay.tls` stands for: nothing, any certificate, or one that the system trusts."""
    if policy == "none":
        return None
    context = ssl.create_default_context()
    if policy == "may":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def exchangers(hop: Hop, ask: Ask) -> list[str]:
    """Whom to connect to, in order of preference (RFC 5321 §5.1)."""
    if not hop.mx:
        return [hop.host]
    match await ask(Dns(hop.host, "MX")):
        case Found(values):
            return _by_preference(values)
        case Absent():
            return [hop.host]
        case failure:
            raise NoSession(NO_NAME, f"MX of {hop.host}: {failure}")


def _by_preference(records: tuple[str, ...]) -> list[str]:
    parsed = []
    for record in records:
        preference, _, host = record.partition(" ")
        if preference.isdecimal():
            parsed.append((int(preference), random.random(), host.strip().rstrip(".")))  # noqa: S311  # load, not secrets
    hosts = [host for _, _, host in sorted(parsed)]
    if hosts == [""]:
        raise NoSession(NULL_MX, "null MX")
    return [host for host in hosts if host]


def is_ours(transport: asyncio.BaseTransport, listeners: Collection[Endpoint]) -> bool:
    """Does this connection end at a listener of ours? One from us to us has the same address at both ends."""
    peer, own = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
    return any(
        port == peer[1] and (address == peer[0] or (address in ("0.0.0.0", "::") and peer[0] == own[0]))  # noqa: S104
        for address, port in listeners
    )
