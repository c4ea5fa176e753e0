"""behaviour: how the Exchange stand-in behaves, and what it remembers. Everything may be changed while it runs."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

STEPS = ("connect", "ehlo", "helo", "starttls", "mail", "rcpt", "data", "bdat", "dot", "rset", "noop", "quit")
EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "SIZE", "CHUNKING", "ENHANCEDSTATUSCODES")


@dataclass(frozen=True, slots=True)
class Received:
    """One message taken. Addresses and parameters are the bytes that stood in MAIL and RCPT, read as UTF-8;
    `content` is without dot-stuffing; `verb` is DATA or BDAT.
    """

    sender: str
    recipients: tuple[str, ...]
    mail_parameters: str
    rcpt_parameters: tuple[str, ...]
    content: bytes
    verb: str
    helo: str
    tls: bool
    session: int


@dataclass
class Behaviour:
    """Times are seconds. `replies` and `rcpt_replies` map a step or a lower-case address to the reply line to give
    instead, or to a list of them that is used up one by one. `vanish` names steps at which the connection is closed
    without a reply; at `dot` the message has been taken by then.
    """

    hostname: str = "exchange.test"
    extensions: set[str] = field(default_factory=lambda: set(EXTENSIONS))
    size: int = 37_748_736
    tls: ssl.SSLContext | None = None
    connections: int = 20
    verify: set[str] | None = None  # known mailboxes: others are refused at RCPT with 550 5.1.1
    unknown: set[str] = field(default_factory=set)  # taken at RCPT, then the whole message is refused with 550 5.1.10
    replies: dict[str, str | list[str]] = field(default_factory=dict)
    rcpt_replies: dict[str, str | list[str]] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    vanish: set[str] = field(default_factory=set)
    pressure: bool = False  # 452 4.3.1 at MAIL
    tarpit: float = 0.0  # before each refusal
    idle: float = 300.0  # silence of the client, then 421 4.4.1
    lifetime: float = 600.0  # of a session, then 421 4.4.1
    keep: bool = True  # remember messages and commands; off for load tests

    def reply(self, step: str, usual: str) -> str:
        """What is said at `step`."""
        return _next(self.replies, step) or usual

    def rcpt(self, address: str) -> str:
        """What is said to RCPT TO:<address>."""
        key = address.lower()
        if self.verify is not None and key not in self.verify:
            usual = "550 5.1.1 User unknown"
        else:
            usual = "250 2.1.5 Recipient OK"
        return _next(self.rcpt_replies, key) or self.reply("rcpt", usual)

    def dot(self, recipients: list[str]) -> str:
        """What is said after the content."""
        if any(address.lower() in self.unknown for address in recipients):
            return "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
        return self.reply("dot", "250 2.6.0 Queued mail for delivery")


def _next(replies: dict[str, str | list[str]], key: str) -> str | None:
    planned = replies.get(key)
    if isinstance(planned, list):
        return planned.pop(0) if planned else None
    return planned
