"""smtp_client_events: what the client machine tells whoever holds its socket. Do not subclass these."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from gatekeeper.values import Reply


class Step(Enum):
    """What a reply answers."""

    GREETING = "greeting"
    EHLO = "EHLO"
    HELO = "HELO"
    STARTTLS = "STARTTLS"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "dot"
    RSET = "RSET"
    QUIT = "QUIT"


@dataclass(slots=True)
class Transcript:
    """The replies of one transaction so far. `rcpt` is in the order of the delivery's recipients; after MAIL was
    refused it may be shorter.
    """

    mail: Reply | None = None
    rcpt: list[Reply] = field(default_factory=list)
    data: Reply | None = None
    dot: Reply | None = None

    @property
    def welcome(self) -> bool:
        """Nobody said no so far."""
        return self.mail is not None and self.mail.positive and all(reply.positive for reply in self.rcpt)

    @property
    def dismissed(self) -> bool:
        """The server hung up before it was told anything (RFC 5321 §3.8, 421)."""
        return any(reply is not None and reply.code == 421 for reply in (self.mail, *self.rcpt, self.data))


@dataclass(frozen=True, slots=True)
class Ready:
    """EHLO or HELO was taken: a transaction may begin."""


@dataclass(frozen=True, slots=True)
class Secure:
    """STARTTLS was agreed: shake hands now, then call `secured`."""


@dataclass(frozen=True, slots=True)
class GoAhead:
    """354, and every recipient was taken: send the content, piece by piece."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The transaction is over. Unless the machine is `reusable` now, the connection must be closed."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Declined:
    """The server refused the session itself at `step`; close it."""

    step: Step
    reply: Reply


@dataclass(frozen=True, slots=True)
class Broken:
    """The server says what makes no sense, or says goodbye unasked; close it."""

    why: str


Event = Ready | Secure | GoAhead | Settled | Declined | Broken
