"""A hold as they mostly are, and what became of it."""

import hashlib
import os
import time
from dataclasses import replace

from gatekeeper.quarantine import Hold, Quarantine
from gatekeeper.values import Action, Client, Envelope, Fate, Finding, Verdict, new_id

RAW = (
    b"From: Alice <alice@example.net>\r\nTo: bob@example.org\r\nSubject: the invoice\r\n"
    b"Date: Sun, 22 Nov 2026 16:00:00 +0000\r\nMessage-ID: <1@example.net>\r\n\r\nPay at once.\r\n"
)
SPAM = Verdict(Action.QUARANTINE, "spam-score", 9.0, 5.0, (Finding("too-eager", 9.0, "at once"),))


def hold(raw: bytes = RAW, *recipients: str, sender: str = "alice@example.net", verdict: Verdict = SPAM) -> Hold:
    to = recipients or ("bob@example.org",)
    client = Client("192.0.2.1", "mx.example.net")
    envelope = Envelope(new_id(), "smtp", client, client, sender=sender, recipients=to)
    half = len(raw) // 2
    return Hold(envelope, dict.fromkeys(to, verdict), [raw[:half], memoryview(raw)[half:]], digest(raw))


def again(first: Hold) -> Hold:
    """The same message, sent once more."""
    return replace(first, envelope=replace(first.envelope, id=new_id()))


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def held(quarantine: Quarantine, one: Hold) -> str:
    quarantine.hold(one)
    return one.envelope.id


def fates(quarantine: Quarantine, hold_id: str) -> dict[str, Fate]:
    found = quarantine.get(hold_id)
    assert found is not None
    return {address: outcome.fate for address, outcome in found.outcomes.items()}


def files(quarantine: Quarantine, directory: str = "messages") -> set[str]:
    path = quarantine.directory / directory
    return {entry.stem for entry in path.iterdir()} if path.exists() else set()


def age(quarantine: Quarantine, directory: str, hold_id: str, seconds: float) -> None:
    """As if it had been written so long ago."""
    then = time.time() - seconds
    os.utime(quarantine.directory / directory / f"{hold_id}.eml", (then, then))
