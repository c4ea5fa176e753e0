"""smtp_session: one client's session with the proxy: each event of the server machine in turn, and who the client is.

By XCLIENT or a PROXY header another client stands for the one that is connected. Judged is whom XFORWARD names, else
that one; where this is a trusted hop itself, whom the newest trace lines name. An error of ours ends the session: 421.
"""

import asyncio
import logging
import ssl
from dataclasses import dataclass

from gatekeeper.config.schema import Smtp
from gatekeeper.fronts.body import Body, Room
from gatekeeper.fronts.service import Service
from gatekeeper.fronts.smtp_connection import Connection
from gatekeeper.fronts.smtp_ending import confirm, doubt
from gatekeeper.fronts.smtp_transaction import Transaction
from gatekeeper.protocols import events, replies, xclient
from gatekeeper.protocols.ehlo import Features
from gatekeeper.tables import Networks
from gatekeeper.values import Client, Envelope, new_id

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Privileges:
    """Which clients may say whose mail they bring, and whose bad line ends are mended."""

    proxy: Networks
    xclient: Networks
    xforward: Networks
    mend: Networks

    @classmethod
    def of(cls, settings: Smtp) -> "Privileges":
        """As configured."""
        return cls(
            Networks.parse(settings.proxy_networks),
            Networks.parse(settings.xclient_networks),
            Networks.parse(settings.xforward_networks),
            Networks.parse(settings.normalise_networks),
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all sessions of a process share; `context` is None without STARTTLS."""

    service: Service
    privileges: Privileges
    room: Room
    context: ssl.SSLContext | None


class Session:
    """To be run once."""

    def __init__(self, around: Surroundings, connection: Connection) -> None:
        self.connection = connection
        self._around = around
        self._service = around.service
        self._machine = connection.machine
        self._peer = connection.peer
        self._said = ""
        self._forwarded: dict[str, str] = {}
        self._transaction: Transaction | None = None

    async def run(self) -> None:
        """From the first byte to the last."""
        try:
            await self._greet()
            while (event := await self.connection.next_event()) is not None:
                await self._on(event)
        except (ValueError, OSError) as error:  # no PROXY header, no TLS
            _log.info("session with %s broken off: %s", self._peer.address, error)
        except Exception:
            _log.exception("session with %s failed", self._peer.address)
            self._machine.close(replies.FAILED)
        finally:
            self._forget()
            await self.connection.hang_up()

    async def _greet(self) -> None:
        if self._peer.address in self._around.privileges.proxy:
            self._peer = await self.connection.header() or self._peer
        self._grant()
        self._machine.greet()
        self.connection.begin()

    def _grant(self) -> None:
        privileges, address = self._around.privileges, self._peer.address
        self._machine.features = Features(
            self._around.context is not None,
            address in privileges.xclient,
            address in privileges.xforward,
            address in privileges.mend,
        )

    async def _on(self, event: events.Event) -> None:
        match event:
            case events.Content(data):
                self._current().content(data)
            case events.Recipient():
                self._machine.reply(await self._current().recipient(event))
            case events.Mail():
                await self._mail(event)
            case events.Begin():
                self._begin()
            case events.End():
                await self._end(event)
            case events.Hello():
                self._forget()
                self._said = event.name
                assert self._service.hops is not None
                self._machine.welcome(self._service.hops.capabilities())
            case events.Reset():
                self._forget()
                self._machine.reply(replies.OK)
            case events.StartTls():
                await self._start_tls()
            case events.Xclient(attributes):
                self._replace_client(attributes)
            case events.Xforward(attributes):
                self._forwarded |= attributes
                self._machine.reply(replies.OK)

    async def _mail(self, event: events.Mail) -> None:
        client, later = self._judged()
        envelope = Envelope(
            new_id(),
            "smtp",
            self._peer,
            client,
            self._peer.address in self._service.trusted,
            self._forwarded.get("HELO", "") if self._forwarded else self._said,
            self._machine.protocol,
            self.connection.tls,
            event.sender,
            parameters=event.parameters,
            outbound=client is not None and client.address in self._service.own,
        )
        self._transaction = Transaction(self._service, envelope, self._said, later)
        limit = self._service.config.smtp.limits.transaction
        self.connection.transaction_by = asyncio.get_running_loop().time() + limit
        await self._transaction.begin()
        self._machine.reply(replies.SENDER_OK)

    def _judged(self) -> tuple[Client | None, bool]:
        """Whom to judge, and whether the content must tell."""
        trusted = self._service.trusted
        client = xclient.client(self._forwarded, Client()) if self._forwarded else self._peer
        if client.address in trusted or (self._forwarded and not client.address):
            return None, True
        return (client if client.address else None), False

    def _begin(self) -> None:
        limits, room = self._service.config.smtp.limits, self._around.room
        declared = int(self._current().envelope.parameters.get("SIZE", 0))
        if not room.has(max(declared, 1)):
            self._forget()
            self._machine.reply(replies.NO_STORAGE)
            return
        self._current().body = Body(room, limits.memory)
        self._machine.accept_content()

    async def _end(self, event: events.End) -> None:
        transaction = self._current()
        self.connection.transaction_by = None
        try:
            ending = await transaction.end(event, lambda: self.connection.leaving)
        except asyncio.CancelledError:
            transaction.cut_off()
            self._forget(told=True)
            raise
        self._machine.reply(ending.reply)
        self.connection.flush()
        heard = await self.connection.drained()
        if ending.held:
            await (confirm if heard else doubt)(self._service, transaction.envelope.id)
        transaction.done(ending if heard else ending.unheard())
        self._forget(told=True)

    async def _start_tls(self) -> None:
        assert self._around.context is not None
        self._machine.reply(replies.READY_FOR_TLS)
        await self.connection.start_tls(self._around.context)
        self._said = ""
        self._forget()

    def _replace_client(self, attributes: dict[str, str]) -> None:
        self._peer, self._said = xclient.client(attributes, self._peer), ""
        self._forget()
        self._machine.reply(self._machine.greeting)

    def _current(self) -> Transaction:
        assert self._transaction is not None
        return self._transaction

    def _forget(self, told: bool = False) -> None:
        """The transaction, if any, is over, and with it what XFORWARD said."""
        self._forwarded = {}
        self.connection.transaction_by = None
        if self._transaction is not None:
            if not told:
                self._transaction.given_up()
            self._transaction.close()
            self._transaction = None
