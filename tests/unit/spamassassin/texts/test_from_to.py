"""Everybody a message names."""

from gatekeeper.spamassassin.texts.texts import SaTexts


def test_every_sender_once() -> None:
    raw = (
        b"Return-Path: <b@example.org>\nFrom: a@example.org, c@example.org\nResent-Sender: a@example.org\nSender: z@x\n"
    )
    raw += b"\nx"
    assert SaTexts(raw).from_addresses == (b"a@example.org", b"c@example.org", b"b@example.org")


def test_who_resent_it_comes_before_all() -> None:
    assert SaTexts(b"From: a@example.org\nResent-From: r@example.org\n\nx").from_addresses == (b"r@example.org",)


def test_dots_in_a_row_are_one() -> None:
    assert SaTexts(b"From: a@example..org\n\nx").from_addresses == (b"a@example.org",)


def test_every_recipient_those_of_the_latest_servers_first() -> None:
    step = b"Received: from a (b [192.0.2.1]) by c (Postfix) for <%b>; x\n"
    steps = b"".join(step % who for who in (b"r1@example.org", b"r2@localhost", b"r3@example.org", b"r4@example.org"))
    raw = steps + b"Cc: c@example.org\nTo: t@example.org, r1@example.org\nDelivered-To: d@example.org\n\nx"
    assert SaTexts(raw).to_addresses == (
        b"r1@example.org",
        b"r3@example.org",
        b"t@example.org",
        b"d@example.org",
        b"c@example.org",
    )


def test_whom_it_was_resent_to_comes_before_all() -> None:
    raw = b"To: t@example.org\nResent-To: r@example.org\nResent-Cc: s@example.org\n\nx"
    assert SaTexts(raw).to_addresses == (b"r@example.org", b"s@example.org")
