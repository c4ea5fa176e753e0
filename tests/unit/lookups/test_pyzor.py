"""Pyzor's client against a server that answers as it is told to, over real sockets."""

import asyncio
import email
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from gatekeeper.lookups import pyzor as module
from gatekeeper.lookups.pyzor import Servers
from gatekeeper.protocols.pyzor import Account, Op
from gatekeeper.tables import PyzorAccounts
from gatekeeper.values import Absent, Answer, Dns, Failed, Found, Pyzor, Refused, TimedOut

DIGEST = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
LOOPBACK = "127.0.0.1"

Replies = Callable[[dict[str, str], int], list[bytes]]
"""What is sent for a request, the first of which is number 1."""


class Server:
    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: list[dict[str, str]] = []


@contextmanager
def server(replies: Replies, port: int = 0) -> Iterator[Server]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((LOOPBACK, port))
        found = Server(listening.getsockname()[1])

        def serve() -> None:
            while True:
                data, peer = listening.recvfrom(9000)
                if data == b"stop":
                    return
                found.heard.append(dict(email.message_from_bytes(data).items()))
                for said in replies(found.heard[-1], len(found.heard)):
                    listening.sendto(said, peer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield found
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"stop", (LOOPBACK, found.port))
            thread.join()


def said(thread: object, code: int = 200, diag: str = "OK", counts: str = "Count: 12\nWL-Count: 3\n") -> bytes:
    return f"Code: {code}\nDiag: {diag}\nPV: 2.1\nThread: {thread}\n{counts}\n".encode()


def good(heard: dict[str, str], _number: int) -> list[bytes]:
    return [said(heard["Thread"])]


def silent(_heard: dict[str, str], _number: int) -> list[bytes]:
    return []


async def no_names(question: Dns) -> Answer:
    raise AssertionError(f"nobody should ask for {question.name}")


def servers(timeout: float = 5.0, accounts: PyzorAccounts = PyzorAccounts()) -> Servers:  # noqa: B008
    return Servers(no_names, accounts, timeout)


def ask(port: int, asked: Servers | None = None, host: str = LOOPBACK) -> Answer:
    return asyncio.run((asked or servers()).answer(Pyzor(DIGEST, host, port)))


def test_the_counts_of_a_digest() -> None:
    with server(good) as there:
        assert ask(there.port) == Found(("12", "3"))
    (heard,) = there.heard
    assert (heard["Op"], heard["Op-Digest"], heard["User"]) == ("check", DIGEST, "anonymous")


def test_a_report_is_told_as_such() -> None:
    with server(good) as there:
        told = servers().tell(LOOPBACK, there.port, Op.REPORT, DIGEST, "20,3,60,3")
        assert asyncio.run(told) == Found()
    assert (there.heard[0]["Op"], there.heard[0]["Op-Spec"]) == ("report", "20,3,60,3")


def test_who_has_an_account_uses_it_there_alone() -> None:
    with server(good) as there, server(good) as other:
        accounts = PyzorAccounts({(LOOPBACK, there.port): Account("joe", "0123abcd")})
        asked = servers(accounts=accounts)
        ask(there.port, asked), ask(other.port, asked)
    assert (there.heard[0]["User"], other.heard[0]["User"]) == ("joe", "anonymous")


def test_two_questions_bear_different_numbers() -> None:
    with server(good) as there:
        for _ in range(5):
            ask(there.port)
    assert len({heard["Thread"] for heard in there.heard}) > 1


def test_a_check_without_a_reply_is_sent_again() -> None:
    with server(lambda heard, number: [said(heard["Thread"])] if number == 2 else []) as there:
        assert ask(there.port, servers(timeout=0.6)) == Found(("12", "3"))
    assert there.heard[0] == there.heard[1]


def test_a_report_without_a_reply_is_not_sent_again() -> None:
    with server(silent) as there:
        told = asyncio.run(servers(timeout=0.3).tell(LOOPBACK, there.port, Op.REPORT, DIGEST))
    assert isinstance(told, TimedOut)
    assert len(there.heard) == 1


def test_silence_is_a_time_out() -> None:
    with server(silent) as there:
        assert ask(there.port, servers(timeout=0.2)) == TimedOut("127.0.0.1: 0.2 s")


def test_a_port_where_nobody_listens_is_known_at_once() -> None:
    with server(silent) as there:
        pass
    assert ask(there.port, servers(timeout=60.0)) == Failed("127.0.0.1: Connection refused")


@pytest.mark.parametrize(
    ("code", "diag", "counts", "answer"),
    [
        (401, "Unauthorized: Unknown user.", "", Refused("401 Unauthorized: Unknown user.")),
        (403, "Forbidden", "", Refused("403 Forbidden")),
        (500, "Internal Server Error", "", Failed("500 Internal Server Error")),
        (505, "Version", "", Failed("505 Version")),
        (200, "OK", "", Failed("a reply without counts")),
        (200, "OK", "Count: 1\n", Failed("a reply without counts")),
        (200, "OK", "Count: many\nWL-Count: 0\n", Failed("a reply without counts")),
        (200, "OK", "Count: -1\nWL-Count: 0\n", Failed("a reply without counts")),
    ],
)
def test_what_is_no_answer_is_a_failure_by_its_kind(code: int, diag: str, counts: str, answer: Answer) -> None:
    with server(lambda heard, _: [said(heard["Thread"], code, diag, counts)]) as there:
        assert ask(there.port) == answer


def test_what_does_not_bear_our_number_is_passed_over() -> None:
    def lying(heard: dict[str, str], _number: int) -> list[bytes]:
        other = int(heard["Thread"]) ^ 1
        return [
            b"",
            b"\xff" * 8000,
            said(other, counts="Count: 99\nWL-Count: 0\n"),
            said("None"),
            said(heard["Thread"]),
        ]

    with server(lying) as there:
        assert ask(there.port) == Found(("12", "3"))


def test_nothing_but_lies_is_a_time_out() -> None:
    with server(lambda heard, _: [said(int(heard["Thread"]) ^ 1)] * 50) as there:
        assert isinstance(ask(there.port, servers(timeout=0.3)), TimedOut)


def test_the_first_of_two_replies_counts() -> None:
    with server(lambda heard, _: [said(heard["Thread"]), said(heard["Thread"], 500)]) as there:
        assert ask(there.port) == Found(("12", "3"))


def test_a_second_reply_is_no_mistake_of_ours() -> None:
    async def hear() -> int:
        hearing = module._Hearing(4711)
        for code in (200, 500):
            hearing.datagram_received(said(4711, code), (LOOPBACK, 1))
        hearing.error_received(OSError("late"))
        return (await hearing.heard).code

    assert asyncio.run(hear()) == 200


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ({"A": Found((LOOPBACK,))}, Found(("12", "3"))),
        ({"A": Absent(), "AAAA": Absent()}, Failed("pyzor.test has no address")),
        ({"A": TimedOut("3 s")}, TimedOut("3 s")),
        ({"A": Refused("no")}, Refused("no")),
    ],
)
def test_a_server_may_be_named(records: dict[str, Answer], answer: Answer) -> None:
    async def look_up(question: Dns) -> Answer:
        assert question.name == "pyzor.test"
        return records[question.kind]

    with server(good) as there:
        assert ask(there.port, Servers(look_up, PyzorAccounts()), "pyzor.test") == answer


def test_nothing_is_remembered() -> None:
    assert servers().known(Pyzor(DIGEST, LOOPBACK, 1)) is None


def test_a_server_that_is_gone_is_left_alone_and_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, now = servers(), [1000.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0], time=time.time))
    with server(good) as there:
        port = there.port
    assert {ask(port, asked) for _ in range(5)} == {Failed("127.0.0.1: Connection refused")}
    assert ask(port, asked) == Failed("127.0.0.1: left alone, it did not answer several times")
    with server(good, port) as there:
        assert isinstance(ask(port, asked), Failed)
        assert there.heard == []
        now[0] += 10
        assert [ask(port, asked) for _ in range(2)] == [Found(("12", "3"))] * 2


def test_one_that_refuses_is_there() -> None:
    asked = servers()
    with server(lambda heard, _: [said(heard["Thread"], 403, "Forbidden")]) as there:
        assert [ask(there.port, asked) for _ in range(8)] == [Refused("403 Forbidden")] * 8


def test_another_server_is_asked_all_the_same() -> None:
    asked = servers()
    with server(good) as gone:
        pass
    with server(good) as there:
        for _ in range(6):
            ask(gone.port, asked)
        assert ask(there.port, asked) == Found(("12", "3"))
