"""handover: what became of one message at its next hop, for each recipient, and the one reply the client gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from gatekeeper.values import Fate, Reply

ANOTHER_REFUSED = Reply(451, "4.3.0", ("Another recipient was refused by the next hop, try again",))


class Ending(Enum):
    """`WITHHELD`: the hop took this recipient, but not another, so nobody got it. `UNREACHABLE`: the hop took nothing
    and did not say why. `UNCERTAIN`: no reply came to our final dot, so the hop may have it.
    """

    DELIVERED = "delivered"
    REFUSED = "refused"
    WITHHELD = "withheld"
    UNREACHABLE = "unreachable"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Handover:
    """One recipient's. `reply` is the hop's, given at `step` (`MAIL RCPT DATA dot`), or ours, and `step` is empty."""

    recipient: str
    ending: Ending
    reply: Reply
    step: str = ""

    @property
    def fate(self) -> Fate:
        """As the journal calls it."""
        match self.ending:
            case Ending.DELIVERED:
                return Fate.DELIVERED
            case Ending.UNCERTAIN:
                return Fate.UNCERTAIN
            case _:
                return Fate.REFUSED


def client_reply(handovers: Sequence[Handover]) -> Reply:
    """The reply for all: positive if all were delivered, permanent if all were refused for good, else try again."""
    replies = [handover.reply for handover in handovers]
    worst = next((reply for reply in replies if not reply.permanent and not reply.positive), None)
    worst = worst or next((reply for reply in replies if reply.permanent), replies[0])
    # 421 is about the hop's session with us, not the client's.
    return Reply(451, worst.status, worst.lines) if worst.code == 421 else worst
