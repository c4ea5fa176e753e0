"""The name of a client that nobody has told, found out through a real DNS server: what the access map and the checks
make of it, and what they make of it when DNS does not answer.
"""

from typing import Any

import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway

NAMED, NAMELESS, LIAR = "127.0.0.66", "127.0.0.67", "127.0.0.68"
ZONE = {
    "66.0.0.127.in-addr.arpa": {"PTR": ["mx.partner.test."]},
    "mx.partner.test": {"A": [NAMED]},
    "68.0.0.127.in-addr.arpa": {"PTR": ["mx.partner.test."]},
}


def before(sink: Exchange, server: DnsServer, tmp_path: Any, access: str, settings: str = "") -> Gateway:
    (tmp_path / "access").write_text(access)
    tmp_path.chmod(0o755)
    text = f'[dns]\nservers = ["{server.address}"]\ntimeout = 0.4\n[tables]\naccess = "{tmp_path}/access"\n{settings}'
    return Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, text)


def test_an_entry_for_a_name_holds_for_the_client_that_has_it_and_not_for_one_that_claims_it(
    sink: Exchange, tmp_path: Any
) -> None:
    with DnsServer(ZONE) as dns, before(sink, dns, tmp_path, "Connect:partner.test ERROR:5.7.1:550 not you\n") as gate:
        assert send(gate.port, ham(), source=NAMED).startswith("550 5.7.1 not you")
        assert send(gate.port, ham(), source=LIAR).startswith("250")
        assert send(gate.port, ham(), source=NAMELESS).startswith("250")


def test_who_may_send_anywhere_by_name_may(sink: Exchange, tmp_path: Any) -> None:
    away = {"to": ["kim@elsewhere.test"]}
    with DnsServer(ZONE) as dns:
        hops = {"example.org": f"esmtp:[127.0.0.1]:{sink.port}", ".": f"esmtp:[127.0.0.1]:{sink.port}"}
        (tmp_path / "access").write_text("Connect:partner.test RELAY\n")
        tmp_path.chmod(0o755)
        text = f'[dns]\nservers = ["{dns.address}"]\n[tables]\naccess = "{tmp_path}/access"\n'
        with Gateway(hops, text) as gate:
            assert send(gate.port, ham(), source=NAMED, **away).startswith("250")
            assert send(gate.port, ham(), source=LIAR, **away).startswith("550 5.7.1")
            assert send(gate.port, ham(), source=NAMELESS, **away).startswith("550 5.7.1")
            dns.manners["69.0.0.127.in-addr.arpa"] = Manner.SERVFAIL
            assert send(gate.port, ham(), source="127.0.0.69", **away).startswith("451 4.7.1")
            assert send(gate.port, ham(), source="127.0.0.69").startswith("250")


def test_a_map_of_addresses_costs_no_question(sink: Exchange, tmp_path: Any) -> None:
    with DnsServer(ZONE) as dns, before(sink, dns, tmp_path, f"Connect:{NAMED} REJECT\n") as gate:
        assert send(gate.port, ham(), source=NAMED).startswith("550 5.7.1")
        assert send(gate.port, ham(), source=NAMELESS).startswith("250")
    assert dns.queries == []


def test_the_record_has_the_name_and_the_next_hop_hears_it(sink: Exchange, tmp_path: Any) -> None:
    reverse = "[checks.reverse]\nenabled = true\nprivate = true\n"
    with DnsServer(ZONE) as dns, before(sink, dns, tmp_path, "", reverse) as gate:
        assert send(gate.port, ham(), source=NAMED).startswith("250")
        record = gate.record()
    assert record["envelope"]["client"]["name"] == "mx.partner.test"
    assert findings(record) == ["iprev-pass"]
    (message,) = sink.messages
    assert f"(mx.partner.test [{NAMED}])".encode() in message.content
    assert f"iprev=pass policy.iprev={NAMED}".encode() in message.content
    assert sorted(dns.queries) == [("66.0.0.127.in-addr.arpa", "PTR", "udp"), ("mx.partner.test", "A", "udp")]


@pytest.mark.parametrize("manner", [*Manner])
def test_a_server_that_fails_or_lies_names_nobody_and_refuses_nobody(
    sink: Exchange, tmp_path: Any, manner: Manner
) -> None:
    reverse = "[checks.reverse]\nenabled = true\nprivate = true\n"
    access = f"Connect:[{NAMED}] ERROR:5.7.1:550 no name\nConnect:partner.test ERROR:5.7.1:550 not you\n"
    with DnsServer(ZONE) as dns:
        dns.manners["66.0.0.127.in-addr.arpa"] = manner
        with before(sink, dns, tmp_path, access, reverse) as gate:
            reply = send(gate.port, ham(), source=NAMED)
            record = gate.record()
    if manner is Manner.TRUNCATED:  # no lie: the truth is to be had by TCP
        assert reply.startswith("550 5.7.1 not you")
    else:
        assert reply.startswith("250")
        assert "iprev-temperror" in findings(record)


def findings(record: dict[str, Any]) -> list[str]:
    (verdict,) = record["verdicts"].values()
    return [finding["name"] for finding in verdict["findings"]]
