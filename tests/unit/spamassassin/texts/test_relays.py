"""Which servers are trusted, and what the envelope adds."""

import pytest

from gatekeeper.spamassassin.netset import NetSet
from gatekeeper.spamassassin.texts.surroundings import Surroundings
from gatekeeper.spamassassin.texts.texts import SaTexts
from gatekeeper.values import Client, Envelope
from tests.unit.spamassassin.texts.mails import RECEIVED, received

_STEPS = (
    b"from a (a.example [192.0.2.1]) by us (Postfix) with ESMTP id one",
    b"from b (b.example [192.0.2.2]) by a (Postfix) with ESMTP id two",
    b"from c (c.example [198.51.100.3]) by b (Postfix) with ESMTP id three",
)


def relays(around: Surroundings | None = None, *lines: bytes) -> dict[str, list[bytes]]:
    found = SaTexts(received(*(lines or _STEPS)), around=around or Surroundings()).relays
    names = ("trusted", "untrusted", "internal", "external")
    return {name: [step.ip for step in getattr(found, name)] for name in names}


def test_without_settings_no_public_address_is_trusted() -> None:
    assert relays() == {
        "trusted": [],
        "untrusted": [b"192.0.2.1", b"192.0.2.2", b"198.51.100.3"],
        "internal": [],
        "external": [b"192.0.2.1", b"192.0.2.2", b"198.51.100.3"],
    }


def test_without_settings_private_addresses_and_who_logged_in_are_trusted() -> None:
    found = SaTexts(RECEIVED["private steps first"]).relays
    assert [step.ip for step in found.trusted] == [b"10.0.0.1", b"192.168.1.1"]
    assert [step.internal for step in found.untrusted] == [False, False]
    assert (found.last_trusted, found.last_internal) == (1, 1)
    logged_in = SaTexts(RECEIVED["who logged in"]).relays
    assert [step.ip for step in logged_in.trusted] == [b"192.0.2.60"]


def test_trusted_networks() -> None:
    found = relays(Surroundings(trusted=NetSet.parse(["192.0.2.0/24"])))
    assert found["trusted"] == found["internal"] == [b"192.0.2.1", b"192.0.2.2"]
    assert found["untrusted"] == [b"198.51.100.3"]


def test_internal_networks_are_fewer() -> None:
    around = Surroundings(trusted=NetSet.parse(["192.0.2.0/24"]), internal=NetSet.parse(["192.0.2.1"]))
    found = relays(around)
    assert found["internal"] == [b"192.0.2.1"]
    assert found["external"] == [b"192.0.2.2", b"198.51.100.3"]
    assert relays(Surroundings(internal=NetSet.parse(["192.0.2.1"])))["trusted"] == [b"192.0.2.1"]


def test_behind_a_submission_server_all_is_trusted() -> None:
    networks = NetSet.parse(["192.0.2.0/24"])
    found = SaTexts(received(*_STEPS), around=Surroundings(trusted=networks, msa=NetSet.parse(["192.0.2.1"]))).relays
    assert [step.msa for step in found.trusted] == [True, False, False]
    assert not found.untrusted


def test_the_loop_back_address_is_always_trusted() -> None:
    local = b"from l (l [127.0.0.1]) by us (Postfix) with ESMTP id one"
    assert relays(Surroundings(trusted=NetSet.parse(["10.0.0.0/8"])), local)["trusted"] == [b"127.0.0.1"]


def test_mail_that_was_fetched_starts_anew() -> None:
    found = SaTexts(RECEIVED["fetched from another mailbox"]).relays
    assert not found.trusted
    assert [step.ip for step in found.untrusted] == [b"192.0.2.51"]


def test_what_is_in_no_known_format_is_counted() -> None:
    found = SaTexts(received(b"from nobody knows what", *_STEPS)).relays
    assert found.unparseable == 1
    assert (found.last_trusted, found.last_internal) == (0, 0)


def test_an_address_in_another_field_is_the_first_step() -> None:
    raw = b"X-Originating-IP: [203.0.113.5]\n" + received(*_STEPS)
    found = SaTexts(raw, around=Surroundings(originating_ip_headers=("X-Originating-IP",))).relays
    assert found.untrusted[-1].ip == b"203.0.113.5"


@pytest.fixture
def envelope() -> Envelope:
    client = Client("203.0.113.9", "mail.example.net")
    return Envelope("id", "smtp", client, client, helo="helo.example.net", sender="s@example.net")


def test_the_client_stands_before_what_the_header_says(envelope: Envelope) -> None:
    texts = SaTexts(received(*_STEPS), envelope)
    first = texts.relays.untrusted[0]
    assert first.text == (
        b"[ ip=203.0.113.9 rdns=mail.example.net helo=helo.example.net by= ident= envfrom=s@example.net intl=0 id="
        b" auth= msa=0 ]"
    )
    assert (texts.relays.last_trusted, len(texts.relays.untrusted)) == (-1, 4)
    assert texts.header("EnvelopeFrom") == b"s@example.net"


def test_an_unknown_client_leaves_it_to_the_header(envelope: Envelope) -> None:
    unknown = Envelope("id", "pipe", Client(), None, sender="s@example.net")
    texts = SaTexts(b"Return-Path: <r@example.org>\n" + received(*_STEPS), unknown)
    assert len(texts.relays.untrusted) == 3
    assert texts.header("EnvelopeFrom") == b"r@example.org"
