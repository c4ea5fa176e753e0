"""milter_content: the message as the MTA received it, put together again from a milter's header and body events.

Each field is name, colon, value, CRLF; folded values come with LF, which was CRLF on the wire. With HDR_LEADSPC
negotiated the value has its own white space in front, so every byte is what the MTA read; without it we put one space
there. Nothing here raises; see `Body` for how it is lost.
"""

from mmap import mmap

from gatekeeper.fronts.body import Body


class Content:
    """Header and body events, written to `body` as they come."""

    def __init__(self, body: Body, leading_space: bool) -> None:
        self.body = body
        self._colon = b":" if leading_space else b": "
        self._in_body = False

    def add_field(self, name: bytes, value: bytes) -> None:
        """One header field."""
        if b"\n" in value:
            value = value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self.body.write(b"%b%b%b\r\n" % (name, self._colon, value))

    def add_body(self, chunk: bytes) -> None:
        """Some of the body."""
        self._end_header()
        self.body.write(chunk)

    def raw(self) -> bytes | mmap:
        """The whole message; add no more."""
        self._end_header()
        return self.body.raw()

    def _end_header(self) -> None:
        if not self._in_body:
            self._in_body = True
            self.body.write(b"\r\n")
