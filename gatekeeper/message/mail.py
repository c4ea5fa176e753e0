"""mail: what a check is given. The envelope from the start, the recipient at its stage, the message after the dot."""

from dataclasses import dataclass

from gatekeeper.message.message import Message
from gatekeeper.values import Envelope


@dataclass(frozen=True, slots=True)
class Mail:
    """`recipient` is set at the recipient stage only, `message` from the header stage on."""

    envelope: Envelope
    recipient: str = ""
    message: Message | None = None
