"""content: bytes of a message as they come in by DATA or BDAT → the message, and its end.

Only CRLF ends a line, and only CRLF "." CRLF ends DATA (RFC 5321 §4.1.1.4, §2.3.8). Anything that another server might
take for a line end, a bare CR or LF, or a NUL, is counted; content with any of these must be refused, because two
servers would see two different sets of messages in it (SMTP smuggling, CVE-2023-51764). Where the operator says so it
is mended instead: line ends become CRLF, NULs vanish. Cost is a few searches over each piece, whatever its lines are.

A reader never fails, and its pieces never end between CR and LF.
"""

_DOT = b"\r\n."
_END = b"\r\n.\r\n"
_GULP = 1 << 18  # octets read at once
_STARTS = (b"\r\n.\r", b"\r\n.", b"\r\n", b"\r")  # what a piece may end with that the next one may complete


class Screen:
    """Counts over all pieces what no line may hold: `bad`, or with `mend`, when it is mended, `mended`."""

    __slots__ = ("_mend", "bad", "mended")

    def __init__(self, mend: bool = False) -> None:
        self._mend = mend
        self.bad = self.mended = 0

    def pass_on(self, piece: bytes) -> bytes:
        """`piece` as it is, or mended. It must not end between CR and LF."""
        bare = piece.count(b"\n") + piece.count(b"\r") - 2 * piece.count(b"\r\n")
        if b"\0" in piece:
            bare += piece.count(b"\0")
        if not bare:
            return piece
        if not self._mend:
            self.bad += bare
            return piece
        self.mended += bare
        return _mended(piece)


class DotReader:
    """The content that follows DATA: takes the dots off, knows the end."""

    __slots__ = ("_held", "_virtual", "done", "screen")

    def __init__(self, mend: bool = False) -> None:
        self.screen = Screen(mend)
        self.done = False
        self._held = b"\r\n"  # the line end of DATA itself: a dot may follow at once
        self._virtual = 2  # octets of it, which are no part of the message

    @property
    def wants(self) -> int:
        """How many octets may be fed; 0: the content, or the chunk, is over."""
        return 0 if self.done else _GULP

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """The next piece of the message, and how many octets of `data` belong to it or to its end."""
        before = len(self._held)
        data = self._held + data
        dot = data.find(_DOT)  # mostly the only one: the end
        end = data.find(_END, dot) if dot >= 0 else -1
        if end >= 0:
            self.done = True
            piece, used = data[: end + 2], end + len(_END)
        else:
            self._held = next((start for start in _STARTS if data.endswith(start)), b"")
            piece, used = data[: len(data) - len(self._held)], len(data)
        if dot != end:
            piece = piece.replace(_DOT, b"\r\n")
        piece = self.screen.pass_on(piece)
        if self._virtual and piece:
            piece, self._virtual = piece[self._virtual :], 0
        return piece, used - before


class ChunkReader:
    """The content of a sequence of BDAT chunks (RFC 3030 §2), which know their sizes."""

    __slots__ = ("_held", "_last", "_left", "_open", "done", "screen")

    def __init__(self, mend: bool = False) -> None:
        self.screen = Screen(mend)
        self.done = False
        self._left = 0
        self._last = False
        self._held = b""
        self._open = False

    @property
    def wants(self) -> int:
        """How many octets may be fed; 0: the content, or the chunk, is over."""
        return min(self._left, _GULP)

    def begin(self, size: int, last: bool) -> None:
        """The next chunk has `size` octets; with `last` none follows it."""
        self._left, self._last = size, last

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """As `DotReader.feed`; to be called at least once for each chunk, an empty one too."""
        used = len(data)
        self._left -= used
        self.done = self._last and not self._left
        data = self._held + data
        self._held = b"\r" if data.endswith(b"\r") and not self.done else b""
        piece = self.screen.pass_on(data[: len(data) - len(self._held)])
        if piece:
            self._open = not piece.endswith(b"\r\n")
        if self.done and self._open:
            piece, self._open = piece + b"\r\n", False  # the next hop may want DATA, which knows whole lines only
        return piece, used


def _mended(piece: bytes) -> bytes:
    return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n").replace(b"\0", b"")
