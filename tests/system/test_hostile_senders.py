"""Mail that is meant to cost: thousands of links, signatures, includes and addresses, keys that nobody should use. Each
ends in time, with a finding, and what others send meanwhile is not held up.
"""

import base64
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gatekeeper.authentication.signing import signature
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.message import parse
from tests.messages import ham
from tests.servers.client import send
from tests.servers.dns import DnsServer
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.unit.authentication.signers import record_of_modulus

DEADLINE = 20.0  # seconds; smtp.scan_timeout is 15, and the machine may be busy
SETTINGS = """
[dns]
servers = ["{dns}"]
timeout = 3.0

[smtp]
scan_timeout = 15.0

[policy]
tag = 1000.0
quarantine = 1000.0
reject = 1000.0

[checks.uribl]
zones = ["uri.list.test", "mail.list.test sha1"]

[checks.spf]
enabled = true
private = true
[checks.dkim]
enabled = true
[checks.arc]
enabled = true
[checks.dmarc]
enabled = true
[checks.sender_domain]
enabled = true
"""


def quoted(text: str) -> str:
    """A TXT record as a zone has it, in strings of at most 255 octets."""
    return " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))


def zone() -> dict[str, dict[str, list[str]]]:
    """Senders who want to be expensive."""
    found: dict[str, dict[str, list[str]]] = {
        "includes.test": {"TXT": [quoted("v=spf1 " + " ".join(f"include:{n}.includes.test" for n in range(50)))]},
        "void.test": {"TXT": [quoted("v=spf1 " + " ".join(f"a:{n}.nowhere.test" for n in range(9)) + " -all")]},
        "loop.test": {"TXT": [quoted("v=spf1 include:loop.test -all")]},
        "tiny._domainkey.key.test": {"TXT": [quoted(record_of_modulus(0xFFF1, 17))]},
        "huge._domainkey.key.test": {"TXT": [quoted(record_of_modulus((1 << 16_383) + 1))]},
    }
    for n in range(50):
        found[f"{n}.includes.test"] = {"TXT": [quoted(f"v=spf1 include:{(n + 1) % 50}.includes.test -all")]}
    return found


def signed(selector: str) -> bytes:
    """With a signature that names a key of `zone`; no key that size made it."""
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = rsa.generate_private_key(65537, 1024).private_bytes(serialization.Encoding.PEM, form, plain)
    line = signature(parse(ham()), SigningKey.read("key.test", selector, pem), 1_700_000_000)
    return b"%b: %b\r\n" % line + ham()


def signatures(count: int) -> bytes:
    letters = base64.b64encode(bytes(128)).decode()
    lines = (
        f"DKIM-Signature: v=1; a=rsa-sha256; d=d{n}.test; s=s; h=from; bh={letters[:44]}; b={letters}\r\n"
        for n in range(count)
    )
    return "".join(lines).encode() + ham()


def addressed(count: int) -> bytes:
    many = ",\r\n ".join(f"user{n}@d{n}.test" for n in range(count)).encode()
    return b"Reply-To: " + many + b"\r\nCc: " + many + b"\r\n" + ham()


def linked(count: int) -> bytes:
    return ham() + b"".join(b"http://www.d%d.test/x\r\n" % n for n in range(count))


CASES = {
    "links": (linked(1000), "ann@out.test", "uribl-unasked"),
    "signatures": (signatures(200), "ann@out.test", "dkim-too-many"),
    "includes": (ham(), "ann@includes.test", "spf-permerror"),
    "void lookups": (ham(), "ann@void.test", "spf-permerror"),
    "a loop": (ham(), "ann@loop.test", "spf-permerror"),
    "addresses": (addressed(10_000), "ann@out.test", "uribl-unasked"),
    "a key of 16 bits": (signed("tiny"), "ann@out.test", "dkim-policy"),
    "a key of 16,384 bits": (signed("huge"), "ann@out.test", "dkim-policy"),
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Exchange(connections=1000) as sink, DnsServer(zone()) as dns:
        settings = SETTINGS.format(dns=dns.address)
        with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings) as gateway:
            yield gateway


def found(record: dict[str, Any]) -> set[str]:
    (verdict,) = record["verdicts"].values()
    return {finding["name"] for finding in verdict["findings"]}


@pytest.mark.parametrize("case", CASES)
def test_it_ends_in_time_with_a_finding_and_holds_up_nobody(case: str, gateway: Gateway) -> None:
    raw, sender, finding = CASES[case]
    others: list[str] = []
    beside = threading.Thread(target=lambda: others.extend(send(gateway.port, ham(n)) for n in range(1, 6)))
    beside.start()
    began = time.monotonic()
    reply = send(gateway.port, raw, sender=sender)
    took = time.monotonic() - began
    beside.join()
    assert reply.startswith("250"), reply
    assert took < DEADLINE
    assert [other[:3] for other in others] == ["250"] * 5
    records = gateway.journal(count=6)
    assert finding in set.union(*(found(record) for record in records if record["envelope"]["sender"] == sender))
