"""word: the template that a Word 97 document is attached to ([MS-DOC]); Word loads it, and its macros, unasked."""

from collections.abc import Iterator, Mapping

from gatekeeper.message.openers.contract import Link
from gatekeeper.message.openers.fields import is_remote
from gatekeeper.values import Anomaly

_ASSOCIATIONS = 0x019A  # fcSttbfAssoc and lcbSttbfAssoc in the file information block (2.5.6)
_TEMPLATE = 1  # its place among the associated strings (2.9.273)


def template(streams: Mapping[str, bytes]) -> Iterator[Anomaly | Link]:
    """The attached template of the document in these streams, when it lies elsewhere."""
    block = streams["worddocument"][:1024]
    table = streams.get("1table" if block[11:12] and block[11] & 2 else "0table", b"")
    start = int.from_bytes(block[_ASSOCIATIONS : _ASSOCIATIONS + 4], "little")
    size = int.from_bytes(block[_ASSOCIATIONS + 4 : _ASSOCIATIONS + 8], "little")
    target = _entry(table[start : start + min(size, 100_000)], _TEMPLATE)
    if is_remote(target):
        yield Link(target)
        yield Anomaly("office.remote-template", target[:200])


def _entry(strings: bytes, wanted: int) -> str:
    """One string of a table of them (STTB, 2.2.4), or nothing."""
    if strings[:2] != b"\xff\xff":
        return ""
    position = 6
    for _ in range(wanted):
        position += 2 + 2 * int.from_bytes(strings[position : position + 2], "little")
    count = int.from_bytes(strings[position : position + 2], "little")
    return strings[position + 2 : position + 2 + 2 * count].decode("utf-16-le", "replace")
