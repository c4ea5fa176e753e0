import pytest

from gatekeeper.protocols.received import from_address, origin, received_value
from gatekeeper.values import Client, Envelope

TRUSTED = frozenset({"10.0.0.1", "10.0.0.2"})
NOON = 1_790_000_000.0


def envelope(**more):
    peer = more.pop("peer", Client("192.0.2.1", "", 40000))
    return Envelope("0123456789abc", "smtp", peer, peer, received_at=NOON, **more)


def line(**more):
    return received_value(envelope(protocol="ESMTP", **more), "mx.example.org", "client.example").decode()


def test_our_line():
    assert line(recipients=("b@example.org",)) == (
        "from client.example ([192.0.2.1])\r\n"
        "\tby mx.example.org with ESMTP id 0123456789abc\r\n"
        "\tfor <b@example.org>;\r\n"
        "\tMon, 21 Sep 2026 14:13:20 +0000"
    )


def test_several_recipients_are_not_told_of_each_other():
    assert " for " not in line(recipients=("b@example.org", "c@example.org"))


def test_name_tls_and_ipv6():
    text = line(peer=Client("2001:db8::1", "client.example", 1), tls="TLSv1.3 TLS_AES_256_GCM_SHA384")
    assert "(client.example [IPv6:2001:db8::1])" in text
    assert "\r\n\t(using TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n" in text


def test_a_client_without_address():
    assert line(peer=Client()).startswith("from client.example (unknown)\r\n")


@pytest.mark.parametrize("helo", ["x)(", "a;b", '"x', "x\\", "[8.8.8.8](y", "é", "a,b"])
def test_a_hostile_helo_stays_one_word(helo):
    said = received_value(envelope(), "mx", helo).decode().split(" ")[1]
    assert not set(said) - set("?[]8.xyab")


def test_our_own_line_is_understood_by_ourselves():
    for helo in ("client.example", "[8.8.8.8]", "[IPv6:2001:db8::8]"):
        for address in ("192.0.2.1", "2001:db8::1"):
            value = received_value(envelope(peer=Client(address)), "mx", helo)
            assert from_address(value) == address


LINES = {
    b" from helo.example (name.example [192.0.2.1])\r\n\tby mx (Postfix) with ESMTP id X": "192.0.2.1",
    b" from [8.8.8.8] (unknown [192.0.2.1])\r\n\tby mx (Postfix)": "192.0.2.1",
    b" from x (unknown [IPv6:2001:db8::1]) by mx": "2001:db8::1",
    b" from helo (ident@name [192.0.2.1] (may be forged))\r\n\tby mx (8.18.1/8.18.1)": "192.0.2.1",
    b" from helo (IDENT:[8.8.8.8]@name [192.0.2.1]) by mx": "192.0.2.1",
    b" from name.example ([192.0.2.1] helo=[8.8.8.8])\r\n\tby mx with esmtp (Exim 4.96)": "192.0.2.1",
    b" from name.example ([192.0.2.1]:4321 helo=x ident=[8.8.8.8]) by mx": "192.0.2.1",
    b" from [192.0.2.1] (helo=[8.8.8.8])\r\n\tby mx with esmtp (Exim 4.96)": "192.0.2.1",
    b" from [192.0.2.1] (port=4321 helo=x) by mx": "192.0.2.1",
    b" from EX1.example.org (192.0.2.1) by EX2.example.org (10.0.0.9) with Microsoft SMTP Server": "192.0.2.1",
    b" from EX1.example.org (2001:db8::1) by EX2": "2001:db8::1",
    b" from EX1.example.org (fe80::1%12) by EX2": "fe80::1",
    b" from unknown (HELO x) (192.0.2.1)\r\n  by mx with SMTP": "192.0.2.1",
    b" from unknown (HELO [8.8.8.8]) (192.0.2.1) by mx": "192.0.2.1",
    b" from x (unknown [::ffff:192.0.2.1]) by mx": "192.0.2.1",
    b' from x (y [192.0.2.1])\r\n\t(using TLSv1.3)\r\n\t(Client CN "[8.8.8.8]", Issuer "z") by mx': "192.0.2.1",
    b" from x (unknown [192.0.2.1]) by [8.8.8.8]": "192.0.2.1",
    b" from x (unknown [999.0.2.1]) by mx": None,
    b" from x (unknown) by mx": None,
    b" from localhost by mx": None,
    b" by mx (Postfix, from userid 0)\r\n\tid ABC": None,
    b" (qmail 123 invoked by uid 0); 1 Jan": None,
    b"": None,
    b" from": None,
    b"\xff\xfe from x ([192.0.2.1]) by y": None,
}


@pytest.mark.parametrize(("value", "address"), LINES.items())
def test_address_of_a_line(value, address):
    assert from_address(value) == address


def hop(address):
    return b" from x (y [" + address.encode() + b"]) by z"


def test_the_newest_untrusted_address_is_the_origin():
    assert origin([hop("192.0.2.1"), hop("192.0.2.2")], TRUSTED) == Client("192.0.2.1")


def test_trusted_hops_and_this_machine_are_passed():
    values = [hop("127.0.0.1"), hop("10.0.0.2"), hop("::1"), hop("192.0.2.1")]
    assert origin(values, TRUSTED) == Client("192.0.2.1")


@pytest.mark.parametrize(
    "values", [[], [hop("10.0.0.2")], [b" by mx (Postfix, from userid 0)", hop("192.0.2.1")], [hop("10.0.0.1")] * 100]
)
def test_without_an_untrusted_address_nobody_is_judged(values):
    assert origin(values, TRUSTED) is None


def test_forged_lines_below_do_not_count():
    assert origin([hop("192.0.2.1"), hop("10.0.0.1"), hop("8.8.8.8")], TRUSTED) == Client("192.0.2.1")


@pytest.mark.timeout(5)
def test_a_huge_line_costs_no_more_than_its_length():
    assert from_address(b" from x (" + b"[1.2.3.4" * 100_000 + b") by y") is None
    assert from_address(b" from x " + b"(helo=a " * 100_000) is None
    assert from_address(b" from x " + b"( " * 200_000) is None
