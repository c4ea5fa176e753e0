"""Block lists asked of real DNS servers: what is listed is refused, and a server that fails or lies refuses nobody."""

import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.rbldnsd import Rbldnsd

LISTED, CLEAN = "127.0.0.66", "127.0.0.5"


def settings(server: str, zones: str = '"list.test=127.0.0.[2..11]*3"') -> str:
    dns = f'[dns]\nservers = ["{server}"]\ntimeout = 0.4\n'
    return f"{dns}[checks.dnsbl]\nzones = [{zones}]\nprivate = true\n"


def before(sink: Exchange, server: str) -> Gateway:
    return Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings(server))


def test_a_client_that_rbldnsd_lists_is_refused_and_another_is_not(sink: Exchange) -> None:
    with Rbldnsd("list.test", [LISTED]) as lists, before(sink, lists.address) as gateway:
        refused = send(gateway.port, ham(), source=LISTED)
        assert refused.startswith("550 5.7.1 ")
        assert "[dnsbl-listed]" in refused
        assert send(gateway.port, ham(), source=CLEAN).startswith("250")
        assert send(gateway.port, ham(), source=LISTED, to=["postmaster@example.org"]).startswith("250")
    assert [message.recipients[0] for message in sink.messages] == ["kim@example.org", "postmaster@example.org"]


@pytest.mark.parametrize("manner", [*Manner])
def test_a_server_that_fails_or_lies_refuses_nobody(sink: Exchange, manner: Manner) -> None:
    name = "66.0.0.127.list.test"
    with DnsServer({name: {"A": ["127.0.0.2"]}}) as dns:
        dns.manners[name] = manner
        with before(sink, dns.address) as gateway:
            reply = send(gateway.port, ham(), source=LISTED)
            record = gateway.record()
    assert dns.asked(name)
    if manner is Manner.TRUNCATED:  # no lie: the truth is to be had by TCP
        assert "[dnsbl-listed]" in reply
        assert (name, "A", "tcp") in dns.queries
    else:
        assert reply.startswith("250")
        (verdict,) = record["verdicts"].values()
        assert [finding["name"] for finding in verdict["findings"]] == ["dnsbl-unanswered"]


@pytest.mark.parametrize("answer", ["127.255.255.254", "192.0.2.1", "127.0.0.1", "127.0.0.99"])
def test_an_answer_that_is_no_listing_refuses_nobody(sink: Exchange, answer: str) -> None:
    with DnsServer({"66.0.0.127.list.test": {"A": [answer]}}) as dns, before(sink, dns.address) as gateway:
        assert send(gateway.port, ham(), source=LISTED).startswith("250")


def test_a_repeated_question_is_asked_once(sink: Exchange) -> None:
    with DnsServer({"66.0.0.127.list.test": {"A": ["127.0.0.2"]}}) as dns:
        with Gateway(
            {"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings(dns.address) + "[gateway]\nworkers = 1\n"
        ) as gateway:
            for _ in range(3):
                assert "[dnsbl-listed]" in send(gateway.port, ham(), source=LISTED)
        assert dns.asked("66.0.0.127.list.test") == 1
