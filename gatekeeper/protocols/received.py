"""received: trace lines (RFC 5321 §4.4): the one we write, and what those of trusted hops tell of a message's origin.

Only the newest lines can be believed, each as far as the hop that wrote it: the top one was written by the hop that is
connected, the next by the hop that it names, and so on. Nothing here fails; a line that is not understood ends it.
"""

from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from ipaddress import ip_address
from itertools import islice

from gatekeeper.protocols.address import plain_address
from gatekeeper.protocols.grammar import (
    BRACKETED,
    BY_CLAUSE,
    CLAIM,
    COMMENT,
    COMMENT_HELO,
    FROM_CLAUSE,
    FROM_COMMENTS,
    NAMED_CLIENT,
    NAMELESS_CLIENT,
    NOT_IN_HELO,
    TELLS_NAMES,
)
from gatekeeper.values import Client, Envelope

MOST = 50  # a message with more of these lines is in a loop (§6.3)
_LONGEST = 2000  # octets of a line that are looked at


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the way: what the client called itself, its reverse name ("" if it has none, None if nobody says),
    its address, and who wrote this down.
    """

    helo: str = ""
    name: str | None = None
    address: str = ""
    by: str = ""

    @property
    def public(self) -> bool:
        """Whether the address is one of the Internet's."""
        return bool(self.address) and _is_global(self.address)


@lru_cache(maxsize=1024)
def _is_global(address: str) -> bool:
    return ip_address(address).is_global


def hop_of(value: bytes) -> Hop:
    """What one Received line says, whoever wrote it."""
    text = " ".join(value[:_LONGEST].decode("latin-1").split())
    by = BY_CLAUSE.search(text)
    written_by = by[1].lower() if by else ""
    found = FROM_COMMENTS.match(text)
    if not found:
        return Hop(by=written_by)
    first, comments = found[1].lower(), found[2]
    said = COMMENT_HELO.search(comments) if comments else None
    name = _name(first, comments, said is not None, text)
    return Hop(said[1].lower() if said else first, name, _address(text) or "", written_by)


def _name(first: str, comments: str, said: bool, text: str) -> str | None:
    """The reverse name: in front, where HELO stands apart (qmail, Exim), or before the address (sendmail, Postfix)."""
    if said:
        return "" if first == "unknown" or first.startswith("[") else first
    if found := NAMED_CLIENT.match(comments):
        return found[1].lower()
    return "" if NAMELESS_CLIENT.match(comments) and TELLS_NAMES.search(text) else None


def received_value(envelope: Envelope, hostname: str, said: str) -> bytes:
    """Our line without its name, folded. `said` is what the peer called itself. `for` stands there only with a single
    recipient, as it would tell others (§7.6).
    """
    peer = envelope.peer
    address = f"[{'IPv6:' if ':' in peer.address else ''}{peer.address}]" if peer.address else ""
    helo = NOT_IN_HELO.sub("?", said) or "unknown"
    words = [f"from {helo} ({' '.join(filter(None, (peer.name, address))) or 'unknown'})"]
    if envelope.tls:
        words.append(f"(using {envelope.tls})")
    words.append(f"by {hostname} with {envelope.protocol} id {envelope.id}")
    if len(envelope.recipients) == 1:
        words.append(f"for <{envelope.recipients[0]}>")
    lines = [*words[:-1], f"{words[-1]};", _date(int(envelope.received_at))]
    return "\r\n\t".join(lines).encode("utf-8", "surrogateescape")


@lru_cache(maxsize=8)
def _date(seconds: int) -> str:
    """As RFC 5322 §3.3 writes it. Much mail has the same second."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC))


def origin(values: Iterable[bytes], trusted: Container[str]) -> Client | None:
    """The newest client outside of `trusted` that trusted hops wrote down, or None where they name none.

    `values` are those of the Received fields, newest first, from a peer that is trusted itself.
    """
    for value in islice(values, MOST):
        address = from_address(value)
        if address is None:
            return None
        if address not in trusted and not ip_address(address).is_loopback:
            return Client(address)
    return None


def from_address(value: bytes) -> str | None:
    """The address from which one Received line says its message came, as the usual servers write it.

    sendmail, Postfix `from helo (name [1.2.3.4])`, Exim `from name ([1.2.3.4] helo=x)` and `from [1.2.3.4] (helo=x)`,
    Exchange `from name (1.2.3.4)`, qmail `from name (HELO x) (1.2.3.4)`. What the client chose itself (HELO, ident, a
    certificate's name in a later comment) is not taken for its address.
    """
    return _address(value.decode("ascii", "replace"))


def _address(text: str) -> str | None:
    match = FROM_CLAUSE.match(text)
    if match is None:
        return None
    comment = COMMENT.search(CLAIM.sub("", match["comments"]))
    inside = comment[1].strip() if comment else ""
    for text in BRACKETED.findall(inside)[-1:] or [inside, *BRACKETED.findall(match["name"])]:
        with suppress(ValueError):
            return plain_address(text)
    return None
