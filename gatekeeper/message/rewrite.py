"""rewrite: a message with some of its parts stripped or renamed, and every other byte of its body as it came.

Where a part is stripped a note stands in its place, and a notice in a new first part. What cannot be changed so that
every reader sees the change, or would break a signature, is not changed: `UnchangeableError` says why. The result is
parsed again to prove that no reading of it has anything left of what was to go.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from gatekeeper.message.edit import Edit, Forged, edited, header_fields
from gatekeeper.message.header import Raw
from gatekeeper.message.leaf import Fields, attachment_fields, lines, note, note_body, note_fields
from gatekeeper.message.message import Message, Part
from gatekeeper.message.parse import parse
from gatekeeper.values import Change, LineEdit

SEALED = frozenset({"multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
"""What is in these is signed or encrypted as a whole (RFC 1847, RFC 8551): a change would break it."""

_UNREADABLE = frozenset({"mime.hidden-field", "header.no-empty-line", "limit.header", "limit.fields"})
_ENCODINGS = frozenset({b"7bit", b"8bit", b"binary", b"base64", b"quoted-printable"})
_LONGEST_SHOWN = 100


class UnchangeableError(Exception):
    """It cannot be changed safely; the text says why."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What changes: the header loses the fields in `drop` (lower-case names) and gets `fields`, and the body becomes
    `body`, segments most of which lie in the raw message. `done` says for each part what was done.
    """

    drop: frozenset[bytes]
    fields: Fields
    body: tuple[memoryview, ...]
    done: tuple[str, ...]

    def applied(
        self,
        raw: Raw,
        drop: frozenset[bytes] = frozenset(),
        insert: bytes = b"",
        forged: Forged = MappingProxyType({}),
        fields: Mapping[int, Sequence[LineEdit]] = MappingProxyType({}),
    ) -> Edit:
        """The whole message as it becomes; `drop`, `insert`, `forged` and `fields` are what else changes in its
        header.
        """
        return edited(raw, self.drop | drop, insert + lines(self.fields), self.body, forged, fields)


class Splice(NamedTuple):
    """`raw[start:end]` becomes `data`."""

    start: int
    end: int
    data: bytes


def rewrite(message: Message, changes: Iterable[Change], notice: str) -> Rewritten:
    """Make `changes`; `notice` is what the recipients of a stripped message are told."""
    targets = _targets(message, changes)
    if targets[0][0] is message.root:
        result = _root_changed(message, targets[0][1], notice)
    else:
        result = _parts_changed(message, targets, notice)
    _prove(message, targets, result)
    return result


def shown(part: Part) -> str:
    """What people call a part: its first name, printable and not too long."""
    name = next(iter(part.names()), "") or part.types()[0]
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:_LONGEST_SHOWN]


def _targets(message: Message, changes: Iterable[Change]) -> list[tuple[Part, Change]]:
    """The parts to change in the order of the message, without those inside another one; a part is stripped rather
    than renamed.
    """
    found: dict[str, list[Part]] = {}
    for part in message.walk():
        found.setdefault(part.path, []).append(part)
    wanted = {change.path: change for change in sorted(changes, key=lambda change: change.deed == "strip")}
    targets = []
    for path, change in wanted.items():
        parts = found.get(path, [])
        if len(parts) != 1 or "~" in path or parts[0].raw is not message.raw:
            raise UnchangeableError(f"{path}: readers do not agree where this part is")
        targets.append((parts[0], change))
    targets.sort(key=lambda target: target[0].start)
    for part, _ in targets:
        steps = part.path.split(".")
        _refuse_sealed(found, [".".join(steps[:count]) for count in range(1, len(steps) + 1)])
    return [target for target in targets if not any(_within(target[0], other) for other, _ in targets)]


def _refuse_sealed(found: dict[str, list[Part]], paths: Iterable[str]) -> None:
    for path in paths:
        if not SEALED.isdisjoint(kind for part in found.get(path, ()) for kind in part.types()):
            raise UnchangeableError(f"{path}: signed or encrypted as a whole")


def _within(part: Part, other: Part) -> bool:
    return part is not other and part.path.startswith(f"{other.path}.")


def _root_changed(message: Message, change: Change, notice: str) -> Rewritten:
    """The message is the part: its content fields and, when stripped, its body change."""
    root = message.root
    drop = _content_names(message)
    if change.deed == "strip":
        fields, body = note_fields(), memoryview(note_body(f"{notice}\n\n{_told(root, change)}"))
    else:
        fields, body = _renamed(root, change), memoryview(message.raw)[root.body_start :]
    return Rewritten(drop, _mime(message, fields), (body,), (_done(root, change),))


def _parts_changed(message: Message, targets: Sequence[tuple[Part, Change]], notice: str) -> Rewritten:
    splices = [Splice(part.start, part.end, _replacement(part, change)) for part, change in targets]
    drop: frozenset[bytes] = frozenset()
    fields: Fields = ()
    before = after = b""
    if any(change.deed == "strip" for _, change in targets):
        first = note("\n".join([notice, "", *(_told(part, change) for part, change in targets)]))
        if message.root.types() == ("multipart/mixed",):
            splices.insert(0, _as_first_part(message, first))
        else:
            drop, fields, before, after = _wrapped(message, first)
    body = (memoryview(before), *_spliced(message, splices), memoryview(after))
    done = tuple(_done(part, change) for part, change in targets)
    return Rewritten(drop, fields, tuple(segment for segment in body if len(segment)), done)


def _spliced(message: Message, splices: Iterable[Splice]) -> Iterator[memoryview]:
    view = memoryview(message.raw)
    position = message.body_start
    for start, end, data in splices:
        yield view[position:start]
        yield memoryview(data)
        position = end
    yield view[position:]


def _replacement(part: Part, change: Change) -> bytes:
    if change.deed == "strip":
        return note(_told(part, change))
    body = bytes(memoryview(part.raw)[part.body_start : part.end])
    kept = tuple((field.name, field.value.strip()) for field in part.fields if field.name.lower() == b"content-id")
    return lines((*_renamed(part, change), *kept)) + b"\r\n" + body


def _renamed(part: Part, change: Change) -> Fields:
    """The header of a part under its new name; only where all agree what its body is."""
    if part.parts or len(part.bodies) > 1 or len(part.encodings()) > 1 or not _UNREADABLE.isdisjoint(part.anomalies):
        raise UnchangeableError(f"{part.path}: readers do not agree what this part is")
    declared = [value.strip().lower() for value in part.values(b"content-transfer-encoding")]
    encoding = declared[0] if declared and declared[0] in _ENCODINGS else b""
    return attachment_fields(change.name, encoding)


def _as_first_part(message: Message, first: bytes) -> Splice:
    """In front of the first part, behind its delimiter line, which is repeated."""
    start = message.root.parts[0].start
    line = message.raw[message.raw.rfind(b"\n", 0, start - 1) + 1 : start]
    return Splice(start, start, first + b"\r\n" + line)


def _wrapped(message: Message, first: bytes) -> tuple[frozenset[bytes], Fields, bytes, bytes]:
    """The message as second part of a new multipart: what the header loses and gets, what stands around the body."""
    if not _UNREADABLE.isdisjoint(message.root.anomalies):
        raise UnchangeableError("readers do not agree what this message is")
    boundary = _boundary(message)
    drop = _content_names(message)
    moved = b"".join(
        message.raw[field.start : field.end] for field in header_fields(message.raw) if field.name.lower() in drop
    )
    fields = ((b"Content-Type", b'multipart/mixed; boundary="' + boundary + b'"'),)
    before = b"--%b\r\n%b\r\n--%b\r\n%b\r\n" % (boundary, first, boundary, moved)
    return drop, _mime(message, fields), before, b"\r\n--%b--\r\n" % boundary


def _boundary(message: Message) -> bytes:
    seed = sha256(memoryview(message.raw)).hexdigest()
    for count in range(1000):
        boundary = b"=_" + sha256(f"{seed}{count}".encode()).hexdigest()[:32].encode()
        if message.raw.find(boundary) < 0:
            return boundary
    raise UnchangeableError("it holds every boundary that was tried")


def _content_names(message: Message) -> frozenset[bytes]:
    names = (field.name.lower() for field in header_fields(message.raw))
    return frozenset(name for name in names if name.startswith(b"content-"))


def _mime(message: Message, fields: Fields) -> Fields:
    return fields if message.values(b"mime-version") else ((b"MIME-Version", b"1.0"), *fields)


def _told(part: Part, change: Change) -> str:
    deed = "removed" if change.deed == "strip" else f"renamed to {change.name}"
    return f"{shown(part)}: {deed}" + (f" ({change.why})" if change.why else "")


def _done(part: Part, change: Change) -> str:
    return f"{part.path} {_told(part, change)}"


def _prove(message: Message, targets: Sequence[tuple[Part, Change]], result: Rewritten) -> None:
    """Every reading of the result is looked at: neither the content that was stripped nor an old name is in it."""
    changed = {id(part) for target, _ in targets for part in target.walk()}
    kept = {name for part in message.walk() if id(part) not in changed for name in part.names()}
    names = {name for target, _ in targets for part in target.walk() for name in part.names()} - kept
    stripped = [target for target, change in targets if change.deed == "strip"]
    digests = {digest for target in stripped for part in target.walk() for digest in _digests(part)}
    for part in parse(b"".join(result.applied(message.raw).segments), message.root.budget.limits).walk():
        if not names.isdisjoint(part.names()) or not digests.isdisjoint(_digests(part)):
            raise UnchangeableError(f"{part.path}: some readers would still see it")


def _digests(part: Part) -> set[bytes]:
    return {sha256(decoding.data).digest() for decoding in part.decodings() if decoding.data.strip()}
