"""What a header rule is shown, with each modifier and pseudo header."""

import pytest

from gatekeeper.spamassassin.texts.hosts import Registry
from gatekeeper.spamassassin.texts.surroundings import Surroundings
from gatekeeper.spamassassin.texts.texts import SaTexts

_RAW = b"""\
Return-Path: <bounce@lists.example.org>
Received: from mx.example.net (mx.example.net [192.0.2.9])
\tby here.example.com (Postfix) with ESMTP id 1; x
X-Own: =?utf-8?q?a_b?=
Received: from [10.0.0.1] by mx.example.net with ESMTP; x
From: =?utf-8?q?Anna?= "A. 'N'" <Anna@Host.Example.co.uk>
To: one@example.org, "Two" <two@example.com>
To: three@example.net
Cc: four@example.org
Subject: A
 =?utf-8?q?b=C3=A9?=
Message-Id: <1@h.example.com>
X-Message-Id: <2@h.example.com>
X-Originating-IP: [2001:db8::1] 192.0.2.77

body
"""


@pytest.fixture
def texts() -> SaTexts:
    registry = Registry(frozenset((b"com", b"org", b"net", b"uk")), frozenset((b"co.uk",)))
    return SaTexts(_RAW, around=Surroundings(registry=registry))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Subject", "A bé\n".encode()),
        ("subject:raw", b" A\n =?utf-8?q?b=C3=A9?=\n"),
        ("X-Own", b"a b\n"),
        ("X-None", None),
        ("X-None:addr", None),
        ("To", b'one@example.org, "Two" <two@example.com>\nthree@example.net\n'),
        ("To:first", b'one@example.org, "Two" <two@example.com>\n'),
        ("To:last", b"three@example.net\n"),
        ("To:addr", b"one@example.org\ntwo@example.com\nthree@example.net"),
        ("To:last:addr", b"three@example.net"),
        ("To:name", b"Two"),
        ("From:addr", b"Anna@Host.Example.co.uk"),
        ("From:name", b"Anna A. 'N'"),
        ("From:name:raw", b"=?utf-8?q?Anna?= A. 'N' "),
        ("From:addr:host", b"Host.Example.co.uk"),
        ("From:addr:domain", b"example.co.uk"),
        ("From:host", b"Host.Example.co.uk"),
        ("Message-Id:host", b"h.example.com"),
        ("X-Originating-IP:ip", b"2001:db8::1"),
        ("X-Originating-IP:revip", b".".join(reversed([b"%c" % c for c in b"20010db8000000000000000000000001"]))),
        ("Received:ip", b"192.0.2.9\n10.0.0.1"),
        ("Received:last:revip", b"1.0.0.10"),
        (
            "Received:first",
            b"from mx.example.net (mx.example.net [192.0.2.9]) by here.example.com (Postfix) with ESMTP id 1; x\n",
        ),
        ("ToCc", b'one@example.org, "Two" <two@example.com>\nthree@example.net\nfour@example.org\n'),
        ("MESSAGEID", b"<2@h.example.com>\n<1@h.example.com>\n"),
        ("EnvelopeFrom", b"bounce@lists.example.org"),
        ("envelopefrom:addr:domain", b"example.org"),
        ("X-SenderDomain", b"lists.example.org"),
        ("X-AuthorDomain", b"host.example.co.uk"),
        ("X-Spam-Relays-Trusted", b""),
    ],
)
def test_a_header_rule_sees(texts: SaTexts, name: str, value: bytes | None) -> None:
    assert texts.header(name) == value


def test_all_fields_in_their_order(texts: SaTexts) -> None:
    assert texts.header("ALL:raw") == texts.tree.head[:-1]
    lines = texts.headers("ALL")
    assert len(lines) == 12
    assert lines[2] == b"X-Own: a b\n"
    assert lines[8] == "Subject: A bé\n".encode()


def test_fields_above_and_below_the_last_server_that_is_trusted(texts: SaTexts) -> None:
    assert [line.split(b":")[0] for line in texts.headers("ALL-TRUSTED")] == [b"Return-Path", b"Received"]
    untrusted = texts.headers("ALL-UNTRUSTED")
    assert untrusted[0].startswith(b"Received: from mx.example.net")
    assert len(untrusted) == 11
    assert texts.headers("ALL-EXTERNAL:raw")[0].endswith(b"id 1; x\n")
    assert texts.headers("ALL-INTERNAL") == texts.headers("ALL-TRUSTED")
