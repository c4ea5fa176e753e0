"""The milter front as an MTA meets it: a real supervisor, real forked workers, real libmilter."""

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app.supervisor import ONE_WISH
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.hold import UNTOLD
from gatekeeper.stores.journal import Journal
from gatekeeper.values import Fate, Record
from gatekeeper.values import Outcome as Became
from tests.servers.milter_client import NO_REPLY, NO_STEP, MilterClient, Outcome
from tests.servers.room import free_port, wait_until

pytestmark = pytest.mark.milter
SCRIPT = Path(__file__).with_name("milter_gateway.py")
RAW = b"Received: from a\r\n\tby b\r\nSubject:  two spaces \r\nFrom: x\r\n\r\nbody \xff\r\n.\r\n"


class Gateway:
    def __init__(self, home: Path, **settings: object) -> None:
        self.home = home
        self.log = home / "log"
        self.settings = home / "settings.json"
        self.change(home=str(home), **{"socket": f"unix:{home}/milter.sock"} | settings)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, SCRIPT, self.settings], stderr=log)

    def change(self, **settings: object) -> None:
        self.now = getattr(self, "now", {}) | settings
        self.settings.write_text(json.dumps(self.now))

    @property
    def address(self) -> str | tuple[str, int]:
        text = str(self.now["socket"])
        if text.startswith("unix:"):
            return text.removeprefix("unix:")
        return "127.0.0.1", int(text.removeprefix("inet:").partition("@")[0])

    def client(self, **offer: int) -> MilterClient:
        return MilterClient(self.address, **offer)

    def said(self, text: str) -> bool:
        return text in self.log.read_text()

    def serving(self, generation: int) -> None:
        wait_until(lambda: self.said(f"event=serving generation={generation} "), f"generation {generation}")

    def reload(self, generation: int) -> None:
        self.process.send_signal(signal.SIGHUP)
        self.serving(generation)

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def records(self, count: int) -> list[Record]:
        journal = Journal(self.home / "journal.db")
        wait_until(lambda: len(journal.find()) >= count, f"{count} records")
        return journal.find()[::-1]


@contextlib.contextmanager
def running(home: Path, **settings: object) -> Iterator[Gateway]:
    gateway = Gateway(home, **settings)
    try:
        gateway.serving(1)
        yield gateway
    finally:
        gateway.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            gateway.process.wait(ONE_WISH + 0.1)
        gateway.process.send_signal(signal.SIGTERM)
        gateway.process.wait(30)
    assert "Traceback" not in gateway.log.read_text() or settings.get("accidents"), gateway.log.read_text()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """One for all tests that only send mail."""
    with running(tmp_path_factory.mktemp("milter"), count=2, accidents=True) as started:
        yield started


def wish(word: str, raw: bytes = RAW) -> bytes:
    return b"Do: " + word.encode() + b"\r\n" + raw


def test_negotiates_what_it_needs_and_no_more(gateway):
    client = gateway.client()
    # add headers, replace the body, add and delete recipients, change headers
    assert client.actions == 0x1 | 0x2 | 0x4 | 0x8 | 0x10
    for skipped in (b"T", b"U", b"N"):
        assert client.protocol & NO_STEP[skipped]
    for silent in (b"C", b"H", b"M", b"L", b"B"):
        assert client.protocol & NO_REPLY[silent]
        assert not client.protocol & NO_STEP[silent]
    assert not client.protocol & (NO_REPLY[b"R"] | NO_STEP[b"R"])
    assert client.protocol & 0x100000  # leading space
    client.quit()


def test_a_clean_message_keeps_every_byte(gateway):
    outcome = gateway.client().greet().message(RAW)
    assert outcome.answer.word == "continue"
    after = outcome.applied(RAW)
    assert after.endswith(RAW)
    ours = after.removesuffix(RAW).split(b"\r\n")
    assert ours[0].startswith(b"X-Gatekeeper-Id: ")
    assert ours[1].startswith(b"X-Spam-Status: No, score=0.0 ")


def test_an_mta_that_can_do_less_is_served_too(gateway):
    client = gateway.client(protocol=0x7F).greet()  # protocol 2: no silence, no leading space, no other steps
    assert client.protocol & ~0x7F == 0
    outcome = client.message(b"Subject: x\r\n folded\r\n\r\nbody\r\n")
    assert outcome.answer.word == "continue"
    assert b"X-Gatekeeper-Id: " in outcome.applied(b"Subject: x\r\n\r\n").replace(b"Id:", b"Id: ")


def test_forged_fields_go_and_ours_come(gateway):
    raw = b"X-Spam-Flag: NO\r\nA: b\r\nx-spam-flag: NO\r\nX-Gatekeeper-Id: mine\r\nX-SPAM-FLAG: NO\r\n" + RAW
    outcome = gateway.client().greet().message(wish("tag", raw))
    after = outcome.applied(wish("tag", raw))
    assert after.endswith(b"Do: tag\r\nA: b\r\n" + RAW)
    assert after.count(b"X-Spam-Flag: YES") == 1
    assert b": NO" not in after
    assert b"mine" not in after


def test_results_under_our_name_go_and_those_of_others_stay(gateway):
    theirs = b"Authentication-Results: mx.else.test; dkim=pass\r\n"
    forged = b"Authentication-Results: mx.example.org;\r\n dkim=pass header.d=bank.test\r\n"
    raw = theirs + forged + theirs + forged.replace(b"mx", b"MX") + RAW
    after = gateway.client().greet().message(wish("tag", raw)).applied(wish("tag", raw))
    assert after.endswith(b"Do: tag\r\n" + theirs + theirs + RAW)
    assert b"bank.test" not in after


ATTACHED = (
    b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n"
    b"--b\r\nContent-Type: application/x-dosexec; name=a.exe\r\n\r\nMZ...\r\n--b--\r\n"
)


def test_tagged_mail_says_why_and_nobody_else_may(gateway):
    raw = wish("tag", b"X-Gatekeeper-Why: because I say so\r\nSubject: x\r\n\r\nHello\r\n")
    client = gateway.client().greet()
    header = client.message(raw).applied(raw).partition(b"\r\n\r\n")[0].lower()
    client.quit()
    assert b"; would have passed if" in header
    assert header.count(b"x-gatekeeper-why:") == 1
    assert b"because i say so" not in header


def test_a_part_is_stripped_and_the_original_is_kept(gateway):
    raw = wish("strip", ATTACHED)
    client = gateway.client().greet()
    outcome = client.message(raw)
    assert outcome.answer.word == "continue"
    after = outcome.applied(raw)
    header, _, body = after.partition(b"\r\n\r\n")
    assert b"X-Gatekeeper-Reason: attachment-stripped" in header
    assert header.endswith(raw.partition(b"\r\n\r\n")[0])
    assert b"MZ..." not in body
    assert base64.b64encode(b"a.exe: removed (as it was wished)\r\n") in body
    client.quit()
    hold_id = header.split(b"X-Gatekeeper-Id: ")[1].split()[0].decode()
    quarantine = Quarantine(gateway.home / "quarantine")
    wait_until(lambda: "handed-over" in fates(quarantine, hold_id), "the MTA to be known to have it")
    assert quarantine.read(hold_id) == raw
    journal = Journal(gateway.home / "journal.db")
    wait_until(lambda: journal.get(hold_id) is not None, "the record")
    record = journal.get(hold_id)
    assert record is not None
    assert record.notes == ("1.2 a.exe: removed (as it was wished)",)
    assert [outcome.fate for outcome in record.outcomes.values()] == ["handed-over"]


def fates(quarantine: Quarantine, hold_id: str) -> list[str]:
    held = quarantine.get(hold_id)
    assert held is not None
    return [outcome.fate.value for outcome in held.outcomes.values()]


def test_a_message_that_is_one_attachment_is_renamed(gateway):
    raw = wish("rename", b"Subject: x\r\nContent-Type: a/b; name=a.exe\r\ncontent-TYPE: a/c\r\n\r\nMZ...\r\n")
    raw = raw.replace(b"content-TYPE: a/c\r\n", b"Content-Disposition: inline; filename=a.exe\r\n")
    outcome = gateway.client().greet().message(raw)
    assert outcome.answer.word == "continue"
    after = outcome.applied(raw)
    assert after.endswith(b"\r\n\r\nMZ...\r\n")
    assert after.lower().count(b"content-type:") == after.lower().count(b"content-disposition:") == 1
    assert after.count(b"a.exe") == after.count(b"a.exe.txt") == 2


def test_each_recipient_is_answered(gateway):
    client = gateway.client().greet()
    client.mail()
    answers = {local: client.rcpt(f"<{local}@example.org>") for local in ("refuse", "a", "defer", "hold", "raise")}
    assert answers["refuse"].text.startswith("550 5.7.1 Message refused [first-refuse] (")
    assert answers["defer"].text.startswith("451 4.7.1 Try again later [first-defer] (")
    assert answers["raise"].text.startswith("451 4.7.1 ")
    assert answers["a"].goes_on
    assert answers["hold"].goes_on
    outcome = client.content(RAW)
    assert outcome.answer.word == "continue"
    assert outcome.deleted == ["hold@example.org"]


@pytest.mark.parametrize(
    ("word", "answer", "text"),
    [
        ("refuse", "reply", "550 5.7.1 Message refused [first-refuse] ("),
        ("defer", "reply", "451 4.7.1 Try again later [first-defer] ("),
        ("raise", "reply", "451 4.7.1 Try again later"),
        ("table", "reply", "554 5.7.9 100% no [table] ("),
        ("hold", "discard", ""),
        ("discard", "discard", ""),
    ],
)
def test_one_answer_for_all(gateway, word, answer, text):
    outcome = gateway.client().greet().message(wish(word), ["a@example.org", "b@example.org"])
    assert outcome.answer.word == answer
    assert outcome.answer.text.startswith(text)
    assert outcome.edits == []


def test_a_hold_is_confirmed_when_the_mta_goes_on(tmp_path):
    with running(tmp_path) as gateway:
        client = gateway.client().greet()
        client.message(wish("hold"))
        held = Quarantine(tmp_path / "quarantine")
        (hold,) = held.find()
        assert hold.outcomes["a@example.org"].fate is Fate.UNCONFIRMED
        assert held.read(hold.id) == wish("hold")
        client.mail()
        wait_until(lambda: held.find()[0].outcomes["a@example.org"].fate is Fate.HELD, "the hold is confirmed")
        wait_until(lambda: gateway.records(1)[0].outcomes["a@example.org"].fate is Fate.HELD, "the journal knows")


@pytest.mark.parametrize("how", ["quit", "next"])
def test_confirmations_are_written_before_the_worker_ends(tmp_path, how):
    with running(tmp_path) as gateway:
        client = gateway.client().greet()
        client.message(wish("hold"))
        gateway.process.send_signal(signal.SIGTERM)
        client.quit() if how == "quit" else client.mail()
        client.socket.close()
        gateway.process.wait(30)
        (hold,) = Quarantine(tmp_path / "quarantine").find()
        assert hold.outcomes["a@example.org"].fate is Fate.HELD


def test_a_hold_of_a_worker_that_dies_stays_unconfirmed(tmp_path):
    with running(tmp_path) as gateway:
        client = gateway.client().greet()
        client.message(wish("hold"))
        os.kill(gateway.workers()[0], signal.SIGKILL)
        client.socket.close()
        (hold,) = Quarantine(tmp_path / "quarantine").find()
        assert hold.outcomes["a@example.org"] == Became(Fate.UNCONFIRMED, reply=UNTOLD)


def test_many_messages_on_one_connection(gateway):
    client = gateway.client().greet()
    for number in range(20):
        raw = b"N: %d\r\n" % number + RAW
        assert client.message(raw).applied(raw).endswith(raw)
        client.mail()
        client.rcpt("<a@example.org>")
        client.abort()


def test_c_may_call_back_whichever_thread_libmilter_takes(gateway):
    clients = [gateway.client().greet() for _ in range(20)]
    for client in clients:
        client.mail()
        client.rcpt("<a@example.org>")
    for client in reversed(clients):
        assert client.content(wish("sort")).answer.word == "continue"
        client.quit()


def test_a_large_message_is_spooled_and_whole(gateway):
    raw = RAW + b"0123456789abcdef\r\n" * 60_000
    outcome = gateway.client().greet().message(wish("hold", raw))
    assert outcome.answer.word == "discard"
    quarantine = Quarantine(gateway.home / "quarantine")
    newest = quarantine.find(limit=1)[0]
    assert quarantine.read(newest.id) == wish("hold", raw)


def test_eight_bits_in_every_place(gateway):
    client = gateway.client()
    client.connect("b\u00fccher.example", macros={"j": b"\xff\xfe", "client_name": b"\xff"})
    client.helo(b"\xff\xfe")
    client.mail(b"<\xfc@example.net>", "SMTPUTF8")
    assert client.rcpt(b"<\xff@example.org>").text == "501 5.1.3 Bad syntax of recipient address"
    assert client.rcpt("<hold.\u00fc@example.org>").goes_on
    assert client.rcpt("<hold@b\u00fccher.example>").goes_on
    outcome = client.content(b"Subject: \xff\xfe\r\n\r\n\xff\x00\r\n", {"i": b"\xff"})
    assert outcome.deleted == ["hold@b\u00fccher.example"]
    client.quit()
    wait_until(lambda: any(record.envelope.queue_id == "\udcff" for record in gateway.records(1)), "it is recorded")
    record = next(record for record in gateway.records(1) if record.envelope.queue_id == "\udcff")
    assert record.envelope.helo == "\udcff\udcfe"
    assert record.envelope.sender == "\udcfc@example.net"


def test_a_field_that_pymilter_cannot_name_defers_the_message(gateway):
    client = gateway.client().greet()
    client.mail()
    client.rcpt("<a@example.org>")
    client.header(b"X-\xff", b" hidden")
    assert client.content(RAW).answer.text.startswith("451 4.3.0 ")
    assert client.message(RAW).answer.word == "continue"  # the next one is not affected


def test_a_client_name_that_pymilter_cannot_read_defers(gateway):
    client = gateway.client()
    client.step(b"C", b"\xff\xfe\0" + b"4\x1f\x90192.0.2.1\0")
    client.helo()
    client.mail()
    assert client.rcpt("<a@example.org>").text.startswith("451 4.3.0 ")


def test_from_a_trusted_hop_the_origin_is_judged_at_the_end(tmp_path):
    with running(tmp_path, trusted=["192.0.2.7"]) as gateway:
        client = gateway.client().greet()
        outcome = client.message(b"Received: from x (bad [192.0.2.66]) by mx\r\n" + RAW)
        assert outcome.answer.word == "discard"  # not refused: the hop would bounce it to a forged sender
        assert client.message(b"Received: from x (good [192.0.2.99]) by mx\r\n" + RAW).answer.word == "continue"
        assert [record.envelope.client.address for record in gateway.records(2)] == ["192.0.2.66", "192.0.2.99"]


def test_a_bad_client_is_refused_at_rcpt(gateway):
    client = gateway.client().greet(address="192.0.2.66")
    client.mail()
    assert client.rcpt("<a@example.org>").text.startswith("550 5.7.1 Message refused:  192.0.2.66 40000"[:25])


def test_by_inet_socket(tmp_path):
    with running(tmp_path, socket=f"inet:{free_port()}@127.0.0.1", count=2) as gateway:
        old = gateway.client().greet()
        gateway.reload(2)
        assert old.message(RAW).applied(RAW).endswith(RAW)
        assert gateway.client().greet().message(RAW).answer.word == "continue"
        old.quit()
        wait_until(lambda: len(gateway.workers()) == 2, "the old workers have ended")


def test_both_workers_serve(gateway):
    clients = [gateway.client() for _ in range(40)]
    open_in = {pid: sockets(pid) for pid in gateway.workers()}
    assert min(open_in.values()) > 8, open_in
    for client in clients:
        client.quit()


def test_reload_lets_old_connections_go_on(tmp_path):
    with running(tmp_path, drain=60) as gateway:
        old = gateway.client().greet()
        old.mail()
        assert old.rcpt("<a@example.org>").goes_on
        gateway.change(word="second")
        gateway.reload(2)
        new = gateway.client().greet()
        assert "[second-refuse]" in new.message(wish("refuse")).answer.text
        assert old.content(RAW).applied(RAW).endswith(RAW)
        assert "[first-refuse]" in old.message(wish("refuse")).answer.text
        old.quit()
        wait_until(lambda: len(gateway.workers()) == 1, "the old worker has ended")
        assert "[second-refuse]" in new.message(wish("refuse")).answer.text


def test_no_connection_is_lost_over_many_reloads(tmp_path):
    with running(tmp_path, count=2) as gateway:
        for generation in range(2, 8):
            gateway.process.send_signal(signal.SIGHUP)
            while not gateway.said(f"event=serving generation={generation} "):
                client = gateway.client().greet()
                assert client.message(RAW).answer.word == "continue"
                client.quit()


def test_a_connection_that_has_not_spoken_yet_survives_a_reload(tmp_path):
    with running(tmp_path) as gateway:
        idle = sockets(gateway.workers()[0])
        silent = socket.socket(socket.AF_UNIX)
        silent.connect(gateway.address)
        wait_until(lambda: sockets(gateway.workers()[0]) > idle, "it was accepted")
        gateway.reload(2)
        late = object.__new__(MilterClient)
        late.socket, late._offer = silent, (0x1FF, 0x1FFFFF)
        late.negotiate()
        assert late.greet().message(RAW).answer.word == "continue"


def sockets(pid: int) -> int:
    """How many sockets a process has open."""
    return sum(str(link.readlink()).startswith("socket:") for link in Path(f"/proc/{pid}/fd").iterdir())


def test_sigterm_finishes_open_connections(tmp_path):
    with running(tmp_path, drain=60) as gateway:
        client = gateway.client().greet()
        client.mail()
        client.rcpt("<a@example.org>")
        gateway.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not Path(gateway.address).exists(), "the socket is gone")
        assert client.content(wish("hold")).answer.word == "discard"
        client.quit()
        assert gateway.process.wait(30) == 0
        (hold,) = Quarantine(tmp_path / "quarantine").find()
        assert hold.outcomes["a@example.org"].fate is Fate.HELD


def test_a_connection_that_lasts_too_long_is_ended(tmp_path):
    with running(tmp_path, drain=0.3) as gateway:
        client = gateway.client().greet()
        gateway.process.send_signal(signal.SIGTERM)
        assert gateway.process.wait(30) == 0
        assert gateway.said("1 connections of the MTA are ended")
        with pytest.raises((ConnectionError, BrokenPipeError)):
            client.message(RAW)


def test_a_killed_worker_is_replaced(tmp_path):
    with running(tmp_path) as gateway:
        client = gateway.client().greet()
        (victim,) = gateway.workers()
        os.kill(victim, signal.SIGKILL)
        with pytest.raises((ConnectionError, BrokenPipeError)):
            client.message(RAW)
        assert gateway.client().greet().message(RAW).answer.word == "continue"
        assert gateway.workers() != [victim]


def test_signals_do_not_reach_libmilter(tmp_path):
    with running(tmp_path) as gateway:
        client = gateway.client().greet()
        (worker,) = gateway.workers()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            os.kill(worker, number)
        time.sleep(0.2)
        assert client.message(RAW).answer.word == "continue"
        assert gateway.workers() == [worker]


def test_a_mistake_in_the_configuration_changes_nothing(tmp_path):
    with running(tmp_path) as gateway:
        client = gateway.client().greet()
        gateway.settings.write_text("{")
        gateway.process.send_signal(signal.SIGHUP)
        wait_until(lambda: gateway.said("settings.json:1: "), "the mistake is told")
        assert client.message(RAW).answer.word == "continue"
        assert gateway.client().greet().message(RAW).answer.word == "continue"


def test_garbage_on_the_socket_harms_nobody(gateway):
    client = gateway.client().greet()
    for garbage in (b"\xff" * 50, b"\0\0\0\0", b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\1O", b"\0\0\0\2Q"):
        with socket.socket(socket.AF_UNIX) as rude:
            rude.connect(gateway.address)
            rude.sendall(garbage)
    assert client.message(RAW).answer.word == "continue"


def test_an_mta_that_vanishes_harms_nobody(gateway):
    for steps in range(5):
        client = gateway.client().greet()
        if steps > 0:
            client.mail()
        if steps > 1:
            client.rcpt("<hold@example.org>")
        if steps > 2:
            client.header(b"Subject", b" x")
        if steps > 3:
            client.send(b"E")
        client.socket.close()
    outcome: Outcome = gateway.client().greet().message(RAW)
    assert outcome.answer.word == "continue"
