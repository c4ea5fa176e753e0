"""The resolver against a name server that answers as it is told to, over real sockets."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from gatekeeper.lookups.dns import Cache, Resolver
from gatekeeper.lookups.gather import Gather
from gatekeeper.values import Absent, Dns, Failed, Found, Refused, TimedOut


@contextmanager
def server(reply) -> Iterator[tuple[tuple[str, int], list[str]]]:
    """Answers each query with `reply(query)`; None is silence. Gives the address and the list of names asked."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

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


def test_the_cache_is_bounded_and_forgets_the_oldest() -> None:
    cache = Cache(2)
    for name in ("a", "b", "c"):
        cache.put(Dns(name), Absent(), 60)
    assert [cache.get(Dns(name)) for name in ("a", "b", "c")] == [None, Absent(), Absent()]


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
