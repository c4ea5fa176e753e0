"""pipe: one message from a file or standard input, judged or taken apart without being moved: `gatekeeper scan|parts`.

It has no session, so the envelope is what the caller says of it. Fails as the caller's file does: `OSError`.
"""

from dataclasses import dataclass
from itertools import islice

from gatekeeper.lookups.gather import Gather
from gatekeeper.message import parse
from gatekeeper.message.listing import Listed, listed, questions_of
from gatekeeper.pipeline.contract import Steps
from gatekeeper.pipeline.examination import Examination, Inspection
from gatekeeper.values import Answers, Client, Envelope, Verdict, new_id

_MOST_OPENED = 200  # parts of one message


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


def parts(raw: bytes, gather: Gather, timeout: float = 300.0) -> tuple[list[Listed], tuple[str, ...]]:
    """All that is in the message, and the names of all that is odd in it."""
    message = parse(raw)

    def steps() -> Steps[Answers]:
        every = (question for part in message.walk() for question in questions_of(part))
        questions = frozenset(islice(every, _MOST_OPENED))
        return (yield questions) if questions else {}

    found = list(listed(message, gather.drive_blocking(steps(), timeout)))
    odd = (anomaly.name for thing in found for anomaly in thing.anomalies)
    return found, tuple(dict.fromkeys((*message.anomalies, *odd)))


def network(raw: bytes) -> bytes:
    """A message as SMTP would carry it: local line ends become CRLF."""
    if b"\r\n" in raw or b"\n" not in raw:
        return raw
    return raw.replace(b"\n", b"\r\n")
