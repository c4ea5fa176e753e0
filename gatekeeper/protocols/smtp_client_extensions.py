"""smtp_client_extensions: what a server's reply to EHLO offers (RFC 5321 §4.1.1.1). Never fails: what it does not know
is not offered.
"""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.values import Reply

_NONE = Capabilities()
_LONGEST_SIZE = 20  # digits, RFC 1870 §4


@dataclass(frozen=True, slots=True)
class Extensions:
    """`capabilities` bind our clients, the others concern only the session."""

    pipelining: bool = False
    starttls: bool = False
    capabilities: Capabilities = _NONE

    @classmethod
    def read(cls, reply: Reply) -> Extensions:
        """The lines after the first, one extension each, in any case."""
        words = [line.upper().split() for line in reply.lines[1:]]
        offered = {line[0]: line[1:] for line in words if line}
        return cls(
            "PIPELINING" in offered,
            "STARTTLS" in offered,
            Capabilities("8BITMIME" in offered, "SMTPUTF8" in offered, "DSN" in offered, _size(offered.get("SIZE"))),
        )


def _size(words: list[str] | None) -> int | None:
    """None without SIZE, 0 without a limit (RFC 1870 §4)."""
    if words is None:
        return None
    digits = words[0] if words else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_SIZE else 0
