"""record: one message in the journal: what was found, asked, decided, and what became of each recipient."""

from dataclasses import dataclass

from gatekeeper.values.answer import Answer
from gatekeeper.values.envelope import Envelope
from gatekeeper.values.fate import Fate
from gatekeeper.values.question import Question
from gatekeeper.values.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one recipient, with the next hop and its reply, or what was said to the client."""

    fate: Fate
    hop: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is kept of a message. `tape` holds every question with its answer, so it can be replayed.

    `notes` are deeds worth remembering that are no findings: a forged header removed, line ends normalised.
    `seconds` is the time from the first byte of content to our reply.
    """

    envelope: Envelope
    verdicts: dict[str, Verdict]
    outcomes: dict[str, Outcome]
    tape: tuple[tuple[Question, Answer], ...] = ()
    size: int = 0
    sha256: str = ""
    config: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
