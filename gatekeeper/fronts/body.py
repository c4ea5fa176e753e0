"""body: the content of one message while it comes in and is judged.

Up to `memory` bytes stay in memory; a larger one moves to a temporary file that has no name, and is read through a
memory map. All bodies of a process share one `Room`. A body that finds no room, or no disk, lets go of what it had and
is `lost`: the client is to come back later. Nothing here raises.
"""

import hashlib
import logging
import mmap
import tempfile
from contextlib import suppress
from typing import IO

_log = logging.getLogger(__name__)


class Room:
    """How many bytes of bodies a process may hold at a time."""

    __slots__ = ("size", "used")

    def __init__(self, size: int) -> None:
        self.size = size
        self.used = 0

    def has(self, octets: int) -> bool:
        """There is room for so many more."""
        return self.used + octets <= self.size


class Body:
    """Write to it, then read `raw`, then `close` it."""

    __slots__ = ("_digest", "_file", "_memory", "_pieces", "_room", "lost", "size")

    def __init__(self, room: Room, memory: int) -> None:
        self.size = 0
        self.lost = False
        self._room = room
        self._memory = memory
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of all that was written, hexadecimal."""
        return self._digest.hexdigest()

    @property
    def large(self) -> bool:
        """It lives in a file."""
        return self._file is not None

    def write(self, piece: bytes) -> None:
        """Append `piece`."""
        if self.lost:
            return
        if not self._room.has(len(piece)):
            self._lose("too much mail in flight")
            return
        self._room.used += len(piece)
        self.size += len(piece)
        self._digest.update(piece)
        self._pieces.append(piece)
        if self._file is not None or self.size > self._memory:
            self._spill()

    def raw(self) -> bytes | mmap.mmap:
        """The whole content; write no more."""
        if self._file is None:
            whole = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
            self._pieces = [whole]
            return whole
        return mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        """Let go of it all; a second time does nothing."""
        self._room.used -= self.size
        self.size = 0
        self._pieces.clear()
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _spill(self) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `close`
            for piece in self._pieces:
                view = memoryview(piece)
                while view:
                    view = view[self._file.write(view) :]
        except OSError as error:
            self._lose(str(error))
        self._pieces.clear()

    def _lose(self, why: str) -> None:
        _log.warning("a body of more than %d bytes was given up: %s", self.size, why)
        self.close()
        self.lost = True
