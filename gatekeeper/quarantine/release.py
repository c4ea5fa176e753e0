"""release: the token by which our milter knows a message again that we put back into the MTA. Pure.

    TOKEN = ID . EXPIRES . NONCE . FIELDS . CONTENT . RECIPIENTS . HMAC-SHA256

It is bound to the recipients, and to what an MTA leaves alone: the body up to trailing empty lines, whatever its line
ends, and those of `_FIELDS` that the message has, up to white space. FIELDS says which: an MTA may add a missing
Message-ID, and Postfix completes an address without a domain in From or To, so such a field does not count.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from gatekeeper.message import Buffer
from gatekeeper.message.edit import body_start, header_fields

LIFETIME = 3600.0  # seconds
OURS = "ours"  # stands for the id in the token of what was never held: we have written it ourselves
_FIELDS = (b"from", b"subject", b"date", b"message-id", b"to")
_ADDRESSES = (b"from", b"to")
_PARTS = 7
_DIGEST = 24  # bytes that are kept of a SHA-256


class Refusal(Enum):
    """Why a token does not let a message through."""

    MALFORMED = "not a release token"
    FORGED = "not signed by us"
    EXPIRED = "too old"
    OTHER_RECIPIENTS = "made for other recipients"
    OTHER_CONTENT = "made for another message"
    USED = "used before"


class Ticket(NamedTuple):
    """A token that is what it should be; whether it was used before is for the quarantine to say."""

    hold_id: str
    expires: float
    nonce: str


def token(key: bytes, hold_id: str, raw: Buffer, recipients: Iterable[str], expires: float) -> str:
    """A token of printable ASCII, good until `expires` (seconds of the epoch)."""
    lasting = _lasting(raw)
    parts = (
        hold_id,
        str(int(expires)),
        secrets.token_hex(8),
        str(lasting),
        _content(raw, lasting),
        _recipients(recipients),
    )
    signed = ".".join(parts)
    return f"{signed}.{_signature(key, signed)}"


def read(key: bytes, token: str, raw: Buffer, recipients: Iterable[str], now: float) -> Ticket | Refusal:
    """What `token` says, if it was made for this message and these recipients."""
    token = token.strip()
    if not token.isascii() or token.count(".") != _PARTS - 1:
        return Refusal.MALFORMED
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature, _signature(key, signed)):
        return Refusal.FORGED
    hold_id, expires, nonce, lasting, content, addressed = signed.split(".")
    if int(expires) < now:
        return Refusal.EXPIRED
    if addressed != _recipients(recipients):
        return Refusal.OTHER_RECIPIENTS
    if content != _content(raw, int(lasting)):
        return Refusal.OTHER_CONTENT
    return Ticket(hold_id, float(expires), nonce)


def _lasting(raw: Buffer) -> int:
    """Which of `_FIELDS` the message has and will have unchanged behind an MTA, one bit each."""
    found: dict[bytes, bool] = {}
    for field in header_fields(raw):
        name = field.name.lower()
        complete = name not in _ADDRESSES or field.value.count(b"@") > field.value.count(b",")
        found[name] = found.get(name, True) and complete
    return sum(1 << place for place, name in enumerate(_FIELDS) if found.get(name))


def _content(raw: Buffer, lasting: int) -> str:
    """Digest of the fields in `lasting`, and of the body."""
    values: dict[bytes, list[bytes]] = {name: [] for place, name in enumerate(_FIELDS) if lasting >> place & 1}
    for field in header_fields(raw):
        values.get(field.name.lower(), []).append(b" ".join(field.value.split()))
    digest = hashlib.sha256()
    for name, found in values.items():
        digest.update(b"\n".join((name, *found, b"")))
    digest.update(b"\n")
    with memoryview(raw) as view:
        digest.update(bytes(view[body_start(raw) :]).replace(b"\r\n", b"\n").rstrip(b"\n"))
    return _text(digest.digest()[:_DIGEST])


def _recipients(recipients: Iterable[str]) -> str:
    addresses = sorted({recipient.lower() for recipient in recipients})
    digest = hashlib.sha256("\n".join(addresses).encode("utf-8", "surrogateescape"))
    return _text(digest.digest()[:_DIGEST])


def _signature(key: bytes, signed: str) -> str:
    return _text(hmac.digest(key, signed.encode(), "sha256"))


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
