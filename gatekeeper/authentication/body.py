"""body: the digests of a message's body in the canonical forms of DKIM (RFC 6376 §3.4), each form gone over once.

Time and memory do not depend on what the body holds: it is taken in pieces that end with a line. Nothing here raises.
"""

import hashlib
from collections.abc import Collection, Iterator
from mmap import mmap
from weakref import WeakKeyDictionary

from gatekeeper.message import Message

_PIECE = 1_000_000
_BLANKS = bytes.maketrans(b"\t", b" ")

Digests = dict[int | None, bytes | None]
"""The SHA-256 of the first so many octets; None as a key: of all. None as a value: it is not so long."""


_known: WeakKeyDictionary[Message, dict[bool, Digests]] = WeakKeyDictionary()


def body_digests(message: Message, relaxed: bool, lengths: Collection[int | None]) -> Digests:
    """As `digests`, remembered as long as the message is: its DKIM signatures and its ARC chain share them."""
    known = _known.setdefault(message, {})
    if relaxed not in known or not known[relaxed].keys() >= set(lengths):
        known[relaxed] = digests(message.raw, message.body_start, relaxed, lengths)
    return known[relaxed]


def digests(raw: bytes | mmap, start: int, relaxed: bool, lengths: Collection[int | None]) -> Digests:
    """The digests of the body that begins at `start`: of all of it, and for each of `lengths`."""
    wanted = sorted(length for length in set(lengths) if length is not None)
    found: Digests = {}
    running, size = hashlib.sha256(), 0
    for piece in canonical(raw, start, relaxed):
        while wanted and wanted[0] <= size + len(piece):
            partial = running.copy()
            partial.update(piece[: wanted[0] - size])
            found[wanted.pop(0)] = partial.digest()
        running.update(piece)
        size += len(piece)
    found.update(dict.fromkeys(wanted))
    if 0 in lengths:
        found[0] = hashlib.sha256().digest()
    found[None] = running.digest()
    return found


def canonical(raw: bytes | mmap, start: int, relaxed: bool) -> Iterator[bytes]:
    """The body without empty lines at its end; white space is squeezed if `relaxed` (RFC 6376 §3.4.3, §3.4.4)."""
    blank, anything = 0, False
    for piece in _pieces(raw, start):
        text = _squeezed(piece) if relaxed else piece
        kept = _without_last_ends(text)
        if kept:
            yield b"\r\n" * blank
            yield kept
            blank, anything = 0, True
        blank += (len(text) - len(kept)) // 2
    if anything or not relaxed:
        yield b"\r\n"


def _pieces(raw: bytes | mmap, start: int) -> Iterator[bytes]:
    end = len(raw)
    while start < end:
        stop = raw.find(b"\n", min(start + _PIECE, end)) + 1 or end
        yield raw[start:stop]
        start = stop


def _squeezed(text: bytes) -> bytes:
    text = text.translate(_BLANKS)
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text.replace(b" \r\n", b"\r\n").removesuffix(b" ")


def _without_last_ends(text: bytes) -> bytes:
    """Without the line ends that it ends with, all of them CRLF."""
    tail = text[len(text.rstrip(b"\r\n")) :]
    first = max(tail.rfind(b"\n\n"), tail.rfind(b"\r\r")) + 1
    ends = tail[first:].removeprefix(b"\n")
    return text[: len(text) - len(ends)] if ends.endswith(b"\n") else text
