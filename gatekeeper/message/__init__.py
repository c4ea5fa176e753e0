"""message: bytes → Message. `parse` is the way in; `edit` changes header lines and nothing else."""

from gatekeeper.message.budget import Limits
from gatekeeper.message.decode import Decoding
from gatekeeper.message.header import Field
from gatekeeper.message.mail import Mail
from gatekeeper.message.message import Buffer, Message, Part
from gatekeeper.message.parse import parse

__all__ = ["Buffer", "Decoding", "Field", "Limits", "Mail", "Message", "Part", "parse"]
