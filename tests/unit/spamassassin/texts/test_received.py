# ruff: noqa: E501 — a line of a server is a line here
"""Received lines: who handed the message to whom."""

import pytest

from gatekeeper.spamassassin.texts.received import NoStep, Relay, is_private, relay_of


def step(line: bytes) -> Relay:
    relay, _ = relay_of(line)
    assert isinstance(relay, Relay)
    return relay


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            b"from helo.example (rdns.example [192.0.2.1]) by us.example (Postfix) with ESMTPSA id 4F2A; Mon, 2 Nov 2026",
            b"[ ip=192.0.2.1 rdns=rdns.example helo=helo.example by=us.example ident= envfrom= intl=0 id=4F2A auth=ESMTPSA msa=0 ]",
        ),
        (
            b"from helo.example (unknown [192.0.2.1]) by us.example (Postfix) with SMTP id 4F2A",
            b"[ ip=192.0.2.1 rdns= helo=helo.example by=us.example ident= envfrom= intl=0 id=4F2A auth= msa=0 ]",
        ),
        (
            b"from h.example ([IPv6:2001:db8::9] helo=[x]) by us.example with esmtp (Exim 4.9) (envelope-from <a@b.example>) id 1GzV",
            b"[ ip=2001:db8::9 rdns=h.example helo=!x! by=us.example ident= envfrom=a@b.example intl=0 id=1GzV auth= msa=0 ]",
        ),
        (
            b"from r.example (HELO h.example) (joe@192.0.2.3) by us.example with SMTP; x",
            b"[ ip=192.0.2.3 rdns=r.example helo=h.example by=us.example ident=joe envfrom= intl=0 id= auth= msa=0 ]",
        ),
        (
            b"from h.example ([::ffff:192.0.2.4]) by us.example with esmtp",
            b"[ ip=192.0.2.4 rdns= helo=h.example by=us.example ident= envfrom= intl=0 id= auth= msa=0 ]",
        ),
    ],
)
def test_a_step(line: bytes, said: bytes) -> None:
    assert step(line).text == said


def test_a_name_that_was_looked_up_and_is_not_there() -> None:
    looked = step(b"from h (unknown [192.0.2.1]) by u (Postfix) with SMTP id 1")
    assert looked.no_reverse_dns
    assert not looked.rdns_not_in_headers
    not_looked = step(b"from [192.0.2.7] (helo=h) by u with smtp (Exim 4) id 1")
    assert not_looked.rdns_not_in_headers
    assert not not_looked.no_reverse_dns


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"by us.example with SMTP", NoStep.SKIPPED),
        (b"(qmail 1 invoked by uid 2)", NoStep.SKIPPED),
        (b"from a by us.example ; Mon", NoStep.SKIPPED),
        (b"from joe by us.example with local (Exim 4) id 1", NoStep.SKIPPED),
        (b"from mail pickup service by us.example with Microsoft SMTPSVC", NoStep.SKIPPED),
        (b"(from joe@localhost) by us.example (8.12/Submit) id 1", NoStep.SKIPPED),
        (b"from pop.example (192.0.2.1) by localhost with POP3; x", NoStep.FETCHED),
        (b"from nobody knows what", NoStep.UNPARSEABLE),
        (b"From x y", NoStep.UNPARSEABLE),
    ],
)
def test_no_step(line: bytes, why: NoStep) -> None:
    assert relay_of(line) == (why, None)


def test_qmail_scanner_tells_of_the_step_before() -> None:
    line = b"from 192.0.2.30 by h.example (envelope-from <q@example.org>, uid 502) with qmail-scanner-1.24 (clam); x"
    assert relay_of(line) == (NoStep.SKIPPED, b"q@example.org")


@pytest.mark.parametrize(
    ("line", "method"),
    [
        (b"from a ([192.0.2.1]) (Authenticated sender: joe) by u (Postfix) with ESMTP id 1", b"Postfix"),
        (b"from a ([192.0.2.1]) (Authenticated sender: joe) by u (Mail) with ESMTP id 1", b"Postfix (Mail)"),
        (b"from a (b [192.0.2.1]) (authenticated) by u (8.11/8.11) with ESMTP id 1", b"Sendmail"),
        (b"from a ([192.0.2.1]) (AUTH: LOGIN joe, SSL) by u with esmtp", b"LOGIN"),
        (b"from a (HELO b) [192.0.2.1] by mail.gmx.net (mp1) with SMTP; x", b"GMX (SMTP / mail.gmx.net)"),
        (b"from [192.0.2.1] (account joe HELO b) by u (CommuniGate Pro SMTP 3.5) with ESMTP id 1", b"Communigate"),
        (b"from a ([192.0.2.1]) by u with Microsoft Exchange Server HTTP-DAV ", b"HTTP-DAV"),
        (b"from [192.0.2.1] by u (via HTTP); x", b"HTTP"),
        (b"from a ([192.0.2.1]) by u with esmtpsa (Exim 4) id 1", b"esmtpsa"),
        (b"from a (b [192.0.2.1]) by u (Postfix) with ESMTP id 1", b""),
        (b"from a (b [192.0.2.1]) by u (Postfix) (authenticated) with ESMTP id 1", b""),
    ],
)
def test_who_proved_who_it_is(line: bytes, method: bytes) -> None:
    assert step(line).auth == method


@pytest.mark.parametrize(
    ("ip", "private"),
    [
        (b"10.1.2.3", True),
        (b"100.64.0.1", True),
        (b"100.128.0.1", False),
        (b"172.31.0.1", True),
        (b"172.32.0.1", False),
        (b"169.254.0.1", True),
        (b"192.168.0.1", True),
        (b"127.0.0.1", True),
        (b"::1", True),
        (b"fe80::1", True),
        (b"::ffff:10.0.0.1", True),
        (b"2001:db8::1", False),
        (b"8.8.8.8", False),
        (b"", False),
        (b"10.1", False),
    ],
)
def test_private_addresses(ip: bytes, private: bool) -> None:
    assert is_private(ip) is private


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit", [b"a ([1.2.3.4]) ", b" by b", b"(authenticated) ", b"::a", b"; ", b"] (", b" [1.2.3.4", b"(Exim "]
)
def test_the_longest_line_is_soon_read(unit: bytes) -> None:
    relay_of((b"from " + unit * 8192)[:8192])
