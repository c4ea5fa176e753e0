"""leaf: single parts as we write them ourselves: a note as text, a header for a renamed attachment. Nothing fails."""

from binascii import b2a_base64
from urllib.parse import quote

_LONGEST = 150
_LINE = 57  # bytes that make a line of 76 letters (RFC 2045 §6.8)
_TYPES = {"txt": "text/plain"}
_ATTACHMENT = "application/octet-stream"
_PATHS = str.maketrans({"/": "_", "\\": "_", ":": "_"})

Fields = tuple[tuple[bytes, bytes], ...]
"""Header fields: name and value, as `name: value`."""


def note_fields() -> Fields:
    """The header of a note."""
    return (
        (b"Content-Type", b"text/plain; charset=utf-8"),
        (b"Content-Transfer-Encoding", b"base64"),
        (b"Content-Disposition", b"inline"),
    )


def note_body(text: str) -> bytes:
    """A note's UTF-8 text in base64, so that nothing a sender chose can look like a delimiter; lines end with CRLF."""
    data = "\r\n".join([*text.splitlines(), ""]).encode("utf-8", "replace")
    return b"".join(b2a_base64(data[i : i + _LINE], newline=False) + b"\r\n" for i in range(0, len(data), _LINE))


def note(text: str) -> bytes:
    """A note as a whole part."""
    return lines(note_fields()) + b"\r\n" + note_body(text).removesuffix(b"\r\n")


def attachment_fields(name: str, encoding: bytes) -> Fields:
    """The header of an attachment that has one name, the type that goes with its extension, and `encoding`."""
    safe = plain_name(name)
    kind = _TYPES.get(safe.rpartition(".")[2].lower(), _ATTACHMENT).encode()
    fields: Fields = (
        (b"Content-Type", kind + b";\r\n\tname=" + _word(safe)),
        (b"Content-Disposition", b"attachment;\r\n\tfilename" + _value(safe)),
    )
    return (*fields, (b"Content-Transfer-Encoding", encoding)) if encoding else fields


def plain_name(name: str) -> str:
    """A file name that all readers see alike: no path, nothing invisible, no quotes, not too long at the front."""
    visible = "".join(letter for letter in name.translate(_PATHS) if letter.isprintable() and letter not in '"')
    return visible[-_LONGEST:].strip() or "attachment"


def lines(fields: Fields) -> bytes:
    """Header fields as lines."""
    return b"".join(b"%b: %b\r\n" % field for field in fields)


def _word(name: str) -> bytes:
    """Quoted (RFC 5322 §3.2.4), or, beyond ASCII, the encoded word that mail programs expect in `name` (RFC 2047)."""
    if name.isascii():
        return b'"' + name.encode() + b'"'
    return b'"=?utf-8?B?' + b2a_base64(name.encode("utf-8", "replace"), newline=False) + b'?="'


def _value(name: str) -> bytes:
    """Quoted, or as RFC 2231 §4 has it."""
    if name.isascii():
        return b'="' + name.encode() + b'"'
    return b"*=utf-8''" + quote(name.encode("utf-8", "replace"), safe="").encode()
