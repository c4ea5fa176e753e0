"""tnef: the attachments and bodies in a winmail.dat ([MS-OXTNEF]).

Whatever any reader may take out is given out: attributes in any order and at the wrong level, data in an attribute and
in a property, all names. What is wrong is an anomaly, `tnef.checksum`, `tnef.truncated`, `tnef.garbage`, and reading
goes on as far as lengths can be believed; it raises nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gatekeeper.message.openers import mapi
from gatekeeper.message.openers.bodies import body_members
from gatekeeper.message.openers.contract import Allowance, Found, Link, Member, Thing
from gatekeeper.values import Anomaly

KINDS = frozenset({"tnef"})

SIGNATURE = 0x223E9F78
_MESSAGE, _ATTACHMENT = 1, 2  # levels
_BODY, _CODEPAGE, _MESSAGE_PROPERTIES = 0x800C, 0x9007, 0x9003  # identifiers without the type, which no reader heeds
_RENDDATA, _TITLE, _TRANSPORT_NAME = 0x9002, 0x8010, 0x9001
_DATA, _ATTACHMENT_PROPERTIES = 0x800F, 0x9005
_OF_ATTACHMENTS = frozenset((_RENDDATA, _TITLE, _TRANSPORT_NAME, _DATA, _ATTACHMENT_PROPERTIES))


class Attribute(NamedTuple):
    """One attribute of the stream (§2.1.3.1)."""

    level: int
    identifier: int
    data: bytes


@dataclass(slots=True)
class _Attachment:
    """What was said of one attachment, in any order."""

    titles: list[bytes] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    properties: list[mapi.Property] = field(default_factory=list)

    def found(self, encoding: str) -> Iterator[Member | Link]:
        """A member for each of its data that differ; one without data if it lies elsewhere or nowhere."""
        titles = (name for title in self.titles for name in mapi.texts(mapi.STRING8, title, encoding))
        names = tuple(dict.fromkeys((*mapi.file_names(self.properties, encoding), *titles)))
        target = mapi.reference(self.properties, encoding)
        if target:
            yield Link(target)
        inside = (value for found in self.properties if found.identifier == mapi.ATTACH_DATA for value in found.values)
        contents: list[bytes | None] = [data for data in dict.fromkeys((*self.data, *inside)) if data]
        anomalies = (Anomaly("tnef.reference", target),) if target else ()
        if names or contents:
            for data in contents or [b"" if self.data else None]:
                yield Member("tnef", names, data, anomalies, types=mapi.types(self.properties, encoding))


@dataclass(slots=True)
class _Reading:
    """What was gathered so far from one stream."""

    codepage: bytes = b""
    bodies: list[bytes] = field(default_factory=list)
    properties: list[mapi.Property] = field(default_factory=list)
    attachments: list[_Attachment] = field(default_factory=list)

    def add(self, attribute: Attribute) -> Iterator[Anomaly]:
        """Put an attribute where it belongs, whatever its level is said to be."""
        if attribute.identifier in _OF_ATTACHMENTS:
            if attribute.identifier == _RENDDATA or not self.attachments:
                self.attachments.append(_Attachment())
            yield from self._add_to_attachment(self.attachments[-1], attribute)
        elif attribute.identifier == _MESSAGE_PROPERTIES:
            yield from _add_properties(self.properties, attribute.data)
        elif attribute.identifier == _BODY:
            self.bodies.append(attribute.data)
        elif attribute.identifier == _CODEPAGE:
            self.codepage = self.codepage or attribute.data[:4]
        wanted = _ATTACHMENT if attribute.identifier in _OF_ATTACHMENTS else _MESSAGE
        if attribute.level != wanted and attribute.identifier in _OF_ATTACHMENTS | {_BODY, _MESSAGE_PROPERTIES}:
            yield Anomaly("tnef.level", f"{attribute.identifier:#06x} at level {attribute.level}")

    def _add_to_attachment(self, attachment: _Attachment, attribute: Attribute) -> Iterator[Anomaly]:
        if attribute.identifier == _DATA:
            attachment.data.append(attribute.data)
        elif attribute.identifier == _ATTACHMENT_PROPERTIES:
            yield from _add_properties(attachment.properties, attribute.data)
        elif attribute.identifier != _RENDDATA:
            attachment.titles.append(attribute.data)

    @property
    def encoding(self) -> str:
        return mapi.codec(int.from_bytes(self.codepage, "little") or 1252)


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """The anomalies of the stream, then bodies as `body.txt`, `body.html`, `body.rtf`, then the attachments."""
    reading = _Reading()
    for found in attributes(thing.data):
        if isinstance(found, Anomaly):
            yield found
        else:
            yield from reading.add(found)
    for body in reading.bodies:
        yield Member("tnef", ("body.txt",), body.rstrip(b"\0"))
    yield from body_members("tnef", reading.properties, allowance)
    for attachment in reading.attachments:
        yield from attachment.found(reading.encoding)


def attributes(data: bytes) -> Iterator[Attribute | Anomaly]:
    """The attributes of a stream in order. One that is cut off is given with what there is of it, as the last."""
    cursor = mapi.Cursor(data)
    if int.from_bytes(cursor.some(4), "little") != SIGNATURE:
        yield Anomaly("tnef.signature")
        return
    cursor.some(2)
    while cursor.left:
        start = cursor.position
        level = cursor.some(1)[0]
        if cursor.left < 8 or level not in (_MESSAGE, _ATTACHMENT):
            yield Anomaly("tnef.garbage", f"{len(data) - start} bytes at {start}")
            return
        identifier, length = cursor.number(4) & 0xFFFF, cursor.number(4)
        content = cursor.some(length)
        yield Attribute(level, identifier, content)
        if cursor.short:
            yield Anomaly("tnef.truncated", f"{identifier:#06x} has {len(content)} of {length} bytes")
        elif int.from_bytes(cursor.some(2), "little") != sum(content) & 0xFFFF:
            yield Anomaly("tnef.checksum", f"{identifier:#06x}")


def _add_properties(kept: list[mapi.Property], data: bytes) -> Iterator[Anomaly]:
    try:
        kept.extend(mapi.properties(data))
    except mapi.TruncatedError:
        yield Anomaly("tnef.truncated", "properties")
    except ValueError as error:
        yield Anomaly("tnef.property", str(error))
