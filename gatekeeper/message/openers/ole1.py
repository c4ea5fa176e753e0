"""ole1: objects in the form of OLE 1 ([MS-OLEDS] 2.2), as RTF and old documents hold them. Cannot fail."""

from collections.abc import Iterator

from gatekeeper.message.openers.contract import Found, Link, Member
from gatekeeper.message.openers.document_patterns import EQUATION
from gatekeeper.message.openers.fields import is_remote
from gatekeeper.message.openers.ole_objects import native, package
from gatekeeper.values import Anomaly

_LINKED, _EMBEDDED = 1, 2
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def embedded(kind: str, data: bytes, name: str) -> Iterator[Found]:
    """One object; what has not the form is given as it is, and from where a compound file begins in it."""
    form = int.from_bytes(data[4:8], "little")
    position, texts = 8, []
    for _ in range(3):
        text, position = _string(data, position)
        texts.append(text)
    program, topic, _ = texts
    yield Anomaly(f"{kind}.object", program or name)
    if EQUATION.search(program.encode("latin-1", "replace")) or EQUATION.search(data):
        yield Anomaly("office.equation", program)
    if form == _LINKED and topic:
        yield Link(topic)
        if is_remote(topic):
            yield Anomaly("office.remote-object", topic[:200])
    body = data[position + 4 : position + 4 + int.from_bytes(data[position : position + 4], "little")]
    if form == _EMBEDDED and program.lower() == "package":
        yield from package(kind, native(body), name)
    elif (start := data.find(_COMPOUND)) >= 0:
        yield Member(kind, (name,), data[start:])
    else:
        yield Member(kind, (name,), body or data)


def _string(data: bytes, start: int) -> tuple[str, int]:
    """A LengthPrefixedAnsiString (2.1.4), and where the next thing begins."""
    count = int.from_bytes(data[start : start + 4], "little")
    if count > 1000:
        return "", start + 4
    return data[start + 4 : start + 4 + count].rstrip(b"\0").decode("latin-1"), start + 4 + count
