"""session: what a connection tells becomes a result or a typed failure, once."""

import asyncio

import pytest

from gatekeeper.protocols.smtp_client import SmtpClient
from gatekeeper.protocols.smtp_client_events import Step
from gatekeeper.relay.session import Lost, Session, SessionDeclined
from tests.servers.exchange import Exchange

from .hopping import MESSAGE, ONE, run, soon, until


async def session_at(inner: Exchange, patience: float = 5.0) -> Session:
    loop = asyncio.get_running_loop()
    _, session = await loop.create_connection(
        lambda: Session(SmtpClient("gate.test"), patience), inner.host, inner.port
    )
    return session


async def greeted(inner: Exchange, patience: float = 5.0) -> Session:
    session = await session_at(inner, patience)
    await session.greet(soon())
    return session


def test_greeting_makes_it_usable() -> None:
    async def check(inner: Exchange) -> None:
        session = await session_at(inner)
        assert not session.usable
        await session.greet(soon())
        assert session.usable
        session.close()
        assert not session.usable
        await session.closed

    with Exchange() as inner:
        run(check(inner))
        assert inner.verbs() == ["EHLO", "QUIT"]


def test_a_session_declined() -> None:
    async def check(inner: Exchange) -> None:
        session = await session_at(inner)
        with pytest.raises(SessionDeclined) as error:
            await session.greet(soon())
        assert error.value.step is Step.GREETING
        assert error.value.reply.code == 554

    with Exchange(replies={"connect": "554 5.7.1 no"}) as inner:
        run(check(inner))


def test_the_deadline_of_the_caller_holds_before_the_content() -> None:
    async def check(inner: Exchange) -> None:
        session = await greeted(inner)
        with pytest.raises(Lost) as error:
            await session.transact(ONE, [MESSAGE], soon(0.1), soon())
        assert (error.value.timed_out, error.value.invited, error.value.dotted) == (True, False, False)
        await session.closed

    with Exchange(delays={"data": 30.0}) as inner:
        run(check(inner))


def test_after_the_dot_only_the_last_deadline_holds() -> None:
    async def check(inner: Exchange) -> None:
        session = await greeted(inner, patience=0.1)
        transcript = await session.transact(ONE, [MESSAGE], soon(), soon())
        assert transcript.dot is not None
        with pytest.raises(Lost) as error:
            await session.transact(ONE, [MESSAGE], soon(), soon(0.05))
        assert (error.value.timed_out, error.value.invited, error.value.dotted) == (True, True, True)

    with Exchange(delays={"dot": 0.3}) as inner:
        run(check(inner))


def test_each_reply_of_the_envelope_has_its_own_time() -> None:
    async def check(inner: Exchange) -> None:
        session = await greeted(inner, patience=0.4)
        transcript = await session.transact(ONE, [MESSAGE], soon(), soon())
        assert transcript.dot is not None

    with Exchange(delays={"mail": 0.2, "rcpt": 0.2, "data": 0.2}) as inner:
        run(check(inner))


def test_a_connection_cut_while_idle_is_noticed_at_the_next_use() -> None:
    async def check(inner: Exchange) -> None:
        session = await greeted(inner)
        inner.drop()
        await until(session.closed.done)
        assert not session.usable
        with pytest.raises(Lost):
            await session.verify(ONE, soon())

    with Exchange() as inner:
        run(check(inner))


def test_a_goodbye_while_idle_ends_it() -> None:
    async def check(inner: Exchange) -> None:
        session = await greeted(inner)
        await session.closed
        assert not session.usable

    with Exchange(idle=0.05) as inner:
        run(check(inner))


def test_nothing_is_written_after_a_refusal_in_the_middle_of_the_content() -> None:
    async def full(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        for reply in (b"250-hi\r\n250 PIPELINING\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
            await reader.readline()
            writer.write(reply)
        await reader.readexactly(100_000)
        writer.write(b"552 5.3.4 Too large\r\n")
        taken.append(await reader.read())

    taken: list[bytes] = []

    async def check() -> None:
        server = await asyncio.start_server(full, "127.0.0.1", 0)
        session = await session_at(Exchange(port=server.sockets[0].getsockname()[1]))
        await session.greet(soon())
        transcript = await session.transact(ONE, [b"x" * 78 + b"\r\n"] * 300_000, soon(), soon())
        assert transcript.dot is not None
        assert transcript.dot.code == 552
        assert not session.usable
        session.close()
        await until(lambda: taken or session.closed.done())
        server.close()

    run(check())
    assert not any(b"\r\n.\r\n" in piece for piece in taken)
