"""What a client calls itself and whom it says the mail is from, looked up through a real DNS server."""

from typing import Any

import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway

CHECKS = """\
[checks.helo]
resolve = true
private = true
[checks.sender_domain]
enabled = true
"""
ZONE = {
    "out.test": {"A": ["127.0.0.66"], "MX": ["10 mx.out.test."]},
    "mx.out.test": {"A": ["8.8.4.4"]},
    "null.test": {"MX": ["0 ."]},
    "inner.test": {"MX": ["10 mx.inner.test."]},
    "mx.inner.test": {"A": ["10.0.0.1"]},
}


def before(sink: Exchange, server: DnsServer) -> Gateway:
    dns = f'[dns]\nservers = ["{server.address}"]\ntimeout = 0.4\n'
    return Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, dns + CHECKS)


def found(record: dict[str, Any]) -> set[str]:
    (verdict,) = record["verdicts"].values()
    return {finding["name"] for finding in verdict["findings"]} - {"from-domain-missing"}


def test_each_name_is_held_against_dns(sink: Exchange) -> None:
    senders = {
        "ann@out.test": set(),
        "ann@null.test": {"sender-domain-null"},
        "ann@inner.test": {"sender-domain-unreachable"},
        "ann@gone.test": {"sender-domain-missing"},
        "ann@localhost": {"sender-domain-invalid"},
    }
    with DnsServer(ZONE) as dns, before(sink, dns) as gateway:
        for sender in senders:
            assert send(gateway.port, ham(), sender=sender, source="127.0.0.66").startswith("250")
        assert {sender: found(gateway.record(sender)) for sender in senders} == senders
        assert send(gateway.port, ham(), sender="eve@out.test").startswith("250")
        assert found(gateway.record("eve@out.test")) == {"helo-mismatch"}


def test_ten_thousand_authors_cost_three_domains(sink: Exchange) -> None:
    authors = b",\r\n ".join(b"a@d%d.test" % n for n in range(10_000))
    with DnsServer(ZONE) as dns, before(sink, dns) as gateway:
        assert send(gateway.port, b"From: " + authors + b"\r\nSubject: hello\r\n\r\nhello\r\n").startswith("250")
        assert "from-domain-many" in found(gateway.record())
    assert {name for name, _, _ in dns.queries if name.startswith("d")} == {"d0.test", "d1.test", "d2.test"}


@pytest.mark.parametrize("manner", [Manner.SILENT, Manner.SERVFAIL, Manner.REFUSED, Manner.GARBAGE, Manner.CNAME_LOOP])
def test_where_dns_does_not_answer_nothing_is_held_against_anybody(sink: Exchange, manner: Manner) -> None:
    with DnsServer(ZONE, manner) as dns, before(sink, dns) as gateway:
        assert send(gateway.port, ham()).startswith("250")
        slugs = found(gateway.record())
    assert dns.asked("out.test")
    assert {slug for slug in slugs if not slug.startswith("dns-")} == set()
