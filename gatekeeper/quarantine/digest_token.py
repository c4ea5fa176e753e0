"""digest_token: what stands in the links of a digest: leave to do one thing with one held message, for one recipient.

    TOKEN = ID . ACT . EXPIRES . NONCE . RECIPIENT . HMAC-SHA256

RECIPIENT is a digest of the address. Who has the token needs no sign-in; so it is good once, and not for long. Pure;
whether it was used before is for the ledger to say.
"""

import base64
import hashlib
import hmac
import secrets
from enum import Enum
from typing import NamedTuple

from gatekeeper.quarantine.acts import Act
from gatekeeper.values import is_id

ACTS = (Act.RELEASE, Act.REQUEST, Act.DELETE, Act.BLOCK)
"""What a link can be for."""

_PARTS = 6
_LONGEST = 300
_DIGEST = 15  # bytes that are kept of a SHA-256


class NoTicket(Enum):
    """Why a token is worth nothing."""

    FORGED = "not made here, or cut off on its way"
    EXPIRED = "too old"
    USED = "used before"


class Ticket(NamedTuple):
    """What a token says. `recipient` is not the address, but is compared with one by `is_for`."""

    hold_id: str
    act: Act
    expires: float
    nonce: str
    recipient: str

    def is_for(self, address: str) -> bool:
        """Whether it was made for this recipient."""
        return hmac.compare_digest(self.recipient, _recipient(address))


def token(key: bytes, hold_id: str, act: Act, recipient: str, expires: float) -> str:
    """A token that can stand in a URL as it is, good until `expires` (seconds of the epoch)."""
    signed = ".".join((hold_id, act, str(int(expires)), secrets.token_hex(8), _recipient(recipient)))
    return f"{signed}.{_signature(key, signed)}"


def read(key: bytes, token: str, now: float) -> Ticket | NoTicket:
    """What it says."""
    if len(token) > _LONGEST or not token.isascii() or token.count(".") != _PARTS - 1:
        return NoTicket.FORGED
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature, _signature(key, signed)):
        return NoTicket.FORGED
    hold_id, act, expires, nonce, recipient = signed.split(".")
    assert is_id(hold_id)
    return Ticket(hold_id, Act(act), float(expires), nonce, recipient) if int(expires) >= now else NoTicket.EXPIRED


def _recipient(address: str) -> str:
    return _text(hashlib.sha256(address.lower().encode("utf-8", "surrogateescape")).digest()[:_DIGEST])


def _signature(key: bytes, signed: str) -> str:
    return _text(hmac.digest(key, signed.encode(), "sha256"))


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
