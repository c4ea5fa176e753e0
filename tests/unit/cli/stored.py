"""A gateway's state with something in it, and commands run on it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from gatekeeper.cli import main
from gatekeeper.quarantine import Hold, Quarantine
from gatekeeper.stores.journal import Journal
from gatekeeper.values import (
    Action,
    Client,
    Dns,
    Envelope,
    Fate,
    Finding,
    Found,
    Outcome,
    Recipient,
    Record,
    TimedOut,
    Verdict,
    new_id,
)

RAW = (
    b"From: =?utf-8?q?Andr=C3=A9?= <a@b.test>\r\nSubject: =?utf-8?q?pay_=1B[31mnow=E2=80=AE?=\r\n"
    b"X-Trap: one\x1b]0;owned\x07two\r\n\r\nbody \xff\r\n"
)
HELD = Verdict(Action.QUARANTINE, "banned-attachment", 9.0, 5.0, (Finding("banned-attachment", 9.0, "a.exe\x1b[2J"),))


@dataclass
class Stored:
    """`config` is the file that commands are given."""

    config: Path
    quarantine: Quarantine
    journal: Journal

    def add(self, *recipients: str, sender: str = "a@b.test", raw: bytes = RAW, verdict: Verdict = HELD) -> str:
        """Hold a message and write it into the journal; its id."""
        to = recipients or ("bob@own.test",)
        client = Client("192.0.2.1", "mx.b.test")
        envelope = Envelope(new_id(), "smtp", client, client, sender=sender, recipients=to)
        self.quarantine.hold(Hold(envelope, dict.fromkeys(to, verdict), [raw], hashlib.sha256(raw).hexdigest()))
        tape = (
            (Dns("1.2.0.192.list.example"), Found(("127.0.0.2",))),
            (Recipient(to[0]), TimedOut("3 s")),
        )
        outcomes = dict.fromkeys(to, Outcome(Fate.HELD, "", "250 2.0.0 Held"))
        notes = ("removed X-Spam-Flag",)
        self.journal.record(Record(envelope, dict.fromkeys(to, verdict), outcomes, tape, len(raw), notes=notes))
        self.journal.flush()
        return envelope.id

    def run(self, *arguments: str) -> Result:
        """`gatekeeper --config FILE ARGUMENTS…`"""
        return run(self.config, arguments)


def run(config: Path, arguments: Sequence[str]) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *arguments])
