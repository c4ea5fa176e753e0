"""What spamc is answered, and what becomes of clients that are slow, greedy, or gone."""

import re
import threading
import time
import zlib
from contextlib import ExitStack

import pytest

from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Action, Fate, Label, Stage
from tests.unit.fronts import scand_gateway
from tests.unit.fronts.scand_gateway import Judge, read, request

HAM = b"From: a@out.test\r\nSubject: hello\r\n\r\nText\r\n"
TAG = b"Do: tag\r\n" + HAM  # weighs 7 points
CHANGED = b"Do: strip\r\n" + HAM


@pytest.fixture
def judge(tmp_path):
    with Judge(tmp_path) as judge:
        yield judge


def body(reply):
    return reply.partition(b"\r\n\r\n")[2]


# answers


def test_check(judge):
    assert judge.ask(request("CHECK", HAM)) == b"SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.0 / 5.0\r\n\r\n"
    assert judge.ask(request("CHECK", TAG)) == b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.0 / 5.0\r\n\r\n"


def test_a_client_need_not_close_its_half(judge):
    assert b"True" in judge.ask(request("CHECK", TAG), half_close=False)


def test_in_pieces(judge):
    whole = request("CHECK", TAG)
    assert b"True" in judge.ask(*(whole[n : n + 1] for n in range(len(whole))))


def test_ping_and_skip(judge):
    assert judge.ask(b"PING SPAMC/1.5\r\n\r\n", half_close=False) == b"SPAMD/1.5 0 PONG\r\n"
    assert judge.ask(b"SKIP SPAMC/1.5\r\n\r\n", half_close=False) == b""


@pytest.mark.parametrize(("version", "end"), [("1.5", b"WHO,WISH_TAG"), ("1.2", b"WHO,WISH_TAG\r\n")])
def test_symbols(judge, version, end):
    assert body(judge.ask(request("SYMBOLS", TAG, version=version))) == end


def test_report(judge):
    said = body(judge.ask(request("REPORT", TAG))).decode()
    assert "gatekeeper on mx.own.test" in said
    assert " 7.0 WISH_TAG" in said
    assert body(judge.ask(request("REPORT_IFSPAM", TAG))) != b""
    assert judge.ask(request("REPORT_IFSPAM", HAM)).endswith(b"Content-length: 0\r\nSpam: No ; 0.0 / 5.0\r\n\r\n")


@pytest.mark.parametrize("message", [TAG, TAG.replace(b"\r\n", b"\n"), b"From a Thu\n" + HAM.replace(b"\r\n", b"\n")])
def test_process_puts_lines_in_and_headers_shows_their_part(judge, message):
    whole = body(judge.ask(request("PROCESS", message)))
    head = body(judge.ask(request("HEADERS", message)))
    own = re.compile(rb"^X-[\w-]+: .*\n(?:\t.*\n)*", re.MULTILINE)
    assert own.sub(b"", whole) == message
    assert own.sub(b"", head) == message[: len(message) - len(b"Text\n" if b"\r" not in message else b"Text\r\n")]
    assert (b"\r\n" in whole) is (b"\r\n" in message)


def test_what_is_judged_has_the_line_ends_of_smtp(tmp_path, monkeypatch):
    """Or no signature would hold: they are made of those."""
    seen = []
    look = {Stage.HEADER: {"look": lambda mail: seen.append(bytes(mail.message.raw)) or []}}
    monkeypatch.setattr(scand_gateway, "CHECKS", look)
    with Judge(tmp_path) as judge:
        judge.ask(request("CHECK", HAM.replace(b"\r\n", b"\n")))
    assert seen == [HAM]


def test_a_length_counts_the_bytes(judge):
    reply = judge.ask(request("PROCESS", TAG))
    assert int(re.search(rb"Content-length: (\d+)", reply)[1]) == len(body(reply))


def test_forged_lines_are_taken_out_and_told(judge):
    back = body(judge.ask(request("PROCESS", b"X-Spam-Flag: NO\r\nX-Gatekeeper-Id: 1\r\n" + HAM)))
    assert b"X-Spam-Flag" not in back
    assert back.count(b"X-Gatekeeper-Id:") == 1
    (record,) = judge.records()
    assert [note.partition(":")[0] for note in record.notes] == [
        "removed forged X-Spam-Flag",
        "removed forged X-Gatekeeper-Id",
    ]


def test_nothing_else_is_changed_whatever_is_found(judge):
    back = body(judge.ask(request("PROCESS", CHANGED)))
    assert back.endswith(CHANGED)
    assert b"ATTACHMENT_STRIPPED" in back
    assert b"X-Gatekeeper-Reason" not in back
    (record,) = judge.records()
    assert next(iter(record.verdicts.values())).changes == ()


def test_zlib(judge):
    packed = zlib.compress(TAG)
    assert body(judge.ask(request("SYMBOLS", packed, "Compress: zlib"))) == b"WHO,WISH_TAG"


def test_a_large_message_is_judged_too(judge):
    assert b"True" in judge.ask(request("CHECK", TAG + b"text\r\n" * 100_000))


@pytest.mark.parametrize(("wish", "action"), [("refuse", Action.REJECT), ("hold", Action.QUARANTINE)])
def test_what_would_be_refused_or_held_is_spam(judge, wish, action):
    assert b"Spam: True" in judge.ask(request("CHECK", f"Do: {wish}\r\n".encode() + HAM, "User: kim@own.test"))
    (record,) = judge.records()
    assert record.verdicts["kim@own.test"].action is action
    assert record.outcomes["kim@own.test"].fate is Fate.HANDED_OVER
    assert list(judge.service.quarantine.find()) == []


@pytest.mark.parametrize("wish", ["defer", "raise"])
def test_what_cannot_be_judged_is_not_said_to_be_clean(judge, wish):
    reply = judge.ask(request("CHECK", f"Do: {wish}\r\n".encode() + HAM))
    assert reply.startswith(b"SPAMD/1.0 75 Try again later: it could not be judged [")
    (record,) = judge.records()
    assert record.outcomes["nobody"].fate is Fate.REFUSED


def test_who_asks_is_no_client_of_smtp(judge):
    judge.ask(request("CHECK", HAM, "User: kim@own.test"))
    (record,) = judge.records()
    assert (record.envelope.front, record.envelope.client, record.envelope.peer.address) == ("scand", None, "127.0.0.1")
    assert record.size == len(HAM)


def test_one_user_has_the_settings_of_their_domain(tmp_path):
    with Judge(tmp_path) as judge:
        assert b"Spam: True" in judge.ask(request("CHECK", HAM, "User: hold@own.test"))
        assert b"Spam: False" in judge.ask(request("CHECK", HAM))


# teaching


def test_tell(tmp_path):
    told = []
    with Judge(tmp_path, {}, lambda *said: told.append(said) or len(told) != 2) as judge:
        learn = ("User: joe", "Message-class: spam", "Set: local")
        assert judge.ask(request("TELL", HAM, *learn)) == b"SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\n\r\n\r\n"
        assert judge.ask(request("TELL", HAM, *learn)) == b"SPAMD/1.1 0 EX_OK\r\n\r\n\r\n"
        assert b"DidRemove: local\r\n" in judge.ask(request("TELL", HAM, "Remove: local, remote"))
        assert b"0 EX_OK\r\n\r\n" in judge.ask(request("TELL", HAM, "Message-class: spam", "Set: remote"))
    assert told == [(HAM, Label.SPAM, "joe"), (HAM, Label.SPAM, "joe"), (HAM, None, "nobody")]


@pytest.mark.parametrize(
    "lines",
    [("Set: local",), ("Set: local", "Remove: local", "Message-class: ham"), ("Set: local", "Message-class: x")],
)
def test_what_tell_cannot_mean(tmp_path, lines):
    with Judge(tmp_path, {}, lambda *_: pytest.fail("taught")) as judge:
        assert judge.ask(request("TELL", HAM, *lines)).startswith(b"SPAMD/1.0 76 ")


def test_nobody_teaches_here(judge):
    reply = judge.ask(request("TELL", HAM, "Message-class: spam", "Set: local"))
    assert reply == b"SPAMD/1.0 69 Service Unavailable: TELL is not allowed here, set scand.allow_tell\r\n"


def test_who_teaches_holds_up_nobody_who_asks(tmp_path):
    going, running = threading.Event(), []

    def teach(*_):
        running.append(1)
        assert going.wait(20)
        return True

    tell = request("TELL", HAM, "Message-class: spam", "Set: local")
    with Judge(tmp_path, {}, teach) as judge, ExitStack() as stack:
        tellers = [stack.enter_context(judge.connect()) for _ in range(20)]
        for teller in tellers:
            teller.sendall(tell)
        seen(judge, 20)
        until(lambda: running)
        assert b"Spam: True" in judge.ask(request("CHECK", TAG + b"text\r\n" * 100_000))
        assert running == [1]
        going.set()
        assert all(b"DidSet" in read(teller) for teller in tellers)


@pytest.mark.parametrize(
    ("error", "code"), [(StoreError("/x", "disk full", "free some"), b"75"), (RuntimeError("no"), b"70")]
)
def test_what_goes_wrong_is_told_and_is_in_the_log(tmp_path, caplog, error, code):
    def teach(*_):
        raise error

    with Judge(tmp_path, {}, teach) as judge:
        reply = judge.ask(request("TELL", HAM, "Message-class: spam", "Set: local"))
    assert reply.split()[1] == code
    assert str(error) not in reply.decode()
    assert any(record.levelname == "ERROR" for record in caplog.records)


# bounds


def test_too_much(tmp_path):
    with Judge(tmp_path, {"limits": {"size": 1000}}) as judge:
        assert b" 69 " in judge.ask(request("CHECK", b"x" * 1001))
        assert b" 69 " in judge.ask(b"CHECK SPAMC/1.5\r\n\r\n" + b"x" * 30_000_000)  # all of which it is let to send
        assert b" 69 " in judge.ask(request("CHECK", zlib.compress(b"x" * 1001), "Compress: zlib"))
        assert b" 0 EX_OK" in judge.ask(request("CHECK", b"x" * 1000))


def test_too_slow(tmp_path):
    with Judge(tmp_path, {"limits": {"request": 0.2}}) as judge, judge.connect() as slow:
        slow.sendall(b"CHECK SPAMC/1.5\r\n")
        assert read(slow) == b"SPAMD/1.0 79 Timeout: no whole request in 0.2 seconds\r\n"


def test_too_many(tmp_path):
    with Judge(tmp_path, {"limits": {"sessions": 1}}) as judge, judge.connect() as first:
        first.sendall(b"CHECK SPAMC/1.5\r\n")
        seen(judge, 1)
        assert judge.ask() == b"SPAMD/1.0 75 Try again later: too many sessions\r\n"
        first.sendall(request("CHECK", TAG).partition(b"\r\n")[2])
        assert b"Spam: True" in read(first)


def test_too_much_from_all_together(tmp_path):
    with Judge(tmp_path, {"limits": {"in_flight": 10_000}}) as judge, judge.connect() as first:
        first.sendall(request("CHECK", b"x" * 9000)[:-1])
        held(judge, 9000)
        assert b" 75 Try again later: too much mail" in judge.ask(request("CHECK", b"x" * 2000))
        first.sendall(b"x")
        assert b"SPAMD/1." in read(first)
        held(judge, 0, exactly=True)


def test_a_client_that_leaves_leaves_nothing_behind(judge):
    with judge.connect() as gone:
        gone.sendall(request("CHECK", HAM)[:-5])
        held(judge, 10)
    seen(judge, 0)
    held(judge, 0, exactly=True)
    assert b"0 EX_OK" in judge.ask(request("CHECK", HAM))


# the end


def test_who_has_begun_to_ask_is_answered_and_who_has_not_is_not_waited_for(judge):
    judge.answers.delay = 0.2
    with judge.connect() as asking, judge.connect():
        asking.sendall(request("CHECK", b"Do: ask\r\n" + TAG))
        seen(judge, 2)
        time.sleep(0.05)
        judge.drain(30.0)
        assert b"Spam: True" in read(asking)


def test_who_is_connected_when_others_take_over_may_ask_still(judge):
    with judge.connect() as early:
        seen(judge, 1)
        retired = judge.retire(30.0)
        time.sleep(0.1)
        assert not retired.done()
        early.sendall(request("CHECK", TAG))
        assert b"Spam: True" in read(early)
    retired.result(20)


@pytest.mark.parametrize("hurry", [True, False])
def test_who_says_nothing_is_sent_away_in_the_end(judge, hurry):
    with judge.connect() as silent:
        seen(judge, 1)
        retired = judge.retire(30.0 if hurry else 0.1)
        if hurry:
            judge.hurry()
        retired.result(20)
        judge.drain(30.0)
        assert hung_up(silent)


def test_patience_ends(judge):
    with judge.connect() as slow:
        slow.sendall(b"CHECK SPAMC/1.5\r\n")
        held(judge, 10)
        judge.drain(0.05)
        assert hung_up(slow)


def hung_up(connection):
    """Whether the other side has gone without a word."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


def seen(judge, count):
    """Wait until the front has so many sessions."""
    until(lambda: len(judge.front._sessions) == count)


def held(judge, octets, exactly=False):
    """Wait until it holds so much."""
    until(lambda: judge.front._room.used == octets if exactly else judge.front._room.used >= octets)


def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
