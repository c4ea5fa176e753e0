"""What was asked about a message and answered stands in the journal: judged again by it, without network, it has the
same findings, byte for byte.
"""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gatekeeper.app.build import read
from gatekeeper.app.inspection import inspection
from gatekeeper.authentication.signing import signature
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.lookups.tape import Tape
from gatekeeper.message import parse
from gatekeeper.pipeline.examination import Examination
from gatekeeper.stores.journal import Journal
from gatekeeper.values import (
    Campaign,
    Contents,
    Dns,
    Known,
    Pyzor,
    Rate,
    Recipient,
    Record,
    Reputation,
    Verdict,
    Virus,
    Words,
)
from tests import messages
from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")

ZONE = {
    "1.0.0.127.one.list.test": {"A": ["127.0.0.3"], "TXT": ["listed for a test"]},
    "1.0.0.127.silent.list.test": {"A": ["127.0.0.2"]},
    "1.0.0.127.in-addr.arpa": {"PTR": ["dsl-127-0-0-1.out.test."]},
    "dsl-127-0-0-1.out.test": {"A": ["127.0.0.1"]},
    "out.test": {"MX": ["10 dsl-127-0-0-1.out.test."], "TXT": ['"v=spf1 mx -all"']},
    "_dmarc.out.test": {"TXT": ['"v=DMARC1; p=reject"']},
    "evil.test.uri.list.test": {"A": ["127.0.0.2"]},
}
SETTINGS = """
[dns]
servers = ["{dns}"]
timeout = 0.5

[dependencies.antivirus]
down = "tag"

[antivirus]
engines = ["unix:/nowhere/clamd.ctl"]

[checks.dnsbl]
private = true
zones = ["one.list.test", "two.list.test*2", "silent.list.test"]
exceptions = ["one.list.test listed clear", "two.list.test listed", "silent.list.test listed clear"]

[checks.uribl]
zones = ["uri.list.test", "mail.list.test sha1"]

[checks.pyzor]
servers = ["127.0.0.1:9"]
timeout = 0.3

[checks.reverse]
enabled = true
private = true

[checks.helo]
resolve = true
private = true

[checks.spf]
enabled = true
private = true

[checks.sender_domain]
enabled = true
[checks.dkim]
enabled = true
[checks.arc]
enabled = true
[checks.dmarc]
enabled = true

[checks.rates]
client = "100/1h"
sender = "100/1h"
"""
EVERYTHING = frozenset((Dns, Recipient, Contents, Words, Virus, Pyzor, Campaign, Known, Reputation, Rate))
"""What is asked about a message with an archive; `yara` has no rules here, and nothing leaves `greylist` in doubt."""


def judged_again(gateway: Gateway, record: Record, raw: bytes) -> tuple[dict[str, Verdict], Tape]:
    """The verdicts by the tape alone."""
    setup = read(gateway.config)
    examination = Examination(inspection(setup.loaded, setup.tables), replace(record.envelope, recipients=()))
    tape = Tape(record)
    tape.replay(examination.begin())
    for recipient in record.verdicts:
        tape.replay(examination.recipient(recipient))
        examination.accept(recipient)
    return tape.replay(examination.message(raw)), tape


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("note.txt", "hello")
    return made.getvalue()


def private_key() -> bytes:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return rsa.generate_private_key(65537, 1024).private_bytes(serialization.Encoding.PEM, form, plain)


WORDS = (bytes(97 + (n * step) % 26 for step in (1, 3, 5, 7)) for n in range(200))
PROSE = b"http://www.evil.test/x\r\n" + b"\r\n".join(WORDS)


def test_the_tape_alone_gives_the_same_findings(sink: Exchange) -> None:
    key = SigningKey.read("out.test", "s1", private_key())
    body = messages.attached("notes.zip", archive()).replace(b"See the attachment.", PROSE)
    raw = b"%b: %b\r\n" % signature(parse(body), key, 1_700_000_000) + body
    zone = ZONE | {key.name: {"TXT": [f'"{key.record[:200]}" "{key.record[200:]}"']}}
    with DnsServer(zone) as dns:
        dns.manners["1.0.0.127.silent.list.test"] = Manner.SILENT
        settings = SETTINGS.format(dns=dns.address)
        with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings) as gateway:
            assert send(gateway.port, raw).startswith("250")
            gateway.journal()
            gateway.stop()
            asked = len(dns.queries)
            journal = Journal(Path(gateway.home) / "state" / "journal.db", create=False)
            (record,) = journal.find()
            journal.close()
            verdicts, tape = judged_again(gateway, record, raw)
    assert not tape.missed
    assert len(dns.queries) == asked
    assert {type(question) for question, _ in record.tape} == EVERYTHING
    (verdict,) = record.verdicts.values()
    (again,) = verdicts.values()
    assert msgspec.json.encode(again.findings) == msgspec.json.encode(verdict.findings)
    names = {finding.name for finding in verdict.findings}
    assert {"dns-timeout", "antivirus-down", "uribl-listed", "spf-pass", "dkim-pass", "dmarc-pass"} <= names
