"""events: what our SMTP server machine tells its front. Frozen; do not subclass.

Every event but `Content` waits for a reply, and nothing is read before it is given.
"""

from dataclasses import dataclass, field
from enum import Enum


class Fault(Enum):
    """Why content can not be taken, whatever it says."""

    SMUGGLING = "smuggling"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Hello:
    """HELO or, if `extended`, EHLO; a transaction under way is over. Answer with `welcome`."""

    name: str
    extended: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """MAIL; `sender` without angle brackets, "" for the null sender."""

    sender: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipient:
    """RCPT; `address` is `local@domain`, or `postmaster` alone in any case of letters."""

    address: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begin:
    """DATA or the first BDAT. Answer with `accept_content`, or refuse it with `reply`."""


@dataclass(frozen=True, slots=True)
class Content:
    """A piece of the message, dots unstuffed; never ends between CR and LF."""

    data: bytes


@dataclass(frozen=True, slots=True)
class End:
    """The message is complete. With a `fault` what came as `Content` is not all of it, and it must be refused.

    `normalised` counts the bytes that no line of a message may hold and that were mended on the operator's word.
    """

    fault: Fault | None = None
    normalised: int = 0


@dataclass(frozen=True, slots=True)
class Reset:
    """RSET: the transaction under way, if any, is over. To be answered with 250."""


@dataclass(frozen=True, slots=True)
class StartTls:
    """STARTTLS. After a positive reply do the handshake, then call `secured`."""


@dataclass(frozen=True, slots=True)
class Xclient:
    """XCLIENT: from now on the session is that of another client. Names in upper case, values decoded, "" unknown."""

    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Xforward:
    """XFORWARD: the message to come was received from another client. As in `Xclient`."""

    attributes: dict[str, str]


Event = Hello | Mail | Recipient | Begin | Content | End | Reset | StartTls | Xclient | Xforward
