"""tree: a message taken apart by SpamAssassin's own MIME parser, whose habits its rules count on.

It works on lines, and is not ours: the header ends at the fourth line that is no field, a part without a boundary of
its own has its parent's, a delimiter may have any white space behind it. Its limits are kept: 20 levels, 1,000 parts of
one multipart, 8 KiB of a field, 20 empty lines in a row. Never raises; the time is linear in the size.
"""

from collections import deque
from dataclasses import dataclass, field

from gatekeeper.spamassassin.texts.chunks import lines_of
from gatekeeper.spamassassin.texts.content_type import content_type
from gatekeeper.spamassassin.texts.headers import Headers
from gatekeeper.spamassassin.texts.multipart import parts_between
from gatekeeper.spamassassin.texts.node import Node
from gatekeeper.spamassassin.texts.patterns import BARE_LF, BLANK_RUN, FIELD, MBOX_SEPARATOR, SPACES

_DEPTH = 20
_KEY, _VALUE = 256, 8192
_ERRORS = 3
"""Lines that are no field before a header is taken to be over."""

_BLANK_LINES = 20


@dataclass(slots=True, eq=False)
class Tree:
    """`full` is the message without an mbox separator, `head` its header with the empty line, `root` the whole of it.

    `flags` are the anomalies that SpamAssassin notes, by its names: `missing_mime_headers`, `mime_epilogue_exists`, …
    `opened` has for each boundary how many of its multiparts were opened and not closed.
    """

    mbox_separator: bytes
    head: bytes
    body: bytes
    crlf: bool
    root: Node
    flags: set[str] = field(default_factory=set)
    opened: dict[bytes, int] = field(default_factory=dict)

    @property
    def unclosed(self) -> bool:
        """Whether a boundary was opened and not closed, or the other way round."""
        return any(self.opened.values())

    @property
    def full(self) -> bytes:
        """All of it."""
        return self.head + self.body

    def nodes(self) -> list[Node]:
        """Every part that has a type, in the order of the text."""
        return [node for node in self.root.walk() if node.kind]

    def leaves(self) -> list[Node]:
        """Those that have no parts."""
        return [node for node in self.nodes() if node.parts is None]


_Queue = deque[tuple[Node, bytes | None, list[bytes], int]]


def tree_of(raw: bytes) -> Tree:
    """Take one message apart."""
    queue: _Queue = deque()
    tree = _read(raw, _DEPTH, queue)
    while queue:
        node, boundary, lines, depth = queue.popleft()
        if node.kind.startswith("multipart/") and boundary is not None and depth > 0:
            queue.extend(parts_between(node, boundary, lines, depth - 1, tree.flags, tree.opened))
        else:
            _leaf(node, boundary, lines)
            if node.kind in ("message/rfc822", "message/global") and depth > 0 and (inner := node.data()):
                node.parts = [_read(inner, depth - 1, queue).root]
    return tree


def _leaf(node: Node, boundary: bytes | None, lines: list[bytes]) -> None:
    found = content_type(node.headers.decoded(b"content-type"))
    if not found.missing:
        divided = found.kind.startswith("multipart/") and boundary is None
        node.kind = "text/plain" if divided else found.kind
    node.charset = found.charset
    node.name = node.disposition_name() or found.name
    node.lines = lines


def _read(raw: bytes, depth: int, queue: _Queue) -> Tree:
    """The header and the lines of the body; what is to be taken apart goes to `queue`."""
    lines = lines_of(raw) or [b"\n"]
    separator = lines.pop(0) if _is_mbox_separator(lines[0]) else b""
    crlf = bool(lines) and (b"\r\n" in lines[0] or b"\r\n" in lines[-1])
    node, flags = Node(), set[str]()
    head, rest = _header(lines, crlf, node.headers, flags)
    tree = Tree(separator, head, b"".join(rest), crlf, node, flags)
    if crlf:
        rest = [line[:-2] + b"\n" if line.endswith(b"\r\n") else line for line in rest]
    if BLANK_RUN.search(tree.body):
        rest = _without_blank_runs(rest)
    found = content_type(node.headers.decoded(b"content-type"))
    node.kind = found.kind
    if found.kind.startswith("multipart/") and len(rest) > 1 and rest[0].strip(SPACES):
        at_once = found.boundary is not None and rest[0].startswith(b"--" + found.boundary)
        rest[:0] = [] if at_once else [b"\n"]
    queue.append((node, found.boundary, rest, depth))
    return tree


def _is_mbox_separator(line: bytes) -> bool:
    return MBOX_SEPARATOR.match(line) is not None


def _header(lines: list[bytes], crlf: bool, headers: Headers, flags: set[str]) -> tuple[bytes, list[bytes]]:
    """The header as it stands, and the lines behind it."""
    end = b"\r\n" if crlf else b"\n"
    seen: list[bytes] = []
    current: list[bytes] = []
    errors = 0
    for number, read in enumerate(lines):
        line = BARE_LF.sub(b"\r\n", read) if crlf else read
        if line.startswith((b" ", b"\t")):
            current.append(line)
            seen.append(line)
            continue
        _add(current, crlf, headers, flags)
        if line == end:
            seen.append(line)
            return b"".join(seen), lines[number + 1 :]
        if not line.startswith(b"--") and not FIELD.match(line):
            errors += 1
        if line.startswith(b"--") or errors > _ERRORS:
            flags.add("missing_head_body_separator")
            return b"".join(seen), [line, *lines[number + 1 :]]
        current = [line]
        seen.append(line)
    _add(current, crlf, headers, flags)
    flags.add("missing_head_body_separator")
    return b"".join(seen), []


def _add(current: list[bytes], crlf: bool, headers: Headers, flags: set[str]) -> None:
    name, colon, value = b"".join(current).partition(b":")
    if not colon:
        return
    value = value.replace(b"\r\n", b"\n") if crlf else value
    name = name.rstrip(b" \t")
    if len(name) > _KEY or len(value) > _VALUE:
        flags.add("truncated_header")
    headers.add(name[:_KEY], value[:_VALUE])


def _without_blank_runs(lines: list[bytes]) -> list[bytes]:
    """Of more than 20 empty lines in a row, the first two and the last 18 or 19 stay, as SpamAssassin counts them."""
    kept: list[bytes] = []
    first: int | None = None
    for number, line in enumerate([*lines, b"."]):
        if not line.strip(SPACES):
            first = number if first is None else first
            continue
        if first is not None:
            kept += _shortened(lines[first:number], first == 0)
            first = None
        kept.append(line)
    return kept[:-1]


def _shortened(run: list[bytes], leading: bool) -> list[bytes]:
    counted = len(run) - leading
    if counted <= _BLANK_LINES:
        return run
    start = 1 + leading
    return run[:start] + run[start + counted - _BLANK_LINES :]
