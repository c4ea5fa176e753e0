"""word_xml: Office documents in one XML file: Word 2003, Excel 2003, and the flat form of today's (MS-OI29500).

What is binary in them stands there in base64 and is given as members. Cannot fail; other XML has nothing to say.
"""

from binascii import Error, a2b_base64
from collections.abc import Iterator
from html import unescape

from gatekeeper.message.openers import ooxml, sheets
from gatekeeper.message.openers.active_mime import MAGIC, unwrapped
from gatekeeper.message.openers.contract import Allowance, Found, Member, Thing
from gatekeeper.message.openers.xml_elements import elements, utf8
from gatekeeper.values import Anomaly

KINDS = frozenset({"word-xml", "xml"})

_EXCEL = b"urn:schemas-microsoft-com:office:spreadsheet"
_HEAD = 4000
_BINARY = frozenset({"part", "binData", "binaryData"})


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """What is in the document."""
    data = utf8(thing.data)
    if thing.kind == "word-xml":
        yield from ooxml.relationships(data)
        yield from ooxml.active(data)
        yield from _binary(data, allowance)
    elif _EXCEL in data[:_HEAD]:
        yield from _excel(data)


def _binary(data: bytes, allowance: Allowance) -> Iterator[Found]:
    """What is encoded, under the name of the part that it stands in."""
    name = ""
    for element in elements(data, _BINARY, allowance.limits.member):
        name = element.attributes.get("name", name)
        if element.name == "part":
            continue
        try:
            body = a2b_base64(element.text.encode("ascii", "replace"))
        except Error:
            yield Anomaly("kind.unreadable", f"{name[:100]}: not base64")
            continue
        allowance.entry()
        if body.startswith(MAGIC):
            body = unwrapped(body, allowance)
        else:
            allowance.spend(len(body))
        yield Member("word-xml", (name,), body)


def _excel(data: bytes) -> Iterator[Anomaly]:
    """DDE in a formula, or as a book that others refer to (`server|topic`)."""
    yield from sheets.dde(unescape(data.decode("utf-8", "replace")).encode())
    for path in elements(data, {"Path"}):
        server, bar, topic = path.text.partition("|")
        if bar:
            yield Anomaly("office.dde", f"{server} {topic}"[:200])
