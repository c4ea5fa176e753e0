"""What was asked about a message and answered stands in the journal: judged again by it, without network, it has the
same findings, byte for byte.
"""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gatekeeper.app.build import read
from gatekeeper.app.inspection import inspection
from gatekeeper.lookups.tape import Tape
from gatekeeper.pipeline.examination import Examination
from gatekeeper.stores.journal import Journal
from gatekeeper.values import Record, Verdict
from tests import messages
from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway

ZONE = {
    "1.0.0.127.one.list.test": {"A": ["127.0.0.3"], "TXT": ["listed for a test"]},
    "1.0.0.127.silent.list.test": {"A": ["127.0.0.2"]},
    "1.0.0.127.in-addr.arpa": {"PTR": ["dsl-127-0-0-1.out.test."]},
    "dsl-127-0-0-1.out.test": {"A": ["127.0.0.1"]},
    "out.test": {"MX": ["0 ."]},
}
SETTINGS = """
[dns]
servers = ["{dns}"]
timeout = 0.5

[checks.dnsbl]
private = true
zones = ["one.list.test", "two.list.test*2", "silent.list.test"]
exceptions = ["one.list.test listed clear", "two.list.test listed", "silent.list.test listed clear"]

[checks.reverse]
enabled = true
private = true

[checks.helo]
resolve = true
private = true

[checks.sender_domain]
enabled = true

[checks.uribl]
zones = ["one.list.test", "one.list.test sha1"]
"""
EXPECTED = {"dnsbl-listed", "dns-timeout", "iprev-pass", "reverse-dynamic", "helo-unresolved", "sender-domain-null"}


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


@pytest.mark.parametrize("raw", [messages.ham(), messages.attached("notes.zip", archive())], ids=["text", "archive"])
def test_the_tape_alone_gives_the_same_findings(raw: bytes) -> None:
    with Exchange() as sink, DnsServer(ZONE) as dns:
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
    for recipient, verdict in record.verdicts.items():
        assert msgspec.json.encode(verdicts[recipient].findings) == msgspec.json.encode(verdict.findings)
        assert {finding.name for finding in verdict.findings} >= EXPECTED
