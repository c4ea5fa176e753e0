"""msg: the attachments and bodies of an Outlook message file, and of the messages in it ([MS-OXMSG]).

It raises ValueError, or what olefile raises, when this is no compound file. A stream that cannot be read is an anomaly,
`msg.stream`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from olefile import STGTY_STORAGE, STGTY_STREAM, OleFileIO

from gatekeeper.message.openers import mapi
from gatekeeper.message.openers.bodies import body_members
from gatekeeper.message.openers.contract import Allowance, Found, Link, Member, Thing
from gatekeeper.values import Anomaly

KINDS = frozenset({"msg"})

_VALUE = "__substg1.0_"  # eight hexadecimal digits behind it: identifier and type (§2.2.1)
_NUMBERS = "__properties_version1.0"  # the properties of fixed length (§2.4)
_ATTACHMENT = "__attach_version1.0_"
_HEADS = (32, 24, 8)  # sizes of the head of _NUMBERS: in the message, in a message inside, in an attachment
_ENTRY = 16
_SHIFTS = slice(30, 34)  # sizes of sectors and of small ones, as powers of two ([MS-CFB] §2.2)
_USUAL_SHIFTS = (b"\x09\0\x06\0", b"\x0c\0\x06\0")
_WANTED = frozenset((mapi.ATTACH_METHOD, mapi.CODEPAGE, mapi.MESSAGE_CODEPAGE))


@dataclass(slots=True)
class _File:
    """A compound file being read."""

    ole: Any
    allowance: Allowance

    def stream(self, entry: Any) -> bytes:
        """The bytes of a stream; they are paid for, because many may share the same sectors."""
        self.allowance.spend(min(entry.size, len(self.ole.fp.getbuffer())))
        return bytes(self.ole._open(entry.isectStart, entry.size).read())

    def properties(self, storage: Any) -> Iterator[mapi.Property | Anomaly]:
        """Those of variable length, and of the others the few that are wanted here."""
        for entry in storage.kids:
            if entry.entry_type != STGTY_STREAM:
                continue
            try:
                if entry.name == _NUMBERS:
                    yield from _numbers(self.stream(entry))
                elif entry.name.startswith(_VALUE):
                    tag = int(entry.name[len(_VALUE) :][:8], 16)
                    yield mapi.Property(tag >> 16, tag & 0xEFFF, (self.stream(entry),))
            except (OSError, ValueError) as error:
                yield Anomaly("msg.stream", f"{entry.name}: {error}"[:200])


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """Bodies as `body.txt`, `body.html`, `body.rtf`, then the attachments; those of a message inside as `msg.msg`."""
    if thing.data[_SHIFTS] not in _USUAL_SHIFTS:  # olefile would make room for sectors of any size
        raise ValueError("sectors of a size that there is not")
    with OleFileIO(BytesIO(thing.data)) as ole:
        yield from _message(_File(ole, allowance), ole.root, "msg")


def _message(file: _File, storage: Any, label: str) -> Iterator[Found]:
    if label.count(".") >= file.allowance.limits.depth:
        yield Anomaly("limit.depth", label)
        return
    properties: list[mapi.Property] = []
    yield from _sorted(file.properties(storage), properties)
    encoding = _encoding(properties)
    yield from body_members(label, properties, file.allowance)
    for entry in storage.kids:
        if entry.entry_type == STGTY_STORAGE and entry.name.startswith(_ATTACHMENT):
            yield from _attachment(file, entry, label, encoding)


def _attachment(file: _File, storage: Any, label: str, encoding: str) -> Iterator[Found]:
    properties: list[mapi.Property] = []
    yield from _sorted(file.properties(storage), properties)
    names = mapi.file_names(properties, encoding)
    data: list[bytes | None] = [found.values[0] for found in properties if found.identifier == mapi.ATTACH_DATA]
    inside = [entry for entry in storage.kids if entry.entry_type == STGTY_STORAGE and entry.name.startswith(_VALUE)]
    target = mapi.reference(properties, encoding)
    if target:
        yield Link(target)
    anomalies = (Anomaly("msg.reference", target),) if target else ()
    for content in data or ([] if inside else [None]):
        yield Member(label, names, content, anomalies, types=mapi.types(properties, encoding))
    for entry in inside:
        yield from _object(file, entry, label, names)


def _object(file: _File, storage: Any, label: str, names: tuple[str, ...]) -> Iterator[Found]:
    """A message inside, or else an OLE object, of which each stream is given under its own name too."""
    if any(entry.name == _NUMBERS for entry in storage.kids):
        yield from _message(file, storage, f"{label}.msg")
        return
    for entry in storage.kids:
        if entry.entry_type == STGTY_STREAM:
            yield Member(label, (*names, entry.name), file.stream(entry))


def _sorted(found: Iterator[mapi.Property | Anomaly], kept: list[mapi.Property]) -> Iterator[Anomaly]:
    """Keep the properties, give out the anomalies."""
    for one in found:
        if isinstance(one, Anomaly):
            yield one
        else:
            kept.append(one)


def _numbers(data: bytes) -> Iterator[mapi.Property]:
    """The wanted properties of fixed length. Which head it has is not said, so it is looked for behind each."""
    for head in _HEADS:
        for start in range(head, len(data) - _ENTRY + 1, _ENTRY):
            kind, identifier = (int.from_bytes(data[start + at : start + at + 2], "little") for at in (0, 2))
            if identifier in _WANTED:
                yield mapi.Property(identifier, kind, (data[start + 8 : start + _ENTRY],))


def _encoding(properties: list[mapi.Property]) -> str:
    said = {found.identifier: found.values[0] for found in properties if found.identifier in _WANTED}
    number = said.get(mapi.MESSAGE_CODEPAGE, said.get(mapi.CODEPAGE, b""))
    return mapi.codec(int.from_bytes(number[:4], "little") or 1252)
