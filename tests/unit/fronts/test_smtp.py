"""The proxy front on real sockets: what arrives, what is kept, who is judged, and clients that behave badly."""

import select
import socket
import struct
import threading
import time

import pytest

from gatekeeper.fronts import smtp_judged
from gatekeeper.values import Fate, Outcome
from tests.servers.raw import Raw

from .smtp_gateway import HAM, Proxy, loops


@pytest.fixture(params=loops())
def proxy(request, tmp_path):
    with Proxy(tmp_path, loop=loops()[request.param]) as proxy:
        yield proxy


def wait_until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def begin(client, *to, sender="ann@out.test"):
    """As far as 354."""
    replies = client.begin(*(to or ("kim@own.test",)), sender=sender)
    assert replies[-1].startswith("354"), replies


# what arrives


def test_the_message_arrives_with_our_lines_on_top_and_not_a_byte_less(proxy):
    content = b"From: a\r\nX-Odd:value \r\nSubject: caf\xe9\r\n\r\n.\r\n..\r\n\xff\x01\r\n"
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    assert proxy.send(stuffed).startswith("250")
    (message,) = proxy.hop.messages
    added, ours, rest = message.content.partition(b"From: a\r\n")
    assert ours + rest == content
    lines = added.replace(b"\r\n\t", b" ").decode().splitlines()
    assert [line.split(":")[0] for line in lines] == ["Received", "X-Gatekeeper-Id", "X-Spam-Status"]
    record = proxy.records()[0]
    assert lines[0].startswith(
        "Received: from raw.test ([127.0.0.1]) by mx.own.test with ESMTP id " + record.envelope.id
    )
    assert " for <kim@own.test>; " in lines[0]
    assert (message.sender, message.recipients) == ("ann@out.test", ("kim@own.test",))


def test_forged_lines_of_ours_go_and_are_written_down(proxy):
    forged = b"X-Spam-Flag: NO\r\nSubject: x\r\nx-gatekeeper-id: 1\r\n folded\r\n\r\nText\r\n"
    assert proxy.send(forged).startswith("250")
    assert proxy.hop.messages[0].content.endswith(b"\r\nSubject: x\r\n\r\nText\r\n")
    assert b"folded" not in proxy.hop.messages[0].content
    assert proxy.records()[0].notes == ("removed forged X-Spam-Flag: NO", "removed forged x-gatekeeper-id: 1 folded")


def test_tagged_mail_says_why_and_nobody_else_may(proxy):
    raw = b"Do: tag\r\nX-Gatekeeper-Why: because I say so\r\n" + HAM
    assert proxy.send(raw).startswith("250")
    header = proxy.hop.messages[0].content.partition(b"\r\n\r\n")[0].replace(b"\r\n\t", b" ")
    assert b"X-Gatekeeper-Why: wish-tag 7.0; would have passed if wish-tag had not been found\r\n" in header
    assert header.lower().count(b"x-gatekeeper-why:") == 1
    assert proxy.records()[0].notes == ("removed forged X-Gatekeeper-Why: because I say so",)


def test_results_under_our_name_go_and_those_of_others_stay(proxy):
    theirs = b"Authentication-Results: mx.else.test; dkim=pass\r\n"
    forged = b"Authentication-Results: (no) MX.own.test 1;\r\n dkim=pass header.d=bank.test\r\n"
    assert proxy.send(theirs + forged + theirs + HAM).startswith("250")
    assert proxy.hop.messages[0].content.endswith(theirs + theirs + HAM)
    assert b"bank.test" not in proxy.hop.messages[0].content
    assert [note.startswith("removed forged Authentication-Results") for note in proxy.records()[0].notes] == [True]


def test_the_record_tells_it_all(proxy):
    proxy.send(b"Do: ask\r\n" + HAM)
    (record,) = proxy.records()
    envelope = record.envelope
    assert (envelope.front, envelope.helo, envelope.protocol, envelope.trusted) == ("smtp", "raw.test", "ESMTP", False)
    assert envelope.client == envelope.peer
    assert (record.size, record.config) == (len(b"Do: ask\r\n" + HAM), "digest")
    assert len(record.sha256) == 64
    assert len(record.tape) == 1
    assert record.outcomes["kim@own.test"].fate is Fate.DELIVERED
    assert record.outcomes["kim@own.test"].hop == f"esmtp:[127.0.0.1]:{proxy.hop.port}"
    assert record.outcomes["kim@own.test"].reply.startswith("250 2.6.0 Queued")
    assert record.verdicts["kim@own.test"].reason == "clean"


def test_parameters_go_with_it(proxy):
    with proxy.client() as client:
        client.say(b"EHLO raw.test", b"MAIL FROM:<ann@out.test> BODY=8BITMIME RET=HDRS ENVID=x SIZE=10 SMTPUTF8")
        client.say("RCPT TO:<grüße@own.test> NOTIFY=FAILURE ORCPT=rfc822;kim@x".encode(), b"DATA")
        client.write(HAM + b".\r\n")
        assert client.reply().startswith("250")
    (message,) = proxy.hop.messages
    assert {"BODY=8BITMIME", "RET=HDRS", "ENVID=x", "SMTPUTF8"} <= set(message.mail_parameters.split())
    assert set(message.rcpt_parameters[0].split()) == {"NOTIFY=FAILURE", "ORCPT=rfc822;kim@x"}
    assert message.recipients == ("grüße@own.test",)
    assert b"with UTF8SMTP id" in message.content


def test_postmaster_without_a_domain_goes_to_the_first_domain(proxy):
    assert proxy.send(to=["Postmaster"]).startswith("250")
    assert proxy.hop.messages[0].recipients == ("Postmaster@own.test",)
    assert proxy.fates() == {"Postmaster": "delivered"}


def test_what_goes_nowhere_is_thrown_away_and_what_is_held_is_held_all_the_same(tmp_path):
    with Proxy(tmp_path, mailertable="other.test esmtp:[127.0.0.1]:{hop}\nown.test discard:\n") as proxy:
        assert proxy.send(to=["kim@own.test", "hold@own.test"]).startswith("250")
        assert proxy.fates() == {"kim@own.test": "discarded", "hold@own.test": "held"}
        assert proxy.records()[0].outcomes["kim@own.test"].hop == "discard:"
        assert proxy.send(b"Do: refuse\r\n" + HAM).startswith("550")
        assert not proxy.hop.messages


def test_fifty_hops_are_enough(proxy):
    hop = b"Received: from a by b; Thu, 1 Jan 1970 00:00:00 +0000\r\n"
    assert proxy.send(hop * 50 + HAM).startswith("250")
    assert proxy.send(hop * 51 + HAM).startswith("554 5.4.6 More than 50 Received lines: a loop [loop] (")
    assert proxy.records(2)[1].verdicts["kim@own.test"].reason == "loop"


def test_who_may_relay_is_in_the_access_map(tmp_path):
    with Proxy(tmp_path, mailertable=".\tesmtp:[127.0.0.1]:{hop}\n", access="Connect:127.0.0.5 RELAY\n") as proxy:
        assert proxy.send(to=["kim@far.test"]).startswith("550 5.7.1")
        assert proxy.send(to=["kim@far.test"], source="127.0.0.5").startswith("250")


def test_a_domain_that_anybody_may_relay_to_is_no_way_further(tmp_path):
    with Proxy(tmp_path, access="To:own.test RELAY\n") as proxy:
        assert proxy.send(to=["kim@own.test"]).startswith("250")
        assert proxy.send(to=["kim%far.test@own.test"]).startswith("550 5.7.1")


# what is kept


def test_a_refused_recipient_is_recorded_without_content(proxy):
    with proxy.client() as client:
        client.say(b"EHLO raw.test", b"MAIL FROM:<ann@out.test>", b"RCPT TO:<refuse@own.test>", b"RCPT TO:<a@far.test>")
        client.say(b"QUIT")
    (record,) = proxy.records()
    assert {address: verdict.reason for address, verdict in record.verdicts.items()} == {
        "refuse@own.test": "wish-refuse",
        "a@far.test": "relay-denied",
    }
    assert {outcome.fate for outcome in record.outcomes.values()} == {Fate.REFUSED}
    assert record.size == 0


def test_a_transaction_that_came_to_nothing_is_not_recorded(proxy):
    with proxy.client() as client:
        client.say(b"EHLO raw.test", b"MAIL FROM:<ann@out.test>", b"RCPT TO:<kim@own.test>", b"RSET", b"QUIT")
    assert proxy.records(0) == []


def test_a_hold_is_confirmed_once_the_client_has_been_told(proxy):
    assert proxy.send(b"Do: hold\r\n" + HAM).startswith("250")
    assert proxy.fates() == {"kim@own.test": "held"}
    (held,) = proxy.service.quarantine.find()
    assert held.outcomes["kim@own.test"].fate is Fate.HELD
    raw = proxy.service.quarantine.read(held.id)
    assert raw.startswith(b"Received: from raw.test")
    assert raw.endswith(b"Do: hold\r\n" + HAM)
    assert b"X-Gatekeeper-Reason: wish-hold\r\n" in raw
    assert b"X-Spam-" not in raw  # or it would go to Junk when it is released


def test_what_cannot_be_held_is_deferred(proxy, monkeypatch):
    def full(hold):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(proxy.service.quarantine, "hold", full)
    assert proxy.send(b"Do: hold\r\n" + HAM).startswith("451 4.3.0")
    assert proxy.fates() == {"kim@own.test": "refused"}


def test_a_hold_is_withdrawn_when_the_hop_refuses_the_rest(proxy):
    proxy.hop.behaviour.replies["dot"] = "554 5.6.0 not this"
    assert proxy.send(to=["hold@own.test", "kim@own.test"]).startswith("554 5.6.0")
    assert proxy.fates() == {"hold@own.test": "refused", "kim@own.test": "refused"}
    assert proxy.service.quarantine.find() == []


def test_a_failing_check_at_a_recipient_defers_it(proxy):
    assert proxy.send(to=["raise@own.test"])[:3] in ("451", "554")
    assert proxy.hop.messages == []


def test_a_large_message_takes_the_same_way(tmp_path):
    body = b"".join(b"%06d %s\r\n" % (number, b"x" * 90) for number in range(3000))
    with Proxy(tmp_path, {"smtp": {"limits": {"memory": 1000}}}) as proxy:
        assert proxy.send(b"Do: ask\r\n" + HAM + body).startswith("250")
        assert proxy.hop.messages[0].content.endswith(HAM + body)
        assert proxy.send(b"Do: hold\r\n" + HAM + body).startswith("250")
        assert proxy.records(2)[0].size == len(b"Do: ask\r\n" + HAM + body)
        wait_until(lambda: proxy.front._around.room.used == 0)


def test_room_for_bodies_is_limited(tmp_path):
    with Proxy(tmp_path, {"smtp": {"limits": {"in_flight": 1000}}}) as proxy, proxy.client() as client:
        *_, last = client.say(b"EHLO x", b"MAIL FROM:<> SIZE=1001", b"RCPT TO:<kim@own.test>", b"DATA")
        assert last.startswith("452 4.3.1")
        begin(client)
        client.write(HAM + b"x" * 1000 + b"\r\n.\r\n")
        assert client.reply().startswith("452 4.3.1")
        assert proxy.send().startswith("250")
        wait_until(lambda: proxy.front._around.room.used == 0)


# next hops


def test_a_hop_that_has_lost_an_extension_since_it_was_offered(tmp_path):
    with Proxy(tmp_path, {"relay": {"tls": "none", "idle": 0.05}}) as proxy, proxy.client() as client:
        client.say(b"EHLO raw.test", b"MAIL FROM:<ann@out.test> BODY=8BITMIME", b"RCPT TO:<kim@own.test>", b"DATA")
        proxy.hop.behaviour.extensions -= {"8BITMIME"}
        wait_until(lambda: proxy.hop.current == 0)
        client.write(HAM + b".\r\n")
        assert client.reply().startswith("554 5.6.3")


def test_nothing_is_offered_before_the_hop_was_probed(tmp_path):
    with Proxy(tmp_path, mailertable="") as proxy, proxy.client() as client:
        (reply,) = client.say(b"EHLO raw.test")
        assert reply.split("\n")[-1] == "250 CHUNKING"


def test_no_reply_of_the_hop_leaves_it_uncertain(tmp_path):
    with Proxy(tmp_path) as proxy:
        proxy.hop.behaviour.vanish.add("dot")
        assert proxy.send().startswith("451 4.4.2")
        assert proxy.fates() == {"kim@own.test": "uncertain"}


# who is judged


def judged(proxy, count=1):
    """Evidence of who was judged, in the last record."""
    record = proxy.records(count)[-1]
    (verdict,) = record.verdicts.values()
    return next(finding.evidence for finding in verdict.findings if finding.name == "who")


TRUSTED = {"gateway": {"trusted_networks": ["127.0.0.1", "10.0.0.0/8"]}}


def test_a_stranger_is_judged_himself(proxy):
    proxy.send(b"Received: from x ([192.0.2.1]) by y; z\r\n" + HAM)
    assert judged(proxy) == "- 127.0.0.1 helo=raw.test"


@pytest.mark.parametrize(("networks", "outbound"), [([], False), (["127.0.0.0/8"], True)])
def test_mail_of_our_own_goes_out(tmp_path, networks, outbound):
    with Proxy(tmp_path, {"gateway": {"own_networks": networks}}) as proxy:
        proxy.send(HAM)
        assert proxy.records()[0].envelope.outbound is outbound


def test_behind_a_trusted_hop_the_trace_tells(tmp_path):
    trace = b"Received: from m ([10.0.0.1]) by l; x\r\nReceived: from x (y.test [192.0.2.1]) by m; z\r\n"
    with Proxy(tmp_path, TRUSTED) as proxy:
        assert proxy.send(trace + HAM).startswith("250")
        assert judged(proxy) == "- 192.0.2.1 helo="
        assert proxy.records()[0].envelope.client.address == "192.0.2.1"
        assert proxy.records()[0].envelope.trusted


def test_behind_a_trusted_hop_that_names_nobody_nobody_is_judged(tmp_path):
    with Proxy(tmp_path, TRUSTED) as proxy:
        assert proxy.send().startswith("250")
        assert judged(proxy) == "nobody"
        assert proxy.records()[0].envelope.client is None


def test_a_trusted_hop_is_not_made_to_bounce(tmp_path):
    trace = b"Received: from x ([192.0.2.66]) by y; z\r\n"
    with Proxy(tmp_path, TRUSTED) as proxy:
        assert proxy.send(trace + HAM).startswith("250")
        assert proxy.fates() == {"kim@own.test": "held"}
        assert proxy.send(trace + HAM, source="127.0.0.2").startswith("250")
        assert proxy.fates(2) == {"kim@own.test": "delivered"}


def test_xforward_names_the_client_of_one_message(tmp_path):
    settings = {"smtp": {"xforward_networks": ["127.0.0.1"]}}
    with Proxy(tmp_path, settings) as proxy, proxy.client() as client:
        client.say(b"EHLO filter.test", b"XFORWARD NAME=c.test ADDR=192.0.2.9 HELO=c+2Etest")
        begin(client)
        client.write(HAM + b".\r\n")
        assert client.reply().startswith("250")
        # begin() says EHLO, which ends what XFORWARD said
        assert judged(proxy) == "- 127.0.0.1 helo=raw.test"
        message = b"MAIL FROM:<ann@out.test>", b"RCPT TO:<kim@own.test>", b"DATA"
        client.say(b"XFORWARD NAME=c.test ADDR=192.0.2.9 HELO=c+2Etest", *message)
        client.write(HAM + b".\r\n")
        assert client.reply().startswith("250")
        assert judged(proxy, 2) == "c.test 192.0.2.9 helo=c.test"
        assert proxy.records(2)[1].envelope.peer.address == "127.0.0.1"
        assert proxy.hop.messages[1].content.startswith(b"Received: from raw.test ([127.0.0.1])")
        client.say(*message)
        client.write(HAM + b".\r\n")
        assert client.reply().startswith("250")
        assert judged(proxy, 3) == "- 127.0.0.1 helo=raw.test"
        client.say(b"XFORWARD ADDR=192.0.2.9 HELO=[UNAVAILABLE]", *message)
        client.write(HAM + b".\r\n")
        assert client.reply().startswith("250")
        assert judged(proxy, 4) == "- 192.0.2.9 helo="  # what the filter before us called itself is not the client's


def test_xforward_of_a_trusted_client_leaves_it_to_the_trace(tmp_path):
    settings = TRUSTED | {"smtp": {"xforward_networks": ["127.0.0.1"]}}
    with Proxy(tmp_path, settings) as proxy, proxy.client() as client:
        for number, address in enumerate((b"10.0.0.7", b"[UNAVAILABLE]"), 1):
            client.say(b"EHLO filter.test", b"XFORWARD ADDR=" + address)
            client.say(b"MAIL FROM:<ann@out.test>", b"RCPT TO:<kim@own.test>", b"DATA")
            client.write(b"Received: from x ([192.0.2.1]) by y; z\r\n" + HAM + b".\r\n")
            assert client.reply().startswith("250")
            assert judged(proxy, number).split()[1] == "192.0.2.1"


def test_xclient_stands_for_another_client(tmp_path):
    with Proxy(tmp_path, TRUSTED | {"smtp": {"xclient_networks": ["127.0.0.1"]}}) as proxy, proxy.client() as client:
        client.say(b"EHLO lb.test", b"XCLIENT NAME=c.test ADDR=192.0.2.9 PORT=5")
        begin(client)
        client.write(HAM + b".\r\n")
        assert client.reply().startswith("250")
        assert judged(proxy) == "c.test 192.0.2.9 helo=raw.test"
        envelope = proxy.records()[0].envelope
        assert (envelope.peer.address, envelope.peer.port, envelope.trusted) == ("192.0.2.9", 5, False)
        assert proxy.hop.messages[0].content.startswith(b"Received: from raw.test (c.test [192.0.2.9])")


V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + socket.inet_aton("192.0.2.9") * 2 + struct.pack("!HH", 5, 25)
LOCAL = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"
PROXIED = {"smtp": {"proxy_networks": ["127.0.0.1"]}}


def raw_socket(proxy):
    return socket.create_connection(("127.0.0.1", proxy.port), 10)


@pytest.mark.parametrize(
    ("header", "address"),
    [(b"PROXY TCP4 192.0.2.9 127.0.0.1 5 25\r\n", "192.0.2.9"), (V2, "192.0.2.9"), (LOCAL, "127.0.0.1")],
)
def test_a_proxy_header_names_the_client(tmp_path, header, address):
    commands = b"EHLO c.test\r\nMAIL FROM:<>\r\nRCPT TO:<kim@own.test>\r\nDATA\r\n"
    with Proxy(tmp_path, PROXIED) as proxy, raw_socket(proxy) as client:
        for octet in header:
            client.send(bytes([octet]))
        lines = client.makefile("rb")
        assert lines.readline().startswith(b"220 ")
        client.sendall(commands)
        while not lines.readline().startswith(b"354"):
            pass
        client.sendall(HAM + b".\r\n")
        assert lines.readline().startswith(b"250")
        assert judged(proxy).split()[1] == address


def test_commands_may_come_with_the_proxy_header(tmp_path):
    with Proxy(tmp_path, PROXIED) as proxy, raw_socket(proxy) as client:
        client.sendall(b"PROXY TCP4 192.0.2.9 127.0.0.1 5 25\r\nQUIT\r\n")
        assert client.makefile("rb").read() == b"220 mx.own.test ESMTP gatekeeper\r\n221 2.0.0 Bye\r\n"


@pytest.mark.parametrize("start", [b"EHLO x\r\n", b"PROXY TCP4 1.2.3 1 2 3\r\n", b"\r\n\r\n\0\r\nQUIX...."])
def test_a_listed_balancer_must_send_the_header(tmp_path, start):
    with Proxy(tmp_path, PROXIED) as proxy, raw_socket(proxy) as client:
        client.sendall(start)
        assert client.recv(100) == b""
    assert proxy.front.sessions == 0


def test_nobody_else_may_send_the_header(proxy):
    with proxy.client() as client:
        assert client.say(b"PROXY TCP4 192.0.2.9 127.0.0.1 5 25")[0].startswith("500")


# clients that behave badly


def hang_up_hard(client):
    """Reset the connection."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@pytest.mark.parametrize("leave", [Raw.close, hang_up_hard])
def test_a_client_that_vanishes_in_mid_data_leaves_nothing(proxy, leave):
    client = proxy.client()
    begin(client)
    client.write(HAM * 100)
    wait_until(lambda: proxy.front._around.room.used > 0)
    leave(client)
    wait_until(lambda: proxy.front.sessions == 0)
    assert proxy.front._around.room.used == 0
    assert proxy.hop.messages == []
    assert proxy.records(0) == []


@pytest.mark.parametrize("leave", [Raw.close, hang_up_hard])
def test_nothing_is_sent_for_a_client_that_left_before_it_was_judged(proxy, leave):
    proxy.answers.delay = 0.3
    client = proxy.client()
    begin(client)
    client.write(b"Do: ask\r\n" + HAM + b".\r\n")
    leave(client)
    assert proxy.fates() == {"kim@own.test": "refused"}
    assert proxy.hop.messages == []


@pytest.mark.parametrize("leave", [Raw.close, hang_up_hard])
def test_a_message_on_its_way_is_unconfirmed_if_the_client_leaves(proxy, leave):
    proxy.hop.behaviour.delays["dot"] = 0.3
    client = proxy.client()
    begin(client)
    client.write(HAM + b".\r\n")
    wait_until(lambda: "DATA" in proxy.hop.verbs())
    leave(client)
    assert proxy.fates() == {"kim@own.test": "unconfirmed"}
    assert len(proxy.hop.messages) == 1


def test_a_hold_stays_unconfirmed_if_the_client_leaves(proxy, monkeypatch):
    hold = proxy.service.quarantine.hold
    client = proxy.client()

    def leave_first(held):
        hang_up_hard(client)
        time.sleep(0.2)
        hold(held)

    monkeypatch.setattr(proxy.service.quarantine, "hold", leave_first)
    begin(client)
    client.write(b"Do: hold\r\n" + HAM + b".\r\n")
    assert proxy.fates() == {"kim@own.test": "unconfirmed"}
    (held,) = proxy.service.quarantine.find()
    doubted = Outcome(Fate.UNCONFIRMED, reply="the client left before it read our reply")
    assert held.outcomes["kim@own.test"] == proxy.records()[0].outcomes["kim@own.test"] == doubted


def test_commands_behind_a_slow_answer_wait_their_turn(proxy):
    proxy.answers.delay = 0.2
    with proxy.client() as client:
        begin(client)
        client.write(b"Do: ask\r\n" + HAM + b".\r\nNOOP\r\nVRFY x\r\nQUIT\r\n")
        assert [client.reply()[:3] for _ in range(5)] == ["250", "250", "252", "221", ""]


def test_a_client_that_ends_its_side_still_reads_the_answers(proxy):
    with raw_socket(proxy) as client:
        client.sendall(b"EHLO x\r\nNOOP\r\nRCPT")
        client.shutdown(socket.SHUT_WR)
        received = client.makefile("rb").read().split(b"\r\n")
        assert received[-2].startswith(b"250 2.0.0")


def test_a_client_that_reads_nothing_is_read_no_further(tmp_path):
    with Proxy(tmp_path, {"smtp": {"limits": {"commands": 100_000_000}}}) as proxy:
        talk_to_the_wall(proxy)


def talk_to_the_wall(proxy):
    client = proxy.client()
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.socket.settimeout(0.5)  # seconds without progress, as sendall counts them: in all
    with pytest.raises(TimeoutError):
        client.write(b"VRFY x\r\n" * 10_000_000)
    hang_up_hard(client)
    wait_until(lambda: proxy.front.sessions == 0)


def test_silence_ends_the_session(tmp_path):
    with Proxy(tmp_path, {"smtp": {"limits": {"idle": 0.2}}}) as proxy, proxy.client() as client:
        assert client.reply() == "421 4.4.2 Timeout, closing connection"
        assert client.reply() == ""


def test_a_dripping_command_is_silence(tmp_path):
    with Proxy(tmp_path, {"smtp": {"limits": {"idle": 0.4}}}) as proxy, proxy.client() as client:
        while not select.select([client.socket], [], [], 0.1)[0]:
            client.write(b"x")
        assert client.reply().startswith("421 4.4.2")


def test_content_that_drips_is_no_silence_but_has_its_time(tmp_path):
    limits = {"idle": 0.3, "transaction": 0.8}
    with Proxy(tmp_path, {"smtp": {"limits": limits}}) as proxy, proxy.client() as client:
        begin(client)
        drops = 0
        while not (readable := select.select([client.socket], [], [], 0.1)[0]) and drops < 100:
            client.write(b"x")
            drops += 1
        assert readable
        assert client.reply().startswith("421 4.4.2")
        assert drops >= 4


def test_content_that_is_only_thrown_away_is_no_silence_either(tmp_path):
    limits = {"idle": 0.3, "size": 10}
    with Proxy(tmp_path, {"smtp": {"limits": limits}}) as proxy, proxy.client() as client:
        begin(client)
        for _ in range(10):
            client.write(HAM)
            assert not select.select([client.socket], [], [], 0.06)[0]
        client.write(b".\r\n")
        assert client.reply().startswith("552 5.3.4")


def test_while_we_are_busy_the_client_may_be_silent(tmp_path):
    with Proxy(tmp_path, {"smtp": {"limits": {"idle": 0.2}}}) as proxy:
        proxy.answers.delay = 0.6
        assert proxy.send(b"Do: ask\r\n" + HAM).startswith("250")


def test_a_question_without_an_answer_does_not_hold_the_reply_up(tmp_path):
    with Proxy(tmp_path, {"smtp": {"scan_timeout": 0.2}}) as proxy:
        proxy.answers.delay = 4.0
        assert proxy.send(b"Do: ask\r\n" + HAM).startswith("250")
        ((_, answer),) = proxy.records()[0].tape
        assert type(answer).__name__ == "TimedOut"


def test_too_many_sessions_are_turned_away(tmp_path):
    with Proxy(tmp_path, {"smtp": {"limits": {"sessions": 2}}}) as proxy, proxy.client(), proxy.client() as second:
        with proxy.client() as third:
            assert third.greeting.startswith("421 4.3.2")
            assert third.reply() == ""
        second.close()
        wait_until(lambda: proxy.front.sessions == 1)
        with proxy.client() as fourth:
            assert fourth.greeting.startswith("220")


# the end


def test_draining_ends_idle_sessions_and_finishes_the_others(tmp_path):
    with Proxy(tmp_path) as proxy, proxy.client() as idle, proxy.client() as busy:
        idle.say(b"EHLO x")
        begin(busy)
        proxy._loop.call_soon_threadsafe(proxy._stopping.set_result, 10.0)
        assert idle.reply().startswith("421 4.3.2")
        assert idle.reply() == ""
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", proxy.port), 0.2).recv(1)
        busy.write(HAM + b".\r\n")
        assert busy.reply().startswith("250")
        assert busy.reply().startswith("421 4.3.2")
        proxy._thread.join(10)
        assert not proxy._thread.is_alive()
    assert len(proxy.hop.messages) == 1


def test_what_is_not_finished_at_the_deadline_is_broken_off_and_called_uncertain(proxy):
    proxy.hop.behaviour.delays["dot"] = 5.0
    with proxy.client() as client, proxy.client() as typing:
        begin(typing)
        begin(client)
        client.write(HAM + b".\r\n")
        wait_until(lambda: "DATA" in proxy.hop.verbs())
        journal = proxy.service.journal
        close, journal.close = journal.close, lambda: None
        proxy.drain(0.1)
        assert client.reply() == ""
        assert typing.reply() == ""
        assert proxy.fates() == {"kim@own.test": "uncertain"}
        close()


def test_a_large_message_is_made_ready_in_a_thread_so_that_it_holds_up_nobody(tmp_path, monkeypatch):
    where, real = [], smtp_judged.edited
    monkeypatch.setattr(
        smtp_judged, "edited", lambda *a, **k: where.append(threading.current_thread().name) or real(*a, **k)
    )
    with Proxy(tmp_path, {"smtp": {"limits": {"memory": 1000}}}) as proxy:
        for content in (HAM, b"Do: hold\r\n" + HAM):
            where.clear()
            assert proxy.send(content).startswith("250")
            assert where == ["proxy"]
            where.clear()
            assert proxy.send(content + b"x\r\n" * 1000).startswith("250")
            assert where
            assert "proxy" not in where
