"""arrival: how a message that arrived compares with the one that was sent."""

import re

_FIELD = re.compile(rb"([^:\r\n]+):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")

OURS = (
    b"x-gatekeeper-id",
    b"x-gatekeeper-reason",
    b"x-gatekeeper-why",
    b"x-spam-flag",
    b"x-spam-level",
    b"x-spam-status",
)
ADDED = (b"received", *OURS)  # by gatekeeper and by every server on the way


def without_added(content: bytes) -> bytes:
    """`content` without the field lines that were put on top of it on its way, and not a byte less."""
    while (field := _FIELD.match(content)) and field[1].lower() in ADDED:
        content = content[field.end() :]
    return content


def added(content: bytes) -> dict[str, str]:
    """The fields on top of `content` that `without_added` takes away, names in lower case, values unfolded."""
    found: dict[str, str] = {}
    while (field := _FIELD.match(content)) and field[1].lower() in ADDED:
        value = field[0].partition(b":")[2].decode()
        found.setdefault(field[1].decode().lower(), " ".join(value.split()))
        content = content[field.end() :]
    return found
