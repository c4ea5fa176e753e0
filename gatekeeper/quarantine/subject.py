"""subject: what a list of held messages shows of one. Pure.

Only the beginning of a message is looked at. Everything in it is hostile; nothing here fails.
"""

from collections.abc import Iterable

from gatekeeper.message import Buffer
from gatekeeper.message.edit import header_fields
from gatekeeper.message.words import decoded_words

LOOKED_AT = 65_536  # bytes of a message
_DECODED = 2_000  # bytes of a subject
_SHOWN = 300  # letters of it that are kept

_UNSHOWN = (*range(32), *range(127, 160))
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_PLAIN = dict.fromkeys(_UNSHOWN, " ") | dict.fromkeys(_TURNING, "")


def subject(segments: Iterable[Buffer]) -> str:
    """That of the message whose bytes are, one behind the other, `segments`; "" if it has none.

    One line without control characters, and without those that turn the direction of a line.
    """
    fields = header_fields(_beginning(segments))
    value = next((field.value for field in fields if field.name.lower() == b"subject"), b"")
    return _one_line(decoded_words(value[:_DECODED]))


def _beginning(segments: Iterable[Buffer]) -> bytes:
    beginning = bytearray()
    for segment in segments:
        with memoryview(segment).cast("B") as view:
            beginning += view[: LOOKED_AT - len(beginning)]
        if len(beginning) >= LOOKED_AT:
            break
    return bytes(beginning)


def _one_line(text: str) -> str:
    """Surrogates, which are no letters, become question marks."""
    plain = " ".join(text.translate(_PLAIN).split())[:_SHOWN]
    return plain.encode("utf-8", "replace").decode()
