"""multipart: the parts between the delimiters of one multipart, by SpamAssassin's reading. Never fails."""

from dataclasses import dataclass, field

from gatekeeper.spamassassin.texts.content_type import content_type
from gatekeeper.spamassassin.texts.node import Node
from gatekeeper.spamassassin.texts.patterns import COLON, FIELD, PART_FIELD, SPACES

_PARTS = 1000
_LINE = 2048
"""Octets of a line; a longer one is cut."""

_EPILOGUE = SPACES + b"."

Queued = tuple[Node, bytes | None, list[bytes], int]


def parts_between(
    parent: Node, boundary: bytes, lines: list[bytes], depth: int, flags: set[str], opened: dict[bytes, int]
) -> list[Queued]:
    """Give `parent` its parts; each is returned with what is to be taken apart next. `opened` gets 1 for a boundary
    whose first delimiter is met, and loses 1 when the last is.
    """
    return _Dividing(parent, boundary, lines, depth, flags, opened).divide()


@dataclass(slots=True)
class _Dividing:
    parent: Node
    boundary: bytes
    lines: list[bytes]
    depth: int
    flags: set[str]
    opened: dict[bytes, int]
    queue: list[Queued] = field(default_factory=list)
    part: Node = field(default_factory=Node)
    body: list[bytes] | None = None
    header: list[bytes] = field(default_factory=list)
    in_body: bool = False
    nested: bool = False
    """A part has declared the same boundary again: one last delimiter is its own."""

    def divide(self) -> list[Queued]:
        self.parent.parts = []
        dashes = b"--" + self.boundary
        candidates = [number for number, line in enumerate(self.lines) if line.startswith(dashes)]
        number = self._behind_first(candidates) - 1
        candidates.reverse()
        count = len(self.lines)
        while (number := self._skip_text(number + 1, candidates)) < count:
            line = self.lines[number]
            found, last = self._delimiter(line)
            if found and self.nested:
                found, self.nested = False, not last
            if not found and number + 1 < count:
                self._take(line)
                continue
            self._end_part(line, found)
            if last:
                self.opened[self.boundary] = self.opened.get(self.boundary, 0) - 1
                self._epilogue(number + 1)
                return self.queue
            self._next_header(number + 1)
            if len(self.parent.parts) == _PARTS:
                self.flags.add("mimepart_limit_exceeded")
                return self.queue
        return self.queue

    def _behind_first(self, candidates: list[int]) -> int:
        """Where the first part begins: behind the first delimiter, or at the top if there is none."""
        for number in candidates:
            if self._delimiter(self.lines[number]) == (True, False):
                self.opened[self.boundary] = 1
                self._next_header(number + 1)
                return number + 1
        return 0

    def _skip_text(self, number: int, candidates: list[int]) -> int:
        """Take the lines of a body up to the next that may be a delimiter, or to the last, all at once."""
        while candidates and candidates[-1] < number:
            candidates.pop()
        end = candidates[-1] if candidates else len(self.lines) - 1
        if not self.in_body or end <= number:
            return number
        text = self.lines[number:end]
        self.body = [] if self.body is None else self.body
        self.body += text if len(max(text, key=len)) <= _LINE else [piece for line in text for piece in _pieces(line)]
        return end

    def _delimiter(self, line: bytes) -> tuple[bool, bool]:
        """Whether it is one, and whether it is the last."""
        if line[:2] != b"--" or not line.startswith(self.boundary, 2):
            return False, False
        rest = line[2 + len(self.boundary) :].rstrip(SPACES)
        return (True, rest == b"--") if rest in (b"", b"--") else (False, False)

    def _next_header(self, number: int) -> None:
        if number < len(self.lines) and not PART_FIELD.match(self.lines[number]):
            self.flags.add("missing_mime_headers")

    def _take(self, line: bytes) -> None:
        """A line of the header or of the body."""
        if not self.in_body:
            if FIELD.match(line):
                self._add_field()
                self.header = [line]
                return
            if line.startswith((b" ", b"\t")) and self.header:
                self.header.append(line)
                return
            self._end_header()
            if line in (b"\n", b"\r\n", b"", b"\r"):
                return
            self.flags.add("missing_mime_head_body_separator")
        self._append(line)

    def _end_header(self) -> None:
        self.in_body = True
        if self._add_field() == b"content-type":
            nested = content_type(self.part.headers.decoded(b"content-type")).boundary
            self.nested = self.nested or nested == self.boundary

    def _add_field(self) -> bytes:
        if not self.header:
            return b""
        name, value = COLON.split(b"".join(self.header), 1)
        self.part.headers.add(name, value)
        return name.lower()

    def _append(self, line: bytes) -> None:
        self.body = [] if self.body is None else self.body
        self.body += _pieces(line)

    def _end_part(self, line: bytes, found: bool) -> None:
        if not found:
            self._append(line)
        elif self.body:
            self.body[-1] = self.body[-1].removesuffix(b"\n")
            if not self.body[-1]:
                self.body.pop()
        declared = content_type(self.part.headers.decoded(b"content-type"))
        digest = declared.missing and self.parent.kind == "multipart/digest"
        self.part.kind = "message/rfc822" if digest else declared.kind
        self.queue.append((self.part, declared.boundary or self.boundary, self.body or [], self.depth))
        if self.parent.parts is not None:
            self.parent.parts.append(self.part)
        self.part, self.body, self.header, self.in_body = Node(), None, [], False

    def _epilogue(self, number: int) -> None:
        if any(line.strip(_EPILOGUE) for line in self.lines[number:]):
            self.flags.add("mime_epilogue_exists")


def _pieces(line: bytes) -> list[bytes]:
    """A line, cut if it is too long."""
    if len(line) <= _LINE:
        return [line]
    last = (len(line) - 1) // _LINE * _LINE
    return [*(line[start : start + _LINE] + b"\n" for start in range(0, last, _LINE)), line[last:]]
