"""active_mime: the wrapping of macros and objects in documents saved as XML or as a web page ("ActiveMime").

[MS-OFFCRYPTO] and its kin leave it out; Office writes 50 bytes of header, then zlib. It raises `zlib.error` on what is
not compressed, `LimitError` on what is too much.
"""

from collections.abc import Iterator

from gatekeeper.message.openers.contract import Allowance, Found, Member, Thing
from gatekeeper.message.openers.inflate import inflated

KINDS = frozenset({"mso"})
MAGIC = b"ActiveMime"
_HEADER = 0x32


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """The compound file that it wraps."""
    yield Member("mso", thing.names, unwrapped(thing.data, allowance))


def unwrapped(data: bytes, allowance: Allowance) -> bytes:
    """What is compressed in `data`; the header may be longer than Office's, as its own field at 0x1E says."""
    longer = int.from_bytes(data[0x1E:0x20], "little") + 46
    start = _HEADER if data[_HEADER : _HEADER + 1] == b"x" else longer
    return inflated(data[start:], allowance)
