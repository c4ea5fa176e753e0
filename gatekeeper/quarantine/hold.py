"""hold: a message kept back from some of its recipients, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.message import Buffer
from gatekeeper.values import Envelope, Fate, Outcome, Verdict

OPEN = (Fate.UNCONFIRMED, Fate.HELD)
"""The fates of a recipient that still waits for somebody to decide."""

CHANGED = (Fate.DELIVERED, Fate.HANDED_OVER)
"""The fates of a recipient that got the message changed, while its original is kept."""

UNTOLD = "it is not written down that the client was told so"
"""Why a hold is unconfirmed as long as nobody says more: the gateway may have ended before it knew."""


@dataclass(frozen=True, slots=True)
class Hold:
    """What shall be held. Its id is that of the envelope.

    `verdicts` has the recipients it is held for. `segments` are, one behind the other, the bytes as they shall go on
    one day; `sha256` (hexadecimal) is of the content as the client sent it, by which a repeat is known.
    """

    envelope: Envelope
    verdicts: Mapping[str, Verdict]
    segments: Sequence[Buffer]
    sha256: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is held, or was. Times are seconds of the epoch; `outcomes` has each recipient of `verdicts`.

    `subject` is as `subject` makes it: one line, printable.
    """

    envelope: Envelope
    verdicts: dict[str, Verdict]
    outcomes: dict[str, Outcome]
    held_at: float
    size: int
    sha256: str
    subject: str = ""

    @property
    def id(self) -> str:
        """What the client was told, and what commands take."""
        return self.envelope.id

    @property
    def waiting(self) -> tuple[str, ...]:
        """The recipients about whom nobody has decided."""
        return tuple(address for address, outcome in self.outcomes.items() if outcome.fate in OPEN)

    @property
    def changed(self) -> tuple[str, ...]:
        """The recipients that got it changed, and have not been sent the original."""
        return tuple(address for address, outcome in self.outcomes.items() if outcome.fate in CHANGED)
