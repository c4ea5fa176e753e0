"""pdf_raw: a PDF without its structure: the words of danger in its bytes and in what zlib makes of its streams.

For files that only the most forgiving readers open. Bounded, cannot fail.
"""

import zlib
from collections.abc import Iterator
from itertools import chain, islice

from gatekeeper.message.openers.contract import Allowance, Found, Link
from gatekeeper.message.openers.document_patterns import PDF_NAME_ESCAPE, PDF_RAW, PDF_RAW_LINK, PDF_STREAM
from gatekeeper.values import Anomaly

_STREAMS = 5000
_STREAM = 1_000_000
"""How many streams are unpacked, and how many bytes of each."""

_LINKS = 1000
_NAMES = {
    b"JS": "pdf.javascript",
    b"JavaScript": "pdf.javascript",
    b"Launch": "pdf.launch",
    b"SubmitForm": "pdf.submit-form",
    b"EmbeddedFile": "pdf.embedded-file",
    b"RichMedia": "pdf.rich-media",
    b"XFA": "pdf.xfa",
}


def scan(data: bytes, allowance: Allowance) -> Iterator[Found]:
    """What the names in it say. An `OpenAction` counts beside something that it could start."""
    names: set[bytes] = set()
    for text in chain([data], _unpacked(data, allowance)):
        plain = PDF_NAME_ESCAPE.sub(lambda hit: bytes([int(hit[1], 16)]), text) if b"#" in text else text
        names |= {hit[1] for hit in PDF_RAW.finditer(plain)}
        yield from (Link(hit[1].decode("latin-1")) for hit in islice(PDF_RAW_LINK.finditer(plain), _LINKS))
    found = {_NAMES[name] for name in names & _NAMES.keys()}
    yield from (Anomaly(name, "seen in a damaged file") for name in sorted(found))
    if b"OpenAction" in names and found & {"pdf.javascript", "pdf.launch"}:
        yield Anomaly("pdf.open-action", "seen in a damaged file")


def _unpacked(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    for hit in islice(PDF_STREAM.finditer(data), _STREAMS):
        try:
            text = zlib.decompressobj().decompress(data[hit.end() : hit.end() + _STREAM], _STREAM)
        except zlib.error:
            continue
        allowance.spend(len(text))
        yield text
