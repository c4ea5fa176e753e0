"""connect: the right host, the right greeting, TLS as configured, and never ourselves."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import pytest
import trustme

from gatekeeper.relay.connect import NoSession, exchangers, tls_context
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Absent, Answer, Dns, Failed, Found, TimedOut
from tests.servers.exchange import Exchange
from tests.servers.room import free_port

from .hopping import connector, hop_at, run, settings, soon, until

AUTHORITY = trustme.CA()


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


def answering(answer: Answer) -> Callable[[Dns], Awaitable[Answer]]:
    async def ask(question: Dns) -> Answer:
        assert question == Dns("own.test", "MX")
        return answer

    return ask


# hosts


@pytest.mark.parametrize(
    ("answer", "hosts"),
    [
        (Found(("20 b.test.", "10 a.test.", "30 c.test.")), ["a.test", "b.test", "c.test"]),
        (Found(("nonsense", "10 a.test.")), ["a.test"]),
        (Absent(), ["own.test"]),
    ],
)
def test_the_order_of_mx_hosts(answer: Answer, hosts: list[str]) -> None:
    assert run(exchangers(Hop("esmtp", "own.test", mx=True), answering(answer))) == hosts


def test_hosts_of_equal_preference_share_the_load() -> None:
    hop, answer = Hop("esmtp", "own.test", mx=True), Found(("10 a.test.", "10 b.test."))
    firsts = {run(exchangers(hop, answering(answer)))[0] for _ in range(60)}
    assert firsts == {"a.test", "b.test"}


def test_a_bracketed_host_has_no_mx() -> None:
    assert run(exchangers(Hop("esmtp", "own.test"), answering(Failed()))) == ["own.test"]


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [(TimedOut(), 451, "4.4.3"), (Failed(), 451, "4.4.3"), (Found(("0 .",)), 556, "5.1.10")],
)
def test_no_mx_to_be_had(answer: Answer, code: int, status: str) -> None:
    with pytest.raises(NoSession) as error:
        run(exchangers(Hop("esmtp", "own.test", mx=True), answering(answer)))
    assert (error.value.reply.code, error.value.reply.status) == (code, status)


def test_the_next_host_is_tried_where_one_is_down() -> None:
    async def check(inner: Exchange) -> None:
        ask = answering(Found(("10 127.0.0.2.", "20 127.0.0.1.")))
        session = await connector(ask=ask).open(Hop("esmtp", "own.test", inner.port, mx=True), soon())
        assert session.usable
        session.close()

    with Exchange() as inner:
        run(check(inner))
        assert len(inner.sessions) == 1


def test_the_next_place_of_a_list_is_tried_where_one_is_down() -> None:
    async def check(inner: Exchange) -> None:
        hop = Hop("esmtp", "127.0.0.2", free_port(), others=(hop_at(inner),))
        session = await connector().open(hop, soon())
        assert session.usable
        session.close()

    with Exchange() as inner:
        run(check(inner))
        assert len(inner.sessions) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid", "a..b", "x" * 70 + ".test"])
def test_nobody_there(host: str) -> None:
    with pytest.raises(NoSession) as error:
        run(opened(Hop("esmtp", host, free_port())))
    assert error.value.reply.code == 451


async def opened(hop: Hop) -> None:
    await connector().open(hop, soon())


def test_a_hop_that_says_nothing() -> None:
    async def check(inner: Exchange) -> None:
        await connector(settings(command_timeout=0.1)).open(hop_at(inner), soon())

    with Exchange(delays={"connect": 30.0}) as inner, pytest.raises(NoSession, match="no reply in time"):
        run(check(inner))


# greeting


@pytest.mark.parametrize(("mailer", "works"), [("smtp", True), ("esmtp", False)])
def test_helo_is_for_the_mailer_smtp(mailer: str, works: bool) -> None:
    async def check(inner: Exchange) -> bool:
        try:
            session = await connector().open(hop_at(inner, mailer=mailer), soon())
        except NoSession:
            return False
        session.close()
        return True

    with Exchange(replies={"ehlo": "502 5.5.1 What?"}) as inner:
        assert run(check(inner)) is works
        assert ("HELO" in inner.verbs()) is works


# loops


def test_a_connection_to_ourselves_is_a_loop() -> None:
    async def check(listener: tuple[str, int], port: int) -> str:
        try:
            session = await connector(listeners=[listener]).open(Hop("esmtp", "localhost", port), soon())
        except NoSession as error:
            return error.reply.status
        session.close()
        return ""

    with Exchange() as inner:
        assert run(check(("127.0.0.1", inner.port), inner.port)) == "4.4.6"
        assert run(check(("0.0.0.0", inner.port), inner.port)) == "4.4.6"
        assert run(check(("127.0.0.2", inner.port), inner.port)) == ""
        assert run(check(("127.0.0.1", 25), inner.port)) == ""


# TLS


def secured(inner: Exchange, tls: str, context: ssl.SSLContext | None) -> bool:
    """Open a session and say whether the hop saw TLS on it."""

    async def check() -> None:
        session = await connector(settings(tls=tls), context=context).open(hop_at(inner), soon())
        await session.hello(soon())
        session.close()
        await session.closed

    run(check())
    return "STARTTLS" in inner.verbs() and inner.sessions[-1].secure


def test_may_takes_any_certificate() -> None:
    with Exchange(tls=server_tls()) as inner:
        assert secured(inner, "may", tls_context("may"))


def test_may_goes_on_in_clear_where_tls_is_not_offered() -> None:
    with Exchange() as inner:
        assert not secured(inner, "may", tls_context("may"))


@pytest.mark.parametrize("replies", [{"starttls": "454 4.7.0 not now"}, {"starttls": "220 2.0.0 go\r\n250 injected"}])
def test_may_goes_on_in_clear_where_tls_does_not_work(replies: dict[str, str]) -> None:
    with Exchange(tls=server_tls(), replies=replies) as inner:
        assert not secured(inner, "may", tls_context("may"))
        assert len(inner.sessions) == 2


def test_may_goes_on_in_clear_where_the_handshake_fails() -> None:
    modern = ssl.create_default_context()
    modern.check_hostname, modern.verify_mode = False, ssl.CERT_NONE
    modern.minimum_version = ssl.TLSVersion.TLSv1_3
    old = server_tls()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with Exchange(tls=old) as inner:
        assert not secured(inner, "may", modern)
        assert len(inner.sessions) == 2


def test_must_takes_a_certificate_it_trusts() -> None:
    with Exchange(tls=server_tls()) as inner:
        assert secured(inner, "must", trusting())


@pytest.mark.parametrize("tls", [server_tls(), None])
def test_must_goes_no_further_without_it(tls: ssl.SSLContext | None) -> None:
    with Exchange(tls=tls) as inner, pytest.raises(NoSession) as error:
        secured(inner, "must", tls_context("must"))
    assert error.value.reply.status == "4.7.5"
    assert "MAIL" not in inner.verbs()


def test_none_does_not_ask() -> None:
    with Exchange(tls=server_tls()) as inner:
        assert not secured(inner, "none", tls_context("none"))
        assert "STARTTLS" not in inner.verbs()


def test_a_cancelled_opening_leaves_no_connection() -> None:
    async def check(inner: Exchange) -> None:
        task = asyncio.ensure_future(connector().open(hop_at(inner), soon()))
        await until(lambda: inner.verbs() == ["EHLO"])
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: inner.current == 0)

    with Exchange(delays={"ehlo": 30.0}) as inner:
        run(check(inner))
