"""ole: compound files ([MS-CFB]): old Word, Excel and PowerPoint, VBA projects, embedded objects.

olefile finds the streams. What is dangerous is looked for in every storage, whichever format the file says it is:
documents hold each other. May raise on a damaged file, after what was found until then.
"""

import struct
from collections.abc import Iterator
from io import BytesIO

from gatekeeper.message.openers import biff, fields, ole_objects, powerpoint, word
from gatekeeper.message.openers.contract import Allowance, Found, Member, Thing
from gatekeeper.message.openers.encrypted import decrypted
from gatekeeper.message.openers.inflate import inflated
from gatekeeper.message.openers.macros import project
from gatekeeper.values import Anomaly

KINDS = frozenset({"ole", "doc", "xls", "ppt"})

_POWERPOINT_ENCRYPTED = struct.pack("<I", 0xF3D1C4DF)  # headerToken of the Current User stream ([MS-PPT] 2.3.2)
_SECTOR = 4096
_ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")  # in the oledata.mso of Word 2003 XML, behind the size

Storages = dict[str, dict[str, bytes]]


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """What is in a compound file."""
    import olefile

    with olefile.OleFileIO(BytesIO(thing.data + bytes(_SECTOR))) as file:  # the last sector may be cut off
        yield from ole_objects.classes(entry.clsid for entry in file.direntries if entry)
        storages: Storages = {}
        for path in file.listdir():
            allowance.entry()
            try:
                stream = file.openstream(path).read()
            except OSError as error:  # a damaged stream hides none of the others
                yield Anomaly("kind.unreadable", f"{thing.kind}: {error}"[:200])
                continue
            allowance.spend(len(stream))
            storages.setdefault("/".join(path[:-1]), {})[path[-1].lower()] = stream
    if any(_is_encrypted(streams) for streams in storages.values()):
        descriptor = b"".join(streams.get("encryptioninfo", b"") for streams in storages.values())
        plain = decrypted(thing.data, descriptor)
        if plain is None:
            yield Anomaly("office.encrypted", thing.kind)
        else:
            allowance.spend(len(plain))
            yield Anomaly("office.default-password", thing.kind)
            yield Member("decrypted", thing.names, plain)
        return
    for path, streams in storages.items():
        yield from _storage(thing.kind, path, streams, allowance)


def _is_encrypted(streams: dict[str, bytes]) -> bool:
    document = streams.get("worddocument", b"")
    return (
        "encryptedpackage" in streams
        or bool(document[11:12] and document[11] & 1)  # fEncrypted ([MS-DOC] 2.5.2)
        or streams.get("current user", b"")[12:16] == _POWERPOINT_ENCRYPTED
        or any(biff.encrypted(streams.get(name, b"")) for name in ("workbook", "book"))
    )


def _storage(kind: str, path: str, streams: dict[str, bytes], allowance: Allowance) -> Iterator[Found]:
    """What the streams of one storage mean, by their names."""
    if "_vba_project" in streams or "dir" in streams:
        yield from project(streams)
    for name in ("workbook", "book"):
        if name in streams:
            yield from biff.workbook(streams[name])
    if "worddocument" in streams:
        yield from fields.in_binary(streams["worddocument"])
        yield from word.template(streams)
    if "powerpoint document" in streams:
        yield from powerpoint.objects(streams["powerpoint document"], allowance)
    yield from ole_objects.embedded(kind, path, streams)
    for name, stream in streams.items():
        if name.startswith("_") and stream[4:6] in _ZLIB:
            yield Member("object", (name,), inflated(stream[4:], allowance))
