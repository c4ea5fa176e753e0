"""The resolver against a name server that answers as it is told to, over real sockets."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.gather import Gather
from gatekeeper.values import Absent, Dns, Exceeded, Failed, Found, Refused, TimedOut
from tests.servers.dns import DnsServer, Manner
from tests.servers.room import free_port


@contextmanager
def server(reply, port: int = 0) -> Iterator[tuple[tuple[str, int], list[str]]]:
    """Answers each query with `reply(query)`; None is silence. Gives the address and the list of names asked."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", port))

        def answer() -> None:
            while True:
                data, peer = listening.recvfrom(4096)
                if data == b"stop":
                    return
                query = dns.message.from_wire(data)
                asked.append(str(query.question[0].name))
                made = reply(query)
                if made is not None:
                    listening.sendto(made if isinstance(made, bytes) else made.to_wire(), peer)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield listening.getsockname(), asked
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"stop", listening.getsockname())
            thread.join()


def records(*texts: str, ttl: int = 60, kind: str = "A"):
    def reply(query):
        made = dns.message.make_response(query)
        made.answer.append(dns.rrset.from_text(query.question[0].name, ttl, "IN", kind, *texts))
        return made

    return reply


def refusing(rcode, minimum: int | None = None):
    def reply(query):
        made = dns.message.make_response(query)
        made.set_rcode(rcode)
        if minimum is not None:
            soa = f"ns.example. root.example. 1 2 3 4 {minimum}"
            made.authority.append(dns.rrset.from_text("example.", 3600, "IN", "SOA", soa))
        return made

    return reply


def ask(address, *questions: Dns, timeout: float = 2.0):
    async def run():
        resolver = Resolver([address], timeout)
        return [resolver.known(q) or await resolver.answer(q) for q in questions]

    return asyncio.run(run())


def test_records_are_found_and_remembered() -> None:
    with server(records("127.0.0.2", "127.0.0.3")) as (address, asked):
        first, second = ask(address, Dns("a.example"), Dns("a.example"))
    assert first == second == Found(("127.0.0.2", "127.0.0.3"))
    assert asked == ["a.example."]


def test_a_ttl_of_zero_is_not_remembered() -> None:
    with server(records("127.0.0.2", ttl=0)) as (address, asked):
        ask(address, Dns("a.example"), Dns("a.example"))
    assert len(asked) == 2


def test_the_strings_of_a_txt_record_are_one() -> None:
    with server(records('"v=spf1 " "-all"', kind="TXT")) as (address, _):
        assert ask(address, Dns("a.example", "TXT")) == [Found(("v=spf1 -all",))]


@pytest.mark.parametrize("rcode", [dns.rcode.NXDOMAIN, dns.rcode.NOERROR])
def test_not_there_is_a_fact_and_remembered(rcode) -> None:
    with server(refusing(rcode, minimum=30)) as (address, asked):
        assert ask(address, Dns("a.example"), Dns("a.example")) == [Absent(), Absent()]
    assert len(asked) == 1


@pytest.mark.parametrize(("rcode", "kind"), [(dns.rcode.REFUSED, Refused), (dns.rcode.SERVFAIL, Failed)])
def test_a_server_that_says_no_is_a_failure(rcode, kind) -> None:
    with server(refusing(rcode)) as (address, _):
        (answer,) = ask(address, Dns("a.example"))
    assert isinstance(answer, kind)


def test_silence_is_a_timeout() -> None:
    with server(lambda query: None) as (address, _):
        (answer,) = ask(address, Dns("a.example"), timeout=0.3)
    assert isinstance(answer, TimedOut)


def test_a_reply_with_a_wrong_id_or_of_garbage_is_not_believed() -> None:
    def wrong(query):
        made = records("127.0.0.2")(query)
        made.id ^= 1
        return made

    for reply in (wrong, lambda query: b"\x00" * 5, lambda query: b"garbage" * 9):
        with server(reply) as (address, _):
            (answer,) = ask(address, Dns("a.example"), timeout=0.3)
        assert isinstance(answer, TimedOut | Failed), answer


def test_a_name_that_cannot_be_asked_is_a_failure() -> None:
    (answer,) = ask(("127.0.0.1", 9), Dns("a" * 64 + ".example"))
    assert isinstance(answer, Failed)


def test_silence_is_remembered_for_a_while_so_that_not_every_message_waits() -> None:
    async def twice(address):
        gather = Gather({Dns: Resolver([address], 0.3)}, 0.3)
        question = Dns("a.example")
        first = await gather.answer([question])
        return first[question], Resolver.known(gather._answerers[Dns], question)

    with server(lambda query: None) as (address, _):
        first, remembered = asyncio.run(twice(address))
    assert isinstance(first, TimedOut)
    assert remembered == first


@pytest.mark.parametrize("manner", [manner for manner in Manner if manner is not Manner.TRUNCATED])
def test_a_lying_server_ends_typed_and_in_time(manner: Manner) -> None:
    lies = {Manner.LISTED, Manner.BLOCKED, Manner.PARKED}
    with DnsServer({"a.test": {"A": ["127.0.0.2"]}}, manner) as lying:
        began = time.monotonic()
        patience = 9.0 if manner is Manner.HUGE else 0.5  # it takes that server a while
        (answer,) = ask(("127.0.0.1", lying.port), Dns("a.test"), timeout=patience)
        took = time.monotonic() - began
    if manner in lies:
        assert isinstance(answer, Found)
    else:
        assert isinstance(answer, TimedOut | Failed | Refused | Exceeded), answer
        assert isinstance(answer, Exceeded) is (manner is Manner.HUGE)
        assert took < 10


def test_a_silent_tcp_server_does_not_hold_a_truncated_answer_for_ever() -> None:
    """Who truncates by UDP and takes a connection by TCP, but says nothing on it."""

    def truncated(query):
        made = dns.message.make_response(query)
        made.flags |= dns.flags.TC
        return made

    with server(truncated, free_port()) as (address, _), socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
        (answer,) = ask(address, Dns("a.example"), timeout=0.3)
    assert isinstance(answer, TimedOut)


def test_the_shortest_ttl_of_an_alias_and_what_it_leads_to_counts() -> None:
    def alias(query):
        made = dns.message.make_response(query)
        made.answer.append(dns.rrset.from_text("a.example.", 1, "IN", "CNAME", "b.example."))
        made.answer.append(dns.rrset.from_text("b.example.", 600, "IN", "A", "127.0.0.2"))
        return made

    async def fetched(address):
        return await Resolver([address], 2.0).fetch(Dns("a.example"))

    with server(alias) as (address, _):
        assert asyncio.run(fetched(address)) == (Found(("127.0.0.2",)), 1.0)


def test_another_server_answers_for_one_that_is_silent_or_says_no() -> None:
    async def answered(*servers: DnsServer):
        resolver = Resolver([("127.0.0.1", server.port) for server in servers], 1.0)
        return await resolver.answer(Dns("a.test"))

    zone = {"a.test": {"A": ["127.0.0.2"]}}
    for manner in (Manner.SILENT, Manner.REFUSED, Manner.SERVFAIL, Manner.GARBAGE):
        with DnsServer(zone, manner) as bad, DnsServer(zone) as good:
            assert asyncio.run(answered(bad, good)) == Found(("127.0.0.2",)), manner


def test_while_no_server_answers_every_question_fails_at_once_and_none_is_asked(monkeypatch) -> None:
    monkeypatch.setattr("gatekeeper.lookups.name_server._SECONDS", 0.05)

    async def many(server: DnsServer):
        resolver = Resolver([("127.0.0.1", server.port)], 0.6)
        first = await resolver.answer(Dns("0.test"))
        await resolver.servers[0]._examining
        asked = len(server.queries)
        rest = [await resolver.answer(Dns(f"{n}.test")) for n in range(1, 200)]
        return first, rest, len(server.queries) - asked, resolver.known(Dns("7.test"))

    with DnsServer(manner=Manner.SILENT) as silent:
        first, rest, more, remembered = asyncio.run(many(silent))
    assert isinstance(first, TimedOut)
    assert all(isinstance(answer, TimedOut) for answer in rest)
    assert more == 0
    assert remembered is None, "nobody was asked, so there is nothing to remember"
