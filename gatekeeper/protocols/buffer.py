"""buffer: bytes received and not yet read, as lines or as so many octets.

Taking from the front costs as much as is taken, not as much as is left. Fails with CommandError on a line that is too
long, once its end has come.
"""

from gatekeeper.protocols import replies
from gatekeeper.protocols.replies import CommandError


class ReceiveBuffer:
    """Grows at the end, is read from the front."""

    __slots__ = ("_bytes", "_overlong")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._overlong = False

    def __len__(self) -> int:
        return len(self._bytes)

    def append(self, data: bytes) -> None:
        """What came in."""
        self._bytes += data

    def clear(self) -> None:
        """Forget it all."""
        self._bytes.clear()
        self._overlong = False

    def line(self, limit: int) -> bytes | None:
        """The next line without its CRLF, which alone ends it; None if it is not complete. Of a line longer than
        `limit` nothing is kept.
        """
        end = self._bytes.find(b"\r\n")
        if end < 0:
            if len(self._bytes) > limit + 1:
                self._overlong = True
                del self._bytes[:-1]  # which may be the CR of its end
            return None
        line = bytes(memoryview(self._bytes)[:end])
        self.skip(end + 2)
        if self._overlong or end > limit:
            self._overlong = False
            raise CommandError(replies.LINE_TOO_LONG)
        return line

    def peek(self, most: int) -> bytes:
        """The first `most` octets, or fewer; they stay."""
        return bytes(memoryview(self._bytes)[:most])

    def skip(self, most: int) -> int:
        """Drop `most` octets, or as many as there are; how many."""
        gone = min(most, len(self._bytes))
        del self._bytes[:gone]
        return gone
