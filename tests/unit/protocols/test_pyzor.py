"""What is sent is what Pyzor's own server verifies; what comes back may be anything."""

import email
import time
from random import Random

import pytest

from gatekeeper.protocols.pyzor import ANONYMOUS, LARGEST, THREADS, Account, Op, Reply, reply, request

DIGEST = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
GOOD = b"Code: 200\nDiag: OK\nPV: 2.1\nThread: 4711\nCount: 12\nWL-Count: 3\n\n"


def test_a_check_says_what_it_is_about() -> None:
    said = email.message_from_bytes(request(Op.CHECK, 4711, 1_700_000_000.9, DIGEST))
    assert said.items()[:-1] == [
        ("Op", "check"),
        ("Op-Digest", DIGEST),
        ("Thread", "4711"),
        ("PV", "2.1"),
        ("User", "anonymous"),
        ("Time", "1700000000"),
    ]
    assert said.keys()[-1] == "Sig"


def test_a_report_says_how_the_digest_was_made_too() -> None:
    said = email.message_from_bytes(request(Op.REPORT, 4711, 0, DIGEST, "20,3,60,3"))
    assert said["Op-Spec"] == "20,3,60,3"


def test_a_ping_has_no_digest() -> None:
    assert "Op-Digest" not in email.message_from_bytes(request(Op.PING, 4711, 0))


@pytest.mark.parametrize("account", [ANONYMOUS, Account("joe", "AbCdEf0123")])
def test_pyzor_itself_verifies_the_signature(account: Account) -> None:
    accounts = pytest.importorskip("pyzor.account", reason="Pyzor is not installed")
    said = email.message_from_bytes(request(Op.CHECK, 4711, time.time(), DIGEST, account=account))
    accounts.verify_signature(said, account.key)
    said = email.message_from_bytes(request(Op.CHECK, 4711, time.time(), DIGEST, account=account))
    with pytest.raises(Exception, match="Invalid signature"):
        accounts.verify_signature(said, "another key")


def test_a_request_is_what_pyzors_own_client_sends() -> None:
    messages = pytest.importorskip("pyzor.message", reason="Pyzor is not installed")
    real = messages.ReportRequest(DIGEST, [(20, 3), (60, 3)])
    real.init_for_sending()
    ours = email.message_from_bytes(request(Op.REPORT, int(real["Thread"]), 0, DIGEST, "20,3,60,3"))
    assert {key: ours[key] for key in real} == dict(real.items())


def test_a_reply_is_read() -> None:
    assert reply(GOOD) == Reply(4711, 200, "OK", 12, 3)
    assert reply(GOOD.replace(b"\n", b"\r\n")) == Reply(4711, 200, "OK", 12, 3)


def test_a_refusal_has_its_reason_and_no_counts() -> None:
    said = reply(b"Code: 403\nDiag: Forbidden: User is not authorized\nPV: 2.1\nThread: 4711\n\n")
    assert said == Reply(4711, 403, "Forbidden: User is not authorized")


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\n\n",
        b"hello",
        b"\xff" * 100,
        GOOD.replace(b"Thread: 4711", b""),
        GOOD.replace(b"4711", b"None"),
        GOOD.replace(b"4711", b"-1"),
        GOOD.replace(b"4711", "\uff14\uff17\uff11\uff11".encode()),
        GOOD.replace(b"200", b"OK"),
        GOOD.replace(b"200", b"9" * 20),
        GOOD.replace(b"PV: 2.1", b""),
        GOOD.replace(b"PV: 2.1", b"PV: 3.0"),
        GOOD + b"X: " + b"x" * LARGEST,
    ],
)
def test_what_is_no_reply_is_none(datagram: bytes) -> None:
    assert reply(datagram) is None


@pytest.mark.parametrize("count", [b"-1", b"many", b"9" * 4000, b"1e3", b"0x10", b""])
def test_a_count_that_is_no_number_is_none(count: bytes) -> None:
    said = reply(GOOD.replace(b"12", count))
    assert said is not None
    assert said.reports is None


def test_the_first_of_two_lines_of_one_name_counts() -> None:
    assert reply(GOOD + b"Count: 99\n") == Reply(4711, 200, "OK", 12, 3)


def test_a_reason_is_cut_and_shows_no_control_characters() -> None:
    said = reply(GOOD.replace(b"OK", b"\x1b[2J" + b"x" * 1000))
    assert said is not None
    assert said.diag == "?[2J" + "x" * 96


def test_junk_never_raises() -> None:
    random = Random(5)
    for _ in range(2000):
        datagram = bytearray(GOOD)
        for _ in range(random.randrange(8)):
            datagram[random.randrange(len(datagram))] = random.randrange(256)
        said = reply(bytes(datagram))
        assert said is None or said.thread >= 0


def test_threads_leave_out_those_of_a_servers_own_errors() -> None:
    assert (THREADS[0], THREADS[-1]) == (1024, 65535)
