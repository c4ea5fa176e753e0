"""The real servers without gatekeeper: what they do by themselves is not gatekeeper's doing."""

import dns.exception
import dns.message
import dns.query
import dns.rcode
import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner
from tests.servers.exchange import Exchange
from tests.servers.postfix import Postfix
from tests.servers.rbldnsd import Rbldnsd
from tests.servers.room import LOOPBACK, wait_until
from tests.servers.sendmail import Sendmail
from tests.servers.swaks import swaks
from tests.system.arrival import without_added


def test_postfix_carries_a_message_byte_by_byte_behind_its_own_received_line(sink: Exchange) -> None:
    with Postfix(sink.port) as postfix:
        assert send(postfix.port, ham()).startswith("250 2.0.0")
        wait_until(lambda: sink.messages, "the message arrives")
        postfix.wait_empty()
    (message,) = sink.messages
    received, _, rest = message.content.partition(b"From: Ann")
    assert b"From: Ann" + rest == ham()
    assert received.startswith(b"Received: from out.test (localhost [127.0.0.1])\r\n\tby mx.postfix.test (Postfix)")
    assert (message.sender, message.recipients) == ("ann@out.test", ("kim@example.org",))


def test_postfix_runs_smtpd_in_its_chroot_and_is_no_open_relay(sink: Exchange) -> None:
    with Postfix(sink.port) as postfix:
        assert (postfix.queue / "etc/resolv.conf").exists()
        assert send(postfix.port, ham(), to=["kim@elsewhere.test"]).startswith("554 5.7.1")


def test_sendmail_carries_a_message_by_its_mailertable(sink: Exchange) -> None:
    with Sendmail(sink.port, {"example.org": "esmtp:[127.0.0.1]", "shut.test": "error:5.7.1:550 not here"}) as sendmail:
        assert send(sendmail.port, ham()).startswith("250 2.0.0")
        assert send(sendmail.port, ham(), to=["kim@shut.test"]).startswith("550 5.7.1 <kim@shut.test>... not here")
        sendmail.wait_empty()
    (message,) = sink.messages
    assert message.content.startswith(b"Received: from out.test (localhost [127.0.0.1])\r\n\tby mx.sendmail.test")
    assert without_added(message.content) == ham()


def test_swaks_tells_what_the_server_said(sink: Exchange) -> None:
    sink.behaviour.replies["dot"] = ["250 2.6.0 taken", "550 5.7.1 not taken"]
    assert swaks(sink.port, ham()).final == "250 2.6.0 taken"
    refused = swaks(sink.port, ham())
    assert refused.final == "550 5.7.1 not taken"
    assert refused.status != 0
    assert sink.messages[0].content == ham()


def test_rbldnsd_lists_addresses() -> None:
    with Rbldnsd("list.test", ["192.0.2.66"]) as lists:
        query = dns.message.make_query("66.2.0.192.list.test", "A")
        answer = dns.query.udp(query, LOOPBACK, timeout=5, port=lists.port)
    assert answer.answer[0][0].to_text() == "127.0.0.2"


def test_the_dns_server_tells_the_truth_by_udp_and_tcp() -> None:
    with DnsServer({"own.test": {"MX": ["10 mx.own.test."]}, "mx.own.test": {"A": ["127.0.0.1"]}}) as server:
        mx = dns.message.make_query("own.test", "MX")
        for ask in (dns.query.udp, dns.query.tcp):
            assert ask(mx, LOOPBACK, timeout=5, port=server.port).answer[0][0].to_text() == "10 mx.own.test."
        nothing = dns.query.udp(dns.message.make_query("own.test", "A"), LOOPBACK, timeout=5, port=server.port)
        absent = dns.query.udp(dns.message.make_query("not.own.test", "A"), LOOPBACK, timeout=5, port=server.port)
    assert (nothing.rcode(), nothing.answer) == (dns.rcode.NOERROR, [])
    assert absent.rcode() == dns.rcode.NXDOMAIN
    assert server.queries[:2] == [("own.test", "MX", "udp"), ("own.test", "MX", "tcp")]


@pytest.mark.parametrize("manner", Manner)
def test_the_dns_server_misbehaves_as_told(manner: Manner) -> None:
    with DnsServer({"own.test": {"A": ["127.0.0.9"]}}, manner) as server:
        query = dns.message.make_query("own.test", "A")
        try:
            answer = dns.query.udp(query, LOOPBACK, timeout=0.3, port=server.port)
        except dns.exception.DNSException:
            assert manner in (Manner.SILENT, Manner.WRONG_ID, Manner.WRONG_NAME, Manner.GARBAGE)
        else:
            empty = (Manner.SERVFAIL, Manner.REFUSED, Manner.TRUNCATED, Manner.HUGE)
            told = {Manner.LISTED: "127.0.0.2", Manner.BLOCKED: "127.255.255.254", Manner.PARKED: "192.0.2.80"}
            assert manner in empty or manner in told or manner is Manner.CNAME_LOOP
            records = [str(record) for rrset in answer.answer for record in rrset]
            loop = ["loop.test.", "own.test."] if manner is Manner.CNAME_LOOP else []
            assert records == ([told[manner]] if manner in told else loop)
    assert server.asked("own.test") == 1
