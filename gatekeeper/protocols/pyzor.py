"""pyzor: what a client of a Pyzor server says, and what it makes of the reply. Sans-I/O, version 2.1.

Requests and replies are one datagram each: lines of `Name: value`, like a mail header. A reply belongs to the request
whose `Thread` it bears. Whoever has an account signs: `Sig` is SHA-1 over that of the lines, the time and a key.

A datagram that is no reply is None, whatever stands in it: it may come from anybody. Nothing here raises.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

PORT = 24441
THREADS = range(1024, 65536)
"""What a request may be numbered with; those below are kept for a server's own errors."""

LARGEST = 8192
"""Bytes of a datagram."""

_VERSION = "2.1"
_LONGEST_DIAG = 100
_MOST_DIGITS = 19


class Op(StrEnum):
    """What a server is asked to do."""

    PING = "ping"
    CHECK = "check"
    REPORT = "report"
    WHITELIST = "whitelist"


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks. `key` is in hexadecimal, as Pyzor's own tool makes it; the anonymous have none."""

    user: str = "anonymous"
    key: str = ""


ANONYMOUS = Account()


@dataclass(frozen=True, slots=True)
class Reply:
    """`code` is 200 if all is well; `reports` and `whitelisted` say how often, or are None where that was not asked."""

    thread: int
    code: int
    diag: str = ""
    reports: int | None = None
    whitelisted: int | None = None


def request(op: Op, thread: int, now: float, digest: str = "", spec: str = "", account: Account = ANONYMOUS) -> bytes:
    """The datagram. `now` is in seconds since 1970; servers with accounts take what is less than five minutes off."""
    lines = [f"Op: {op}", f"Op-Digest: {digest}", f"Op-Spec: {spec}", f"Thread: {thread}", f"PV: {_VERSION}"]
    lines = [line for line in lines if not line.endswith(": ")]
    lines += [f"User: {account.user}", f"Time: {int(now)}"]
    signed = "\n".join(lines)
    return f"{signed}\nSig: {_signature(signed, int(now), account)}\n\n".encode()


def _signature(signed: str, now: int, account: Account) -> str:
    """lower(H(H(lines) ":" time ":" lower(H(user ":" key)))), the inner H of the lines in octets, H being SHA-1."""
    key = _sha1(f"{account.user}:{account.key.lower()}".encode()).hex()
    return _sha1(_sha1(signed.encode()) + f":{now}:{key}".encode()).hex()


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def reply(datagram: bytes) -> Reply | None:
    """What a server said, if this is a reply of our version of the protocol."""
    if len(datagram) > LARGEST:
        return None
    said: dict[str, str] = {}
    for line in datagram.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            said.setdefault(name.strip().lower(), value.strip())
    thread, code = _number(said.get("thread")), _number(said.get("code"))
    if thread is None or code is None or said.get("pv", "").partition(".")[0] != _VERSION.partition(".")[0]:
        return None
    diag = "".join(c if c.isprintable() else "?" for c in said.get("diag", "")[:_LONGEST_DIAG])
    return Reply(thread, code, diag, _number(said.get("count")), _number(said.get("wl-count")))


def _number(text: str | None) -> int | None:
    if text and len(text) <= _MOST_DIGITS and text.isascii() and text.isdecimal():
        return int(text)
    return None
