"""One connection: what is said in clear is never taken for what is said in TLS; what it costs is bounded."""

import asyncio
import itertools
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from sansldap import LDAPResultCode as Code
from sansldap import LDAPServer, PartialAttribute

from gatekeeper.lookups.ldap_filter import filter_for
from gatekeeper.lookups.ldap_outcome import NoAnswer
from gatekeeper.lookups.ldap_session import Search, Session
from gatekeeper.values import Exceeded, Failed
from tests.servers.ldap import Book, directory
from tests.servers.room import LOOPBACK

KIM = "kim@example.org"
WANTED = filter_for("(proxyAddresses=smtp:%s)", KIM)
BOOK = Book({KIM: KIM})


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def encrypting(ca: trustme.CA, early: bytes, name: str = LOOPBACK) -> AsyncIterator[int]:
    """A server that says `early` behind its consent to TLS, in clear; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        machine = LDAPServer()
        (request,) = machine.receive(await reader.read(1000))
        machine.extended_response(request.message_id)
        writer.write(machine.data_to_send() + early)
        try:
            await writer.start_tls(context)
            while data := await reader.read(65_536):
                for request in machine.receive(data):
                    BOOK(machine, request)
                writer.write(machine.data_to_send())
        except (OSError, ValueError):
            pass
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def found(
    ca: trustme.CA, early: bytes = b"", name: str = LOOPBACK, wanted: str = LOOPBACK, trusted: trustme.CA | None = None
) -> Search:
    """What a search in TLS says, at a server that is called `name` where `wanted` was to be asked."""
    context = ssl.create_default_context()
    (trusted or ca).configure_trust(context)

    async def ask() -> Search:
        async with encrypting(ca, early, name) as port, asyncio.timeout(5):
            _, session = await asyncio.get_running_loop().create_connection(Session, LOOPBACK, port)
            try:
                await session.start_tls(context, wanted)
                await session.bind("", "")
                return await session.search("dc=example", WANTED, "proxyAddresses", 5, 1)
            finally:
                session.close()

    return asyncio.run(ask())


def owners(search: Search) -> list[str]:
    return [values[0] for values in search.entries]


def test_a_search_in_tls(ca: trustme.CA) -> None:
    assert owners(found(ca)) == [f"SMTP:{KIM}"]


def test_what_was_begun_in_clear_does_not_go_on_in_tls(ca: trustme.CA) -> None:
    """The beginning of an answer, which the real one would be taken to end."""
    assert owners(found(ca, bytes.fromhex("3010020102650b0a0100"))) == [f"SMTP:{KIM}"]


def test_an_answer_that_was_said_in_clear_is_not_believed(ca: trustme.CA) -> None:
    forged = LDAPServer()
    forged._outstanding_requests.update({1, 2})
    forged._search_requests.add(2)
    forged.bind_response(1)
    forged.search_result_done(2)
    with pytest.raises((NoAnswer, OSError)):
        found(ca, forged.data_to_send())


def test_a_certificate_of_somebody_else(ca: trustme.CA) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        found(ca, name="dc1.example.net", wanted="dc1.example.org")
    assert owners(found(ca, name="dc1.example.net", wanted="dc1.example.net")) == [f"SMTP:{KIM}"]
    with pytest.raises(ssl.SSLCertVerificationError):
        found(ca, trusted=trustme.CA())


async def opened(port: int) -> Session:
    _, session = await asyncio.get_running_loop().create_connection(Session, LOOPBACK, port)
    return session


async def ask(session: Session) -> Search:
    return await session.search("dc=example", WANTED, "proxyAddresses", 5, 1)


def test_a_session_that_retires_ends_what_is_open_and_takes_no_more() -> None:
    async def go() -> None:
        book = Book({KIM: KIM}, silent=True)
        async with directory(book) as server:
            session = await opened(server.port)
            waiting = asyncio.ensure_future(ask(session))
            await asyncio.sleep(0)  # it has begun
            session.retire(Exceeded("old"))
            assert not session.usable
            with pytest.raises(NoAnswer) as refused:
                await ask(session)
            assert refused.value.failure == Exceeded("old")
            assert not waiting.done()
            session.close()
            with pytest.raises(NoAnswer) as lost:
                await waiting
            assert lost.value.failure == Failed("closed")

    asyncio.run(go())


def test_who_stops_waiting_leaves_the_session_to_others() -> None:
    async def go() -> None:
        book = Book({KIM: KIM}, silent=True)
        async with directory(book) as server:
            session = await opened(server.port)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await ask(session)
            book.silent = False
            assert owners(await ask(session)) == [f"SMTP:{KIM}"]
            session.close()

    asyncio.run(go())


@pytest.mark.parametrize("code", [Code.SUCCESS, Code.SIZE_LIMIT_EXCEEDED])
def test_whether_all_was_found_is_told(code: Code) -> None:
    async def go() -> Search:
        async with directory(Book({KIM: KIM}, done=code)) as server:
            session = await opened(server.port)
            try:
                return await ask(session)
            finally:
                session.close()

    assert asyncio.run(go()).complete is (code is Code.SUCCESS)


class Wire(asyncio.Transport):
    """Takes what is written and says nothing."""

    def write(self, data: bytes | bytearray | memoryview) -> None: ...

    def abort(self) -> None: ...

    def close(self) -> None: ...


def answers() -> bytes:
    """What an honest server says to a search."""
    machine = LDAPServer()
    machine._outstanding_requests.add(1)
    machine._search_requests.add(1)
    machine.search_result_entry(1, "cn=kim", [PartialAttribute("proxyAddresses", [f"SMTP:{KIM}".encode()])])
    machine.search_result_reference(1, ["ldap://child.example.org/dc=child"])
    machine.search_result_done(1)
    return machine.data_to_send()


HONEST = answers()


async def told(*pieces: bytes) -> Search | BaseException:
    """How a search ends that is answered so, and the connection with it."""
    session = Session()
    session.connection_made(Wire())
    searching = asyncio.ensure_future(ask(session))
    await asyncio.sleep(0)
    for piece in pieces:
        session.data_received(piece)
    session.connection_lost(None)
    (outcome,) = await asyncio.gather(searching, return_exceptions=True)
    return outcome


@given(
    st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), max_size=6),
    st.lists(st.integers(1, len(HONEST) - 1), max_size=5),
    st.binary(max_size=8),
)
@settings(max_examples=300)
def test_whatever_octets_come_they_are_an_answer_or_a_failure(
    changes: list[tuple[int, int]], cuts: list[int], more: bytes
) -> None:
    said = bytearray(HONEST)
    for place, octet in changes:
        said[place] = octet
    pieces = [bytes(said[start:end]) for start, end in itertools.pairwise([0, *sorted(cuts), len(said)])]
    outcome = asyncio.run(told(*pieces, more))
    assert isinstance(outcome, Search | NoAnswer), repr(outcome)
    if said == HONEST:
        assert isinstance(outcome, Search)
        assert owners(outcome) == [f"SMTP:{KIM}"]


def test_only_the_end_of_a_search_ends_a_search() -> None:
    """Another success says nothing of what was found."""
    machine = LDAPServer()
    machine._outstanding_requests.add(1)
    machine.bind_response(1)
    outcome = asyncio.run(told(machine.data_to_send()))
    assert isinstance(outcome, NoAnswer)
