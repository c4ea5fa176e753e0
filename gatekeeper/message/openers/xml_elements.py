"""xml_elements: chosen elements of an XML document, in order, within bounds: `LimitError` when there are too many.

A document with a DOCTYPE is not read at all: no Office format has one, and entities are defined there. Damaged XML
gives what stands before the damage.
"""

from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat  # never given an entity: see _Collector.doctype

from gatekeeper.message.openers.contract import LimitError

_MOST = 200_000
"""Elements that are kept."""

_LONG = 20_000
"""Letters of text of one element that are kept."""


@dataclass(slots=True)
class Element:
    """Names without their namespaces; `text` is what stands directly in it."""

    name: str
    attributes: Mapping[str, str]
    pieces: list[str] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class _StopError(Exception):
    pass


class _Collector:
    def __init__(self, wanted: Set[str], longest: int) -> None:
        self.wanted = wanted
        self.longest = longest
        self.found: list[Element] = []
        self.open: list[Element] = []

    def doctype(self, *_: object) -> None:
        raise _StopError

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local in self.wanted:
            if len(self.found) >= _MOST:
                raise LimitError("limit.xml")
            element = Element(local, {key.rpartition(" ")[2]: value for key, value in attributes.items()})
            self.found.append(element)
            self.open.append(element)

    def text(self, data: str) -> None:
        if self.open and self.open[-1].length < self.longest:
            self.open[-1].pieces.append(data)
            self.open[-1].length += len(data)

    def end(self, name: str) -> None:
        if self.open and self.open[-1].name == name.rpartition(" ")[2]:
            self.open.pop()


def elements(data: bytes, wanted: Set[str], longest: int = _LONG) -> list[Element]:
    """The elements whose local names are `wanted`, in the order in which they begin; `longest` text is kept of each."""
    collector = _Collector(wanted, longest)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = collector.doctype
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.text
    with suppress(expat.ExpatError, _StopError):
        parser.Parse(utf8(data), True)
    return collector.found


def utf8(data: bytes) -> bytes:
    """XML in UTF-8, whichever Unicode form it came in; another encoding is taken for Latin-1."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode()
    if data[:2] == b"<\0" or data[:2] == b"\0<":
        return data.decode("utf-16-le" if data[0] else "utf-16-be", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()
    return data
