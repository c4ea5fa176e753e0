"""teaching: addresses of the gateway's own. Who writes there says what a message is, and no mail to them goes on.

Our own users alone are listened to: those in `gateway.own_networks`, and those who have told the MTA their password.
`250` is said when what they taught is on disk; so the fate is `delivered`, and the reply says what became of it.
Nothing here fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gatekeeper.message import Buffer
from gatekeeper.pipeline.contract import Steps
from gatekeeper.values import Action, Envelope, Fate, Label, Outcome, Reply, Verdict

TAUGHT = Verdict(Action.ACCEPT, "teaching")
_STRANGER = Reply(550, "5.7.1", ("Our own users alone teach here",))
NOT_A_TEACHER = Verdict(Action.REJECT, "not-a-teacher", reply=_STRANGER)
_HOP = "teaching"


@dataclass(frozen=True, slots=True)
class TeachingMailboxes:
    """`labels` has what is taught at each address, in lower case. `teach` takes what was sent there, and whose word it
    is; it may ask what is inside an attachment, and answers what the client is to be told.
    """

    labels: Mapping[str, Label]
    teach: Callable[[Buffer, Label, str], Steps[Reply]]

    def label(self, address: str) -> Label | None:
        """What is taught at this address, if anything."""
        return self.labels.get(address.lower())


def may_teach(envelope: Envelope) -> bool:
    """Whether it comes from a user of ours, and says from whom."""
    return envelope.outbound and bool(envelope.sender)


def taught(reply: Reply) -> tuple[Verdict, Outcome]:
    """What was decided about mail to such an address, and what became of it, once it is answered."""
    if reply.positive:
        return TAUGHT, Outcome(Fate.DELIVERED, _HOP, str(reply))
    action = Action.REJECT if reply.permanent else Action.DEFER
    return Verdict(action, TAUGHT.reason, reply=reply), Outcome(Fate.REFUSED, reply=str(reply))
