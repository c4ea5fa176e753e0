"""Lists of domains, hosts and mail addresses, asked of real DNS servers about what a message leads to."""

from hashlib import sha1
from typing import Any

import pytest

from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.rbldnsd import Rbldnsd

FRAUD = sha1(b"fraud@gmail.com", usedforsecurity=False).hexdigest()


def before(sink: Exchange, server: str, zones: str) -> Gateway:
    dns = f'[dns]\nservers = ["{server}"]\ntimeout = 0.4\n[checks.uribl]\nzones = [{zones}]\nscore = 4.0\n'
    return Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, dns)


def mail(body: bytes, more: bytes = b"") -> bytes:
    return b"From: ann@out.test\r\nTo: kim@example.org\r\nSubject: hello\r\n" + more + b"\r\n" + body + b"\r\n"


def findings(record: dict[str, Any]) -> list[dict[str, Any]]:
    (verdict,) = record["verdicts"].values()
    return [finding for finding in verdict["findings"] if "bl-" in finding["name"]]


def test_what_rbldnsd_lists_is_found_and_what_it_does_not_is_not(sink: Exchange) -> None:
    entries = [".bad.test", "4.4.8.8 :127.0.0.3:", FRAUD]
    with (
        Rbldnsd("uri.test", entries, "dnset") as lists,
        before(sink, lists.address, '"uri.test=127.0.0.[2..3]*2", "uri.test hosts", "uri.test sha1"') as gateway,
    ):
        sent = {
            "bad@out.test": mail(b"http://www.bad.test/x"),
            "good@out.test": mail(b"http://www.good.test/x and write to ann@out.test"),
            "ip@out.test": mail(b"http://0x08080404/"),
            "reply@out.test": mail(b"", b"Reply-To: <f.r.a.u.d@googlemail.com>\r\n"),
        }
        replies = {sender: send(gateway.port, content, sender=sender)[:3] for sender, content in sent.items()}
        found = {sender: findings(gateway.record(sender)) for sender in sent}
    assert replies == dict.fromkeys(sent, "250")
    assert {sender: [(f["name"], f["score"]) for f in all_of] for sender, all_of in found.items()} == {
        "bad@out.test": [("uribl-listed", 8.0), ("uribl-listed", 4.0)],
        "good@out.test": [],
        "ip@out.test": [("uribl-listed", 8.0), ("uribl-listed", 4.0)],
        "reply@out.test": [("hashbl-listed", 4.0)],
    }
    assert found["bad@out.test"][1]["evidence"] == "www.bad.test (127.0.0.2) listed at uri.test"


SAYS_NO = (Manner.BLOCKED, Manner.PARKED)


@pytest.mark.parametrize("manner", [manner for manner in Manner if manner is not Manner.LISTED])
def test_a_server_that_fails_or_lies_holds_nobody(sink: Exchange, manner: Manner) -> None:
    name = "bad.test.uri.test"
    with DnsServer({name: {"A": ["127.0.0.2"]}}) as dns:
        dns.manners[name] = manner
        with before(sink, dns.address, '"uri.test*3"') as gateway:
            assert send(gateway.port, mail(b"http://bad.test/")).startswith("250")
            found = findings(gateway.record())
    assert dns.asked(name)
    slugs = ["uribl-listed"] if manner is Manner.TRUNCATED else ["uribl-unanswered"] if manner in SAYS_NO else []
    assert [f["name"] for f in found] == slugs


def test_a_thousand_links_cost_sixty_questions(sink: Exchange) -> None:
    body = b"\r\n".join(b"http://h%d.test/" % n for n in range(1000))
    with (
        DnsServer({"h3.test.uri.test": {"A": ["127.0.0.2"]}}) as dns,
        before(sink, dns.address, '"uri.test"') as gateway,
    ):
        assert send(gateway.port, mail(body)).startswith("250")
        found = findings(gateway.record())
    assert sum(name.endswith(".test.uri.test") for name, _, _ in dns.queries) == 60
    assert [f["name"] for f in found] == ["uribl-listed", "uribl-unasked"]
