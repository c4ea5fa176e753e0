"""Block lists asked of real DNS servers: what is listed is refused, and a server that fails or lies refuses nobody."""

import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner, lists
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.rbldnsd import Rbldnsd

POINT = lists("list.test")
LISTED, CLEAN = "127.0.0.66", "127.0.0.5"


def settings(server: str, zones: str = '"list.test=127.0.0.[2..11]*3"') -> str:
    dns = f'[dns]\nservers = ["{server}"]\ntimeout = 0.4\n'
    return f"{dns}[checks.dnsbl]\nzones = [{zones}]\nprivate = true\n"


def before(sink: Exchange, server: str) -> Gateway:
    return Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings(server))


def test_the_refusal_carries_the_list_and_what_it_says(sink: Exchange) -> None:
    with (
        Rbldnsd("list.test", [f"{LISTED}:127.0.0.4:Seen by a trap, see $"]) as lists,
        before(sink, lists.address) as gate,
    ):
        refused = send(gate.port, ham(), source=LISTED)
    assert f"{LISTED} listed at list.test (127.0.0.4): Seen by a trap, see {LISTED} [dnsbl-listed]" in refused


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
    with DnsServer({**POINT, name: {"A": ["127.0.0.2"]}}) as dns:
        dns.manners[name] = manner
        with before(sink, dns.address) as gateway:
            reply = send(gateway.port, ham(), source=LISTED)
            record = gateway.record()
    assert dns.asked(name)
    (verdict,) = record["verdicts"].values()
    names = {finding["name"] for finding in verdict["findings"]}
    if manner in (Manner.TRUNCATED, Manner.LISTED):  # no lie: it is listed, and TCP has it all
        assert "[dnsbl-listed]" in reply
        assert manner is Manner.LISTED or (name, "A", "tcp") in dns.queries
    else:
        assert reply.startswith("250")
        assert names in ({"dnsbl-unanswered"}, {"dns-timeout"}, {"dns-down"}, {"dns-refused"}, {"dns-limit"})


@pytest.mark.parametrize("answer", ["127.255.255.254", "192.0.2.1", "127.0.0.1", "127.0.0.99"])
def test_an_answer_that_is_no_listing_refuses_nobody(sink: Exchange, answer: str) -> None:
    with DnsServer({**POINT, "66.0.0.127.list.test": {"A": [answer]}}) as dns, before(sink, dns.address) as gateway:
        assert send(gateway.port, ham(), source=LISTED).startswith("250")


def test_a_repeated_question_is_asked_once(sink: Exchange) -> None:
    with DnsServer({**POINT, "66.0.0.127.list.test": {"A": ["127.0.0.2"]}}) as dns:
        with Gateway(
            {"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings(dns.address) + "[gateway]\nworkers = 1\n"
        ) as gateway:
            for _ in range(3):
                assert "[dnsbl-listed]" in send(gateway.port, ham(), source=LISTED)
        assert [kind for name, kind, _ in dns.queries if name == "66.0.0.127.list.test"] == ["A", "TXT"]
