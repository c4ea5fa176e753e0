"""mail: what a check is given. The envelope from the start, the recipient at its stage, the message after the dot, and
what earlier stages have found.
"""

from dataclasses import dataclass

from gatekeeper.message.message import Message
from gatekeeper.values import Authenticated, Envelope, Finding


@dataclass(frozen=True, slots=True)
class Mail:
    """`recipient` is set at the recipient stage only, `message` from the header stage on. `findings` are those of
    earlier stages that hold for every recipient.
    """

    envelope: Envelope
    recipient: str = ""
    message: Message | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def score(self) -> float:
        """What these findings add up to."""
        return sum(finding.score for finding in self.findings)

    @property
    def results(self) -> tuple[Authenticated, ...]:
        """What was authenticated so far, and what failed to be."""
        return tuple(finding.result for finding in self.findings if finding.result is not None)
