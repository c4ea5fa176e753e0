"""milter_content: the message as the MTA received it, put together again from a milter's header and body events.

Each field is name, colon, value, CRLF; folded values come with LF, which was CRLF on the wire. With HDR_LEADSPC
negotiated the value has its own white space in front, so every byte is what the MTA read; without it we put one space
there. A message above `memory` bytes lives in an unlinked temporary file. Fails with `OSError` if that cannot be
written.
"""

import mmap
import tempfile
from typing import IO


class Content:
    """One message while it comes in."""

    def __init__(self, leading_space: bool, memory: int) -> None:
        self.size = 0
        self._colon = b":" if leading_space else b": "
        self._memory = memory
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._in_body = False

    def field(self, name: bytes, value: bytes) -> None:
        """One header field."""
        if b"\n" in value:
            value = value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self._add(b"%b%b%b\r\n" % (name, self._colon, value))

    def body(self, chunk: bytes) -> None:
        """Some of the body."""
        self._begin_body()
        self._add(chunk)

    def whole(self) -> bytes | mmap.mmap:
        """The message; nothing more may come."""
        self._begin_body()
        if self._file is None:
            return b"".join(self._pieces)
        self._file.writelines(self._pieces)
        self._file.flush()
        with self._file:
            return mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def _begin_body(self) -> None:
        if not self._in_body:
            self._in_body = True
            self._add(b"\r\n")

    def _add(self, piece: bytes) -> None:
        self.size += len(piece)
        self._pieces.append(piece)
        if self.size > self._memory:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `whole`, or with us
            self._file.writelines(self._pieces)
            self._pieces.clear()
