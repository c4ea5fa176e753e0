"""smtp_client_content: a message → the bytes that follow 354, dot-stuffed (RFC 5321 §4.5.2), in pieces of a good size.

Cost is a few searches over each piece, whatever its lines are. Fails with `Unclean` on a bare CR or LF: such content
must never leave, because the next hop may read it as two messages (SMTP smuggling, CVE-2023-51764). It is raised before
the final dot, so the hop has nothing when the connection is then closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Piece = bytes | bytearray | memoryview

PIECE = 128 * 1024  # bytes


class Unclean(ValueError):  # noqa: N818  # it says what the content is
    """A CR without its LF, or an LF without its CR."""


class Content:
    """`segments` in a row are the message. A last line without CRLF gets one, or the dot would not stand alone."""

    __slots__ = ("_at_line_start", "_held", "_pieces", "ended")

    def __init__(self, segments: Iterable[Piece]) -> None:
        self._pieces = _pieces(segments)
        self._held = b""  # a CR whose LF comes with the next piece
        self._at_line_start = True
        self.ended = False

    def take(self) -> bytes:
        """The next piece; the last one ends with the final dot and sets `ended`. Raises `Unclean`."""
        raw = next(self._pieces, b"")
        last = len(raw) < PIECE
        piece = self._held + raw if self._held else raw
        self._held = b"\r" if piece.endswith(b"\r") else b""
        if self._held:
            if last:
                raise Unclean("bare CR at the end")
            piece = piece[:-1]
        stuffed = self._stuffed(piece)
        if not last:
            return stuffed
        self.ended = True
        return stuffed + (b".\r\n" if self._at_line_start else b"\r\n.\r\n")

    def _stuffed(self, piece: bytes) -> bytes:
        if not piece:
            return piece
        pairs = piece.count(b"\r\n")
        if piece.count(b"\n") != pairs or piece.count(b"\r") != pairs:
            raise Unclean("bare CR or LF")
        dot_first = self._at_line_start and piece.startswith(b".")
        self._at_line_start = piece.endswith(b"\n")
        if b"\n." in piece:
            piece = piece.replace(b"\n.", b"\n..")
        return b"." + piece if dot_first else piece


def _pieces(segments: Iterable[Piece]) -> Iterator[bytes]:
    """The same bytes in pieces of exactly PIECE, the last one shorter, if there is one."""
    pending: list[memoryview] = []
    size = 0
    for segment in segments:
        rest = memoryview(segment).cast("B")
        while size + len(rest) >= PIECE:
            cut = PIECE - size
            yield b"".join((*pending, rest[:cut]))
            pending, size, rest = [], 0, rest[cut:]
        pending.append(rest)
        size += len(rest)
    if size:
        yield b"".join(pending)
