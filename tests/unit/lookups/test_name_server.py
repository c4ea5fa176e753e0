"""One name server that lives, is silent, or is asked about silent domains."""

import asyncio

from gatekeeper.lookups.name_server import NameServer
from gatekeeper.values import Absent, Dns, Failed, Found, TimedOut
from tests.servers.dns import DnsServer, Manner

QUESTION = Dns("a.test")


def of(server: DnsServer, told=lambda *_: None) -> NameServer:
    return NameServer("127.0.0.1", server.port, told)


async def settled(server: NameServer) -> None:
    if server._examining is not None:
        await server._examining


def test_what_it_says_and_for_how_long() -> None:
    with DnsServer({"a.test": {"A": ["127.0.0.3", "127.0.0.2"]}}) as dns:
        dns.ttl = 77

        async def both():
            server = of(dns)
            return await server.ask(QUESTION, 2), await server.ask(Dns("b.test"), 2)

        assert asyncio.run(both()) == ((Found(("127.0.0.2", "127.0.0.3")), 77.0), (Absent(), 77.0))


def test_domains_that_are_silent_do_not_make_the_server_a_silent_one() -> None:
    with DnsServer() as dns:
        dns.manners["a.test"] = Manner.SILENT

        async def often() -> bool:
            server = of(dns)
            for _ in range(8):
                assert isinstance((await server.ask(QUESTION, 0.02))[0], TimedOut)
                await settled(server)
            return server.usable()

        assert asyncio.run(often())
        assert 0 < dns.asked(".") < 8, "it was asked whether it lives"


def test_a_server_that_is_silent_is_left_in_peace_and_comes_back(monkeypatch) -> None:
    monkeypatch.setattr("gatekeeper.lookups.name_server._SECONDS", 0.05)
    told = []
    with DnsServer({"a.test": {"A": ["127.0.0.2"]}}, Manner.SILENT) as dns:

        async def silent_and_back():
            server = of(dns, lambda name, answers: told.append(answers))
            server.breaker._first = 0.2
            for _ in range(3):
                await server.ask(QUESTION, 0.02)
            await settled(server)
            assert not server.usable()
            asked = len(dns.queries)
            assert not server.usable()
            assert len(dns.queries) == asked
            dns.manner = None
            while not server.usable():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            return await server.ask(QUESTION, 2)

        answer, _ = asyncio.run(silent_and_back())
    assert answer == Found(("127.0.0.2",))
    assert told == [False, True]


def test_nobody_at_the_address_is_a_server_that_does_not_answer() -> None:
    with DnsServer() as gone:
        pass

    async def nobody():
        server = of(gone)
        answers = [(await server.ask(QUESTION, 0.3))[0] for _ in range(3)]
        await settled(server)
        return answers, server.usable()

    answers, usable = asyncio.run(nobody())
    assert all(isinstance(answer, TimedOut) for answer in answers)
    assert not usable


def test_what_is_wrong_with_the_way_there_is_said_in_words() -> None:
    async def one():
        return await NameServer("255.255.255.255").ask(QUESTION, 2)  # which nobody may send to

    assert asyncio.run(one()) == (Failed("Permission denied"), 0.0)
