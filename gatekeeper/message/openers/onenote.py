"""onenote: the files that are embedded in a OneNote section ([MS-ONESTORE]); one click runs them.

A notebook package (.onepkg) is a cabinet and read as one. Cannot fail; what is cut off is given as far as it goes.
"""

from collections.abc import Iterator
from itertools import islice

from gatekeeper.message.openers.contract import Allowance, Found, Member, Thing
from gatekeeper.message.openers.document_patterns import NAME_TAIL, ONENOTE_NAME
from gatekeeper.values import Anomaly

KINDS = frozenset({"onenote"})

_OBJECT = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")  # FileDataStoreObject (2.6.13): its GUID, then cbLength
_BEFORE_DATA = 36  # GUID 16, length 8, unused 4, reserved 8
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"\x01\0\0\0", b"\xd7\xcd\xc6\x9a", b"II*\0", b"MM\0*")
_NAMES = 200


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """Each embedded file. Which name belongs to which is said elsewhere: a file that is no picture gets all of them."""
    data = thing.data
    names = tuple(dict.fromkeys(_name(data, *hit.span()) for hit in islice(ONENOTE_NAME.finditer(data), _NAMES)))
    start = data.find(_OBJECT)
    while start >= 0:
        size = int.from_bytes(data[start + 16 : start + 24], "little")
        body = data[start + _BEFORE_DATA : start + _BEFORE_DATA + size]
        allowance.entry()
        allowance.spend(len(body))
        if body.startswith(_IMAGES):
            yield Member("onenote", ("picture",), body)
        elif body:
            yield Anomaly("onenote.embedded-file", ", ".join(names)[:200])
            yield Member("onenote", names or ("file",), body)
        start = data.find(_OBJECT, start + len(_OBJECT))


def _name(data: bytes, dot: int, end: int) -> str:
    """The name whose extension stands from `dot` to `end`."""
    before = NAME_TAIL.search(data[max(dot - 200, dot % 2) : dot].decode("utf-16-le", "replace"))
    return (before[0] if before else "") + data[dot:end].decode("utf-16-le")
