"""milter_content: the message as the MTA received it, put together again from a milter's header and body events.

Each field is name, colon, value, CRLF; folded values come with LF, which was CRLF on the wire. With HDR_LEADSPC
negotiated the value has its own white space in front, so every byte is what the MTA read; without it we put one space
there. Nothing here raises; see `Body` for how it is lost.
"""

from mmap import mmap

from gatekeeper.fronts.body import Body

_HEADER = 65536  # bytes of fields that are gathered before they are written


class Content:
    """Header and body events, written to `body` as they come."""

    def __init__(self, body: Body, leading_space: bool) -> None:
        self.body = body
        self._colon = b":" if leading_space else b": "
        self._fields = bytearray()
        self._in_body = False

    def add_field(self, name: bytes, value: bytes) -> None:
        """One header field."""
        if b"\n" in value:
            value = value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self._fields += b"%b%b%b\r\n" % (name, self._colon, value)
        if len(self._fields) > _HEADER:
            self._write_fields()

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
            self._fields += b"\r\n"
            self._write_fields()

    def _write_fields(self) -> None:
        self.body.write(bytes(self._fields))
        self._fields.clear()
