"""pipe: one message from a file or standard input, judged without being moved: `gatekeeper scan`.

It has no session, so the envelope is what the caller says of it. Fails as the caller's file does: `OSError`.
"""

from dataclasses import dataclass

from gatekeeper.lookups.gather import Gather
from gatekeeper.pipeline.examination import Examination, Inspection
from gatekeeper.values import Client, Envelope, Verdict, new_id


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller says of a message; empty is unknown, and what depends on it is not checked."""

    client: str = ""
    name: str = ""
    helo: str = ""
    sender: str = ""
    recipient: str = ""


def scan(raw: bytes, said: Said, inspection: Inspection, gather: Gather, timeout: float = 30.0) -> tuple[str, Verdict]:
    """The id given to the message, and its verdict."""
    client = Client(said.client, said.name)
    envelope = Envelope(new_id(), "pipe", client, client if said.client else None, helo=said.helo, sender=said.sender)
    examination = Examination(inspection, envelope)
    gather.drive_blocking(examination.begin(), timeout)
    gather.drive_blocking(examination.recipient(said.recipient), timeout)
    examination.accept(said.recipient)
    verdicts = gather.drive_blocking(examination.message(network(raw)), timeout)
    return envelope.id, verdicts[said.recipient]


def network(raw: bytes) -> bytes:
    """A message as SMTP would carry it: local line ends become CRLF."""
    if b"\r\n" in raw or b"\n" not in raw:
        return raw
    return raw.replace(b"\n", b"\r\n")
