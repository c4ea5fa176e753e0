"""The sender in the envelope, from what servers write."""

import pytest

from gatekeeper.spamassassin.texts.surroundings import Surroundings
from gatekeeper.spamassassin.texts.texts import SaTexts

_STEP = b"Received: from a (a.example [192.0.2.1]) by us (Postfix) with ESMTP id one"
_SAYS = _STEP + b" (envelope-from <e@example.org>)"


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        (b"Return-Path: <r@example.org>\n" + _STEP, b"r@example.org"),
        (_STEP + b"\nReturn-Path: <r@example.org>", None),
        (b"Return-Path: <r@example.org>\n" + _SAYS, b"e@example.org"),
        (b"X-Envelope-From: x@example.org\nReturn-Path: <r@example.org>", b"x@example.org"),
        (_STEP + b"\nX-Envelope-From: x@example.org", None),
        (b"Return-Path: <r@example.org>\n" + _STEP + b"\nX-Envelope-From: x@example.org", None),
        (b"Envelope-Sender: s@example.org\n" + _STEP, b"s@example.org"),
        (b"Return-Path: <r@example.org>\n" + _STEP + b"\nEnvelope-Sender: s@example.org", b"r@example.org"),
        (b"Return-Path: <>\nFrom: a@example.org", None),
        (b"Return-Path: <r@example.org>\nX-Sender: x@example.org\n" + _STEP + b" (fetchmail)", None),
        (b"Return-Path: <r@example.org>\nX-Sender: nobody\n" + _STEP + b" (fetchmail)", b"r@example.org"),
        (b"From: a@example.org", None),
    ],
)
def test_who_sent_it(fields: bytes, sender: bytes | None) -> None:
    assert SaTexts(fields + b"\n\nx").envelope_from == sender


def test_a_field_that_the_operator_names_alone_counts() -> None:
    around = Surroundings(envelope_sender_header="X-From-Line")
    assert (
        SaTexts(b"X-From-Line: <o@example.org>\n" + _SAYS + b"\n\nx", around=around).envelope_from == b"o@example.org"
    )
    assert SaTexts(b"Return-Path: <r@example.org>\n\nx", around=around).envelope_from is None
