"""smtp_client_delivery: an envelope on its way out → MAIL and RCPT commands, and what a server must offer to get it.

Nothing is ever converted: what a server cannot take is told by `lacking` (RFC 6152, 6531 §3.5, 1870 §6.1). Addresses
and parameters were read by a front; that none can hold a second command is asserted here again, with ValueError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.values import Reply

NO_8BIT = Reply(554, "5.6.3", ("The next hop takes no 8-bit content",))
NO_UTF8 = Reply(553, "5.6.7", ("The next hop takes no internationalised addresses",))
TOO_LARGE = Reply(552, "5.3.4", ("Message too large for the next hop",))

_BRACKETS = frozenset("<> ")
_CONTROL = bytes(range(32)) + b"\x7f"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Addresses are text as in `Envelope`. `parameters` are those of MAIL (BODY, SMTPUTF8, RET, ENVID; names in upper
    case), `rcpt_parameters` those of RCPT for each recipient (NOTIFY, ORCPT). `size` is that of the message as it goes
    out, in bytes without dot-stuffing; 0 if nobody counted.
    """

    sender: str
    recipients: tuple[str, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    rcpt_parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    size: int = 0


def lacking(delivery: Delivery, offered: Capabilities) -> Reply | None:
    """Why a server that offers this cannot take it, or None."""
    if delivery.parameters.get("BODY", "").upper() == "8BITMIME" and not offered.eightbit:
        return NO_8BIT
    if not offered.smtputf8 and ("SMTPUTF8" in delivery.parameters or not _ascii(delivery)):
        return NO_UTF8
    if offered.size and delivery.size > offered.size:
        return TOO_LARGE
    return None


def mail_command(delivery: Delivery, offered: Capabilities) -> bytes:
    """MAIL with the parameters that the server knows."""
    words = ["MAIL FROM:" + _path(delivery.sender)]
    if offered.size is not None and delivery.size:
        words.append(f"SIZE={delivery.size}")
    given = delivery.parameters
    if offered.eightbit and "BODY" in given:
        words.append(f"BODY={given['BODY']}")
    if offered.smtputf8 and ("SMTPUTF8" in given or not _ascii(delivery)):
        words.append("SMTPUTF8")
    if offered.dsn:
        words += [f"{name}={given[name]}" for name in ("RET", "ENVID") if name in given]
    return _command(words)


def rcpt_command(delivery: Delivery, recipient: str, offered: Capabilities) -> bytes:
    """RCPT with the parameters that the server knows."""
    words = ["RCPT TO:" + _path(recipient)]
    if offered.dsn and delivery.rcpt_parameters:
        given = delivery.rcpt_parameters.get(recipient, {})
        words += [f"{name}={given[name]}" for name in ("NOTIFY", "ORCPT") if name in given]
    return _command(words)


def _ascii(delivery: Delivery) -> bool:
    return delivery.sender.isascii() and all(recipient.isascii() for recipient in delivery.recipients)


def _path(address: str) -> str:
    if not address.startswith('"') and not _BRACKETS.isdisjoint(address):
        raise ValueError("angle bracket or space in an address")
    return f"<{address}>"


def _command(words: list[str]) -> bytes:
    command = " ".join(words).encode("utf-8", "surrogateescape")
    if len(command.translate(None, _CONTROL)) != len(command) or any(" " in word for word in words[1:]):
        raise ValueError("control character or space in an envelope")
    return command + b"\r\n"
