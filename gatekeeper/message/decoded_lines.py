"""decoded_lines: fields and lines of a message as their reader sees them, in UTF-8, for rules that Postfix asks of the
raw ones alone.

A field is decoded by RFC 2047; of each text, pages with their markup among them, every plausible reading is cut into
lines, the first octets of it up to a limit. What is the same decoded is not said again. Never fails.
"""

from collections.abc import Iterator

from gatekeeper.message.checked_lines import LINE_LENGTH
from gatekeeper.message.message import Message
from gatekeeper.message.text.reading import written_texts
from gatekeeper.message.words import decoded_words


def decoded_field(field: bytes) -> bytes:
    """A logical field with its encoded words decoded, one line of it; empty if it has none."""
    name, colon, value = field.partition(b":")
    if b"=?" not in value:
        return b""
    decoded = " ".join(decoded_words(value).split("\n")).replace("\r", " ")
    found = name + colon + decoded.encode("utf-8", "replace")
    return found if found != field else b""


def decoded_lines(message: Message, size: int) -> Iterator[bytes]:
    """Each line of each text that is another one decoded; `size` octets of each reading, 0: all."""
    for part in message.walk():
        raw = bytes(part.body)
        for text in written_texts(part):
            octets = text.encode("utf-8", "replace")
            if octets != raw:
                yield from _lines(octets[: size or None])


def _lines(octets: bytes) -> Iterator[bytes]:
    for line in octets.splitlines():
        yield from (line[at : at + LINE_LENGTH] for at in range(0, len(line), LINE_LENGTH))
