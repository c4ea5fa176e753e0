"""opendkim as signer and as verifier: what it signs we verify, and what went through us it still verifies."""

import base64
from pathlib import Path

import pytest

from tests.messages import attached, gtube, ham, typical
from tests.servers import opendkim
from tests.servers.client import send
from tests.servers.dns import DnsServer
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import require_root, room, wait_until
from tests.unit.authentication.signers import FORMS, MESSAGE, ed_key, rsa_key, signed, verified, zone

NAME = "one._domainkey.out.test"
KEYS = {NAME: rsa_key()[1]}
LETTERS = [ham(), gtube(), typical(3), attached("a.csv", b"1;2" * 1000)]


@pytest.fixture(scope="module")
def place():
    require_root("opendkim")
    with room("opendkim") as path:
        yield path


def ours(raw: bytes) -> list[str]:
    return [found.result for found in verified(raw, zone())[0]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("letter", LETTERS, ids=len)
def test_what_opendkim_signs_we_verify(place: Path, letter: bytes, form: tuple[bytes, bytes]) -> None:
    raw = opendkim.signed(place, letter, rsa_key()[0], "out.test", "one", b"/".join(form).decode())
    assert raw.startswith(b"DKIM-Signature:")
    assert ours(raw) == ["pass"]
    assert ours(raw + b"more\r\n") == ["fail"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("letter", LETTERS, ids=len)
def test_it_says_what_we_say(place: Path, letter: bytes, form: tuple[bytes, bytes]) -> None:
    raw = signed(letter, form=form)
    for changed, result in (
        (raw, "pass"),
        (raw + b"\r\n\r\n", "pass"),
        (raw.replace(b"kim@example.org", b"jim@example.org"), "fail"),
        (raw + b"more\r\n", "fail"),
        (b"X-New: field\r\n" + raw, "pass"),
        (raw.replace(b"\r\nDate: Mon, ", b"\r\nDate: Mon,  "), "pass" if form[0] == b"relaxed" else "fail"),
        (raw + b" \r\n", "pass" if form[1] == b"relaxed" else "fail"),
    ):
        assert opendkim.verified(place, changed, KEYS) == [result]
        assert ours(changed) == [result]


def test_a_message_that_was_relayed_and_tagged_still_verifies(place: Path, sink: Exchange) -> None:
    """Through the proxy with every check on; our field says what opendkim says then."""
    settings = """
        [checks.spf]
        enabled = true
        private = true
        [checks.dkim]
        enabled = true
        [checks.arc]
        enabled = true
        [checks.dmarc]
        enabled = true
        [policy]
        tag = -100.0
    """
    zone = {
        NAME: {"TXT": [quoted(rsa_key()[1])]},
        "out.test": {"TXT": ['"v=spf1 ip4:127.0.0.1 -all"']},
        "_dmarc.out.test": {"TXT": ['"v=DMARC1; p=reject"']},
    }
    with DnsServer(zone) as dns:
        hop = {"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}
        with Gateway(hop, f'[dns]\nservers = ["{dns.address}"]\n{settings}') as gateway:
            forged = b"Authentication-Results: gateway.test; dkim=pass header.d=bank.test\r\n"
            for form in FORMS:
                raw = forged + signed(ham(), form=form)
                assert send(gateway.port, raw, sender="ann@out.test").startswith("250")
    wait_until(lambda: len(sink.messages) == len(FORMS), "all arrive")
    for message in sink.messages:
        assert b"X-Spam-Flag: YES" in message.content
        assert b"bank.test" not in message.content
        results = message.content.partition(b"Authentication-Results: ")[2].partition(b"\r\nX-Gatekeeper-Id")[0]
        for said in (b"spf=pass smtp.mailfrom=ann@out.test", b"dkim=pass header.d=out.test", b"dmarc=pass header.from"):
            assert said in results
        assert opendkim.verified(place, message.content, KEYS) == ["pass"]
        assert ours(message.content) == ["pass"]


@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
def test_odd_white_space_in_the_header(place: Path, body: bytes) -> None:
    """With `relaxed` alone: opendkim's test mode takes white space off the front of a value before it looks."""
    raw = signed(MESSAGE, form=(b"relaxed", body))
    assert (opendkim.verified(place, raw, KEYS), ours(raw)) == (["pass"], ["pass"])


def test_ed25519(place: Path) -> None:
    secret, record = ed_key()
    raw = signed(key=secret, signature_algorithm=b"ed25519-sha256")
    assert base64.b64decode(secret)
    assert opendkim.verified(place, raw, {NAME: record}) == ["pass"]
    assert opendkim.verified(place, raw + b"more\r\n", {NAME: record}) == ["fail"]
    assert [found.result for found in verified(raw, zone(record))[0]] == ["pass"]


def quoted(record: str) -> str:
    """A TXT record as a zone file has it: strings of at most 255 octets."""
    return " ".join(f'"{record[start : start + 200]}"' for start in range(0, len(record), 200))
