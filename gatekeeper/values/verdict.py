"""verdict: what shall become of the message for one recipient, and why."""

from dataclasses import dataclass

from gatekeeper.values.action import Action
from gatekeeper.values.change import Change
from gatekeeper.values.finding import Finding
from gatekeeper.values.label import Label
from gatekeeper.values.reply import Reply


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is a stable slug (`dnsbl-listed`), the same in reply, header, log, metric and quarantine.

    `required` is the score from which mail is called spam; `reply` is set when an operator's table dictates it;
    `changes` are made to the message before it goes on. `learn`: nobody has to say what the message is; everything that
    judges agrees, and it is to be learnt as this. `reached`: the score from which that is done, if it was the sum of
    all findings that led to it.
    """

    action: Action
    reason: str
    score: float = 0.0
    required: float = 0.0
    findings: tuple[Finding, ...] = ()
    reply: Reply | None = None
    changes: tuple[Change, ...] = ()
    learn: Label | None = None
    reached: float | None = None

    @property
    def spam(self) -> bool:
        """What `X-Spam-Flag` says."""
        return self.score >= self.required or self.action in (Action.QUARANTINE, Action.REJECT, Action.DISCARD)
