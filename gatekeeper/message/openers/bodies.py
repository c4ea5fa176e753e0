"""bodies: the texts of an Outlook message, as members `body.txt`, `body.html`, `body.rtf`, and `header.txt`, the header
that it had when it arrived. It raises nothing.

One body is often there in all three forms, and they need not say the same.
"""

from collections.abc import Iterable, Iterator

from gatekeeper.message.openers import mapi
from gatekeeper.message.openers.compressed_rtf import unpacked
from gatekeeper.message.openers.contract import Allowance, Member
from gatekeeper.values import Anomaly

HEADER, TEXT, HTML = "header.txt", "body.txt", "body.html"
_NAMES = {mapi.TRANSPORT_HEADER: HEADER, mapi.BODY: TEXT, mapi.BODY_HTML: HTML}


def body_members(label: str, properties: Iterable[mapi.Property], allowance: Allowance) -> Iterator[Member | Anomaly]:
    """The bodies among the properties of a message; texts of two bytes a letter become UTF-8."""
    for found in properties:
        for value in found.values:
            if found.identifier in _NAMES and value:
                yield Member(label, (_NAMES[found.identifier],), _text(found.kind, value))
            elif found.identifier == mapi.RTF_COMPRESSED:
                yield from _rtf(label, value, allowance)


def _text(kind: int, value: bytes) -> bytes:
    if kind == mapi.UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0").encode("utf-8", "replace")
    return value.rstrip(b"\0")


def _rtf(label: str, value: bytes, allowance: Allowance) -> Iterator[Member | Anomaly]:
    try:
        yield Member(label, ("body.rtf",), unpacked(value, min(allowance.limits.member, allowance.expanded)))
    except ValueError as error:
        yield Anomaly(f"{label}.rtf", str(error))
