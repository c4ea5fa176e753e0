r"""pdf_facts: what SpamAssassin reads off the lines of a PDF without opening it: images, properties, digests (PDFInfo).

It sees what stands uncompressed between line feeds, and no more than that is meant. Lines beyond the first 4 MiB are
not looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import md5

from gatekeeper.spamassassin.evals.perl import SPACE, fixed

_MOST = 1 << 22
_MAGIC = fixed(r"%PDF-\d\.\d")
_WITHIN = 1024 + 8
_BOM = b"\xef\xbb\xbf"
_LAYOUT = fixed(r"^(?:%|/(?:Height|Width|(?:Media|Crop)Box)|\d+\s+\d+\s+\d+\s+\d+\s+\d+\s+\d+\s+cm$)")
_PLACED = fixed(r"^(\d{1,9})\s+\d+\s+\d+\s+(\d{1,9})\s+\d+\s+\d+\s+cm$")
_ALONE = fixed(r"^/(?:Width|Height)\s\d")
_SIZED = fixed(r"/Width\s(\d{1,9})/Height\s(\d{1,9})")
_TAG = fixed(r"^/([A-Za-z]+)")
_STRING = r"\s{0,2}(\((?:[^)\\]|\\+[^\\])*\)|<[^>]*>)"
_TEXTS = {name: fixed(f"/{name.title()}{_STRING}", "s") for name in ("author", "creator", "producer", "title")}
_TIMES = {
    name: fixed(rf"/{key}\s{{0,2}}\(D:(\d+)") for name, key in (("created", "CreationDate"), ("modified", "ModDate"))
}
_FUZZY_LINES = 69
_LONGEST = 256
_HEX = fixed(r"[0-9A-Fa-f]{2}")
_OCTAL = fixed(r"\\([0-3][0-7][0-7])")
_ESCAPED = fixed(r"\\([()\\])")


@dataclass(slots=True)
class PdfFacts:
    """`sizes` are height and width of images, and their sums; `area` is in pixels; digests are MD5 in capitals, of all
    and of what the fuzzy ones take; `details` are the properties by name.
    """

    images: int = 0
    area: int = 0
    encrypted: bool = False
    sizes: set[tuple[int, int]] = field(default_factory=set)
    digest: str = ""
    fuzzy: set[str] = field(default_factory=set)
    details: dict[str, set[bytes]] = field(default_factory=dict)


def pdf_facts(data: bytes) -> PdfFacts | None:
    """None for what does not begin like a PDF."""
    data = data.removeprefix(_BOM)
    if not _MAGIC.search(data[:_WITHIN]):
        return None
    lines = [line for line in data[:_MOST].split(b"\n") if line]
    facts = PdfFacts(digest=_md5(data))
    first_image = _images(facts, lines)
    facts.encrypted = any(line.startswith(b"/Encrypt") for line in lines)
    _details(facts, [line for line in lines if b"/" in line])
    tags = b"".join(found[1] for line in lines if line[:1] == b"/" and (found := _TAG.search(line)))
    facts.fuzzy = {_md5(text) for text in (_fuzzy(lines[: first_image + 1]), tags) if text}
    return facts


def _md5(data: bytes) -> str:
    return md5(data, usedforsecurity=False).hexdigest().upper()


def _images(facts: PdfFacts, lines: list[bytes]) -> int:
    """Counts images; gives the place of the first, after which no line counts for the fuzzy digest."""
    seen, first, heights, widths = False, len(lines), 0, 0
    for place, line in enumerate(lines):
        seen = seen or b"/Image" in line
        found = _size(line) if seen else None
        if not found:
            continue
        seen, first = False, min(first, place)
        height, width = found
        heights, widths = heights + height, widths + width
        facts.images += 1
        facts.area += height * width
        facts.sizes.add(found)
    if heights and widths:
        facts.sizes.add((heights, widths))
    return first


def _size(line: bytes) -> tuple[int, int] | None:
    if not line.endswith(b"cm") and b"/Width" not in line:
        return None
    found = _PLACED.search(line) or (_SIZED.search(line) if not _ALONE.search(line) else None)
    size = (int(found[2]), int(found[1])) if found else (0, 0)
    return size if all(size) else None


def _fuzzy(lines: list[bytes]) -> bytes:
    kept: list[bytes] = []
    for line in lines[:_FUZZY_LINES]:
        if not _LAYOUT.search(line):
            kept.append(line.rstrip(SPACE))
        if b"stream" in line:
            break
    return b"".join(kept)


def _details(facts: PdfFacts, lines: list[bytes]) -> None:
    for name, value in _properties(lines):
        facts.details.setdefault(name, set()).add(value[:_LONGEST])


def _properties(lines: list[bytes]) -> Iterator[tuple[str, bytes]]:
    for name, pattern in _TEXTS.items():
        key = f"/{name.title()}".encode()
        yield from ((name, _text(found[1])) for line in lines if key in line and (found := pattern.search(line)))
    for name, pattern in _TIMES.items():
        yield from ((name, found[1]) for line in lines if b"(D:" in line and (found := pattern.search(line)))


def _text(string: bytes) -> bytes:
    """What a string of PDF says, in hexadecimal or with escapes; of UTF-16 every other octet."""
    if string.startswith(b"<"):
        return _narrow(bytes.fromhex(b"".join(_HEX.findall(string)).decode()))
    plain = string[1:-1]
    octal = b"".join(_octals(plain))
    return bytes(_ESCAPED.sub(rb"\1", _narrow(octal)))


def _octals(text: bytes) -> Iterator[bytes]:
    done = 0
    for found in _OCTAL.finditer(text):
        if text[found.start() - 1 : found.start()] == b"\\":
            continue
        yield text[done : found.start()]
        yield bytes((int(found[1], 8),))
        done = found.end()
    yield text[done:]


def _narrow(text: bytes) -> bytes:
    return text[2:].replace(b"\0", b"") if text[:2] in (b"\xfe\xff", b"\xff\xfe") else text
