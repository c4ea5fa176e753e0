"""parse: bytes → Message. Never raises; the time is linear in the size of the message.

The tree is built as the standard reads it: the outer boundary divides first, only whole lines are delimiters, the
first declared boundary that occurs counts (RFC 2046 §5.1). Then the body is searched once for lines of dashes with a
part's header right behind them that this reading did not use: those are the delimiters of other readers, whatever
trick hid the declaration from us or from them, and what follows each becomes a stray part.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from mmap import mmap

from gatekeeper.message.boundaries import Delimiter, boundaries_of, delimiters, stray_spans
from gatekeeper.message.budget import Budget, Limits, budget_of
from gatekeeper.message.content import is_message, read_content
from gatekeeper.message.decode import decodings_of
from gatekeeper.message.header import read_header
from gatekeeper.message.lines import plain_lines
from gatekeeper.message.message import Buffer, Message, Part, Source
from gatekeeper.message.patterns import LATE_HEADER

_COMPOSITE = 10_000
"""What looking inside an encoded multipart or message costs at least, next to a byte of an odd body."""

_NOTED = {"message/partial": "mime.partial", "message/external-body": "mime.external-body"}


def parse(raw: Buffer, limits: Limits = Limits()) -> Message:  # noqa: B008 — an immutable value
    """Parse one message. A `bytearray` or `memoryview` is copied; `bytes` and `mmap` are not."""
    source = raw if isinstance(raw, bytes | mmap) else bytes(raw)
    return Message(source, _Tree(budget_of(limits, len(source)), source).whole("1"))


class _Tree:
    """One buffer being taken apart: the message, or what an encoded part of it decodes to."""

    def __init__(self, budget: Budget, raw: Source, decoded: bool = False) -> None:
        self.budget = budget
        self.raw = raw
        self.decoded = decoded
        self.used: set[int] = set()

    def whole(self, path: str) -> Part:
        """The tree as the standard reads it, then the parts that only others see."""
        root = self.part(0, len(self.raw), path)
        strays = []
        first = len(root.strays) + 1
        for number, (start, end) in enumerate(stray_spans(self.raw, root.body_start, root.end, self.used), first):
            root.note("mime.boundary-ambiguous")
            if self.budget.parts <= 0:
                root.note("limit.parts")
                break
            strays.append(self.part(start, end, f"{path}.~{number}"))
        root.strays += tuple(strays)
        if (plain := plain_lines(self.raw, self.budget)) is not None:
            root.note("mime.line-ends")
            root.strays += (_Tree(self.budget, plain, self.decoded).whole(f"{path}.~{len(root.strays) + 1}"),)
        return root

    def part(self, start: int, end: int, path: str, default: str = "text/plain", late: bool = False) -> Part:
        """The part in `raw[start:end]` and all below it."""
        budget = self.budget
        header = read_header(self.raw, start, end, budget.limits.header, budget.fields)
        content, bodies = read_content(self.raw, header, end)
        budget.parts -= 1
        budget.fields -= len(header.fields)
        part = Part(self.raw, start, header.body_start, end, header.fields, path, content, bodies, budget, default)
        part.note(*header.anomalies, *content.anomalies)
        types = part.types()
        if len(types) > 1:
            part.note("mime.type-unclear")
        divided = any(kind.startswith("multipart/") for kind in types)
        if divided:
            self.below(part, self.multipart)
        if any(is_message(kind) for kind in types):
            part.note(*(_NOTED[kind] for kind in types if kind in _NOTED))
            self.below(part, self.whole_too if divided else self.nested)
        if not header.fields and start < part.body_start and default == "text/plain" and not late:
            self.late(part)
        return part

    def late(self, part: Part) -> None:
        """What a reader sees that looks for the header behind the empty line, too."""
        if (found := LATE_HEADER.match(self.raw, part.body_start, part.end)) and self.budget.parts > 0:
            part.note("mime.late-header")
            part.strays += (self.part(found.start(1), part.end, f"{part.path}.~1", late=True),)

    def below(self, part: Part, divide: Callable[[Part], None]) -> None:
        """Go one level down, unless that is too deep."""
        if part.path.count(".") < self.budget.limits.depth:
            divide(part)
        else:
            part.note("limit.depth")

    def multipart(self, part: Part) -> None:
        """Divide by each declared boundary that occurs, the first as the standard does; also inside an encoded body."""
        divided = False
        boundaries = boundaries_of(part.content, self.budget)
        if len({boundary.strip(b"\"'<> ") for boundary in boundaries}) > 1:
            part.note("mime.boundary-unclear")
        for boundary in boundaries:
            self.budget.work -= part.end - part.body_start
            if self.budget.work < 0:
                part.note("limit.passes")
                return
            lines = delimiters(self.raw, part.body_start, part.end, boundary)
            if found := list(islice(lines, max(self.budget.parts, 0) + 1)):
                self.divide(part, found, divided)
                divided = True
        if not divided:
            part.note("mime.no-boundary")
        for data in () if self.decoded and part.start == 0 else self.inside(part):
            head = self.raw[part.start : part.body_start]
            seen = _Tree(self.budget, head + data, decoded=True).whole(part.path)
            part.parts += seen.parts
            part.strays += seen.strays

    def divide(self, part: Part, found: list[Delimiter], again: bool) -> None:
        """Make a part of what stands between each two delimiters; strays if another boundary has divided it before."""
        default = "message/rfc822" if "multipart/digest" in part.types() else "text/plain"
        self.used.update(line.start for line in found)
        children = []
        first = len(part.strays) + 1 if again else 1
        for number, (line, following) in enumerate(zip(found, (*found[1:], None), strict=True), first):
            if line.last:
                break
            if self.budget.parts <= 0:
                part.note("limit.parts")
                break
            end = following.start if following else part.end
            end = max(line.end, end - (following is not None and self.raw[end - 1 : end] == b"\r"))
            children.append(self.part(line.end, end, f"{part.path}.{'~' * again}{number}", default))
        else:
            part.note("mime.boundary-unclosed")
        if again:
            part.note("mime.boundary-ambiguous")
            part.strays += tuple(children)
        else:
            part.parts = tuple(children)

    def nested(self, part: Part) -> None:
        """The message inside, as it stands, and as it is after decoding."""
        path = f"{part.path}.1"
        *others, last = [begin for begin in sorted(part.bodies) if begin < part.end] or [part.body_start]
        if last > part.start and self.budget.parts > 0:
            part.parts = (self.part(last, part.end, path),)
        for number, begin in enumerate(others, 1):
            if begin > part.start and self.budget.parts > 0 and self.budget.afford(part.end - begin + _COMPOSITE):
                part.strays += (self.part(begin, part.end, f"{part.path}.~{number}"),)
        for data in self.inside(part):
            part.parts += (_Tree(self.budget, data).whole(path),)

    def whole_too(self, part: Part) -> None:
        """The message inside what is a multipart by another of its types."""
        self.budget.work -= part.end - part.body_start
        if self.budget.work < 0 or self.budget.parts <= 0:
            part.note("limit.passes")
        else:
            part.strays += (self.part(max(part.bodies), part.end, f"{part.path}.~0"),)

    def inside(self, part: Part) -> Iterator[bytes]:
        """The body of a composite part by each encoding that is none of those allowed there (RFC 2045 §6.4)."""
        encodings = [name for name in part.encodings() if name != "identity"]
        if not encodings:
            return
        part.note("mime.encoded-composite")
        body = part.body
        if self.budget.parts > 0 and self.budget.afford(len(body) + _COMPOSITE):
            for found in decodings_of([body], encodings, self.budget):
                if found.encoding in encodings and found.data != body:
                    yield found.data
