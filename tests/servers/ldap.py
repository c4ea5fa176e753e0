"""ldap: a directory server that says what a test wants, true or not, beside the real slapd.

    async with directory(Book({"kim@example.org": "kim@example.org"})) as server:
        …ask server.url…

Runs in the loop of the test.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from sansldap import (
    BindRequest,
    ExtendedRequest,
    FilterEquality,
    LDAPMessage,
    LDAPResult,
    LDAPServer,
    PartialAttribute,
    SearchRequest,
    SearchResultDone,
    UnbindRequest,
)
from sansldap import LDAPResultCode as Code

from tests.servers.room import LOOPBACK

Answer = Callable[[LDAPServer, LDAPMessage], bytes | None]
"""What is sent in answer to a request, or None for what the machine has to send."""


@dataclass
class Book:
    """An honest server with these addresses and their owners, several with a space between them; a test overrides what
    it wants to go wrong.

    `bind` and `done` are the result codes of a bind and of a search. `references` are told with each search.
    """

    owners: Mapping[str, str]
    bind: Code = Code.SUCCESS
    done: Code = Code.SUCCESS
    references: tuple[str, ...] = ()
    referral: tuple[str, ...] = ()
    silent: bool = False
    requests: list[LDAPMessage] = field(default_factory=list)

    def __call__(self, machine: LDAPServer, request: LDAPMessage) -> bytes | None:
        self.requests.append(request)
        if self.silent:
            return b""
        number = request.message_id
        match request:
            case BindRequest():
                machine.bind_response(number, result_code=self.bind, diagnostics_message="data 52e\n")
            case ExtendedRequest():
                machine.extended_response(number, result_code=Code.UNAVAILABLE)
            case SearchRequest(filter=FilterEquality(value=value)):
                owners = self.owners.get(value.decode().removeprefix("smtp:"))
                for owner in [] if owners is None else owners.split(" "):
                    _entry(machine, number, owner)
                for uri in self.references:
                    machine.search_result_reference(number, [uri])
                self._done(machine, number, self.done)
            case SearchRequest():
                for owner in list(self.owners.values())[: request.size_limit]:
                    _entry(machine, number, owner)
                self._done(machine, number, Code.SUCCESS)
        return None

    def asked(self) -> list[str]:
        """The addresses that were asked for."""
        filters = [request.filter for request in self.requests if isinstance(request, SearchRequest)]
        return [one.value.decode().removeprefix("smtp:") for one in filters if isinstance(one, FilterEquality)]

    def _done(self, machine: LDAPServer, number: int, code: Code) -> None:
        result = LDAPResult(code, "", "so it is", list(self.referral) or None)
        machine._send(SearchResultDone(number, [], result))


def _entry(machine: LDAPServer, number: int, owner: str) -> None:
    values = [f"SMTP:{owner}".encode(), b"smtp:other@example.org", b"x500:/o=Example"] if owner else []
    machine.search_result_entry(number, f"cn={owner}", [PartialAttribute("PROXYADDRESSES", values)])


@dataclass
class Listening:
    """Where it listens, and how many have connected."""

    port: int
    sessions: int = 0

    @property
    def url(self) -> str:
        return f"ldap://{LOOPBACK}:{self.port}"


@contextlib.asynccontextmanager
async def directory(answer: Answer) -> AsyncIterator[Listening]:
    """A server that answers as `answer` says."""
    sessions = count(1)
    writers: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listening.sessions = next(sessions)
        writers.add(writer)
        machine = LDAPServer()
        while data := await reader.read(65_536):
            for request in machine.receive(data):
                if isinstance(request, UnbindRequest):
                    break
                said = answer(machine, request)
                writer.write(machine.data_to_send() if said is None else said)
            await writer.drain()
        writer.close()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(Exception):  # a client that goes, or is told nonsense
            await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(guarded, LOOPBACK, 0)
    listening = Listening(server.sockets[0].getsockname()[1])
    try:
        yield listening
    finally:
        server.close()
        for writer in writers:
            writer.close()
