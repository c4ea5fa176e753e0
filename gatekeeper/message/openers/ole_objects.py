"""ole_objects: what is embedded in a storage of a compound file, and what class of object would be made of it.

Packages and OLE 1 objects ([MS-OLEDS]), whole documents in a stream, monikers that fetch something. Cannot fail; what
is cut off is given as far as it goes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gatekeeper.message.openers.contract import Found, Link, Member
from gatekeeper.message.openers.document_patterns import EQUATION, URL_MONIKER
from gatekeeper.values import Anomaly

_CLASSES = {
    "0002CE02-0000-0000-C000-000000000046": ("office.equation", "Equation Editor 3.0"),
    "0002CE03-0000-0000-C000-000000000046": ("office.equation", "MathType"),
    "00021700-0000-0000-C000-000000000046": ("office.equation", "Equation Editor 2.0"),
    "D27CDB6E-AE6D-11CF-96B8-444553540000": ("office.activex", "Shockwave Flash"),
    "D27CDB70-AE6D-11CF-96B8-444553540000": ("office.activex", "Shockwave Flash"),
    "BDD1F04B-858B-11D1-B16A-00C0F0283628": ("office.activex", "ListView"),
    "C74190B6-8589-11D1-B16A-00C0F0283628": ("office.activex", "TreeView"),
    "996BF5E0-8044-4650-ADEB-0B013914E99C": ("office.activex", "ListView"),
    "8856F961-340A-11D0-A96B-00C04FD705A2": ("office.activex", "WebBrowser"),
    "06290BD3-48AA-11D2-8432-006008C3FBFC": ("office.moniker", "script"),
    "06290BD2-48AA-11D2-8432-006008C3FBFC": ("office.moniker", "script"),
    "79EAC9E0-BAF9-11CE-8C82-00AA004BA90B": ("office.moniker", "URL"),
    "25336920-03F9-11CF-8FD0-00AA00686F13": ("office.moniker", "HTML document"),
    "3050F4D8-98B5-11CF-BB82-00AA00BDCE0B": ("office.moniker", "HTML application"),
    "F20DA720-C02F-11CE-927B-0800095AE340": ("office.embedded-object", "Package"),
    "0003000C-0000-0000-C000-000000000046": ("office.embedded-object", "Package"),
}
"""Classes of objects that programs were attacked through, with what we call them."""

_PAYLOADS = ("package", "contents", "embeddedodf")
"""Streams that hold a whole file, whatever its format."""


class Native(NamedTuple):
    """A package: its label and the names of its paths, and the file; for a link the whole path instead."""

    names: tuple[str, ...]
    data: bytes
    target: str = ""


def classes(identifiers: Iterable[str]) -> Iterator[Anomaly]:
    """The classes among `identifiers` that are worth saying, each once."""
    known = {_CLASSES[name] for name in {text.upper().strip("{}") for text in identifiers} & _CLASSES.keys()}
    yield from (Anomaly(name, detail) for name, detail in sorted(known))


def embedded(kind: str, path: str, streams: Mapping[str, bytes]) -> Iterator[Found]:
    """What the streams of one storage hold for others to open; their names are in lower case."""
    if (data := streams.get("\1ole10native")) is not None:
        yield from package(kind, native(data[4:]), path)
    for name in _PAYLOADS:
        if name in streams:
            yield Anomaly("office.embedded-object", path)
            yield Member(kind, (f"{path}/{name}".strip("/"),), streams[name])
    if "equation native" in streams or EQUATION.search(streams.get("\1compobj", b"")):
        yield Anomaly("office.equation", path)
    for hit in URL_MONIKER.finditer(streams.get("\1ole", b"")):
        target = hit[1].decode("utf-16-le", "replace").partition("\0")[0]
        yield Link(target)
        yield Anomaly("office.remote-object", target[:200])


def package(kind: str, found: Native, path: str = "") -> Iterator[Found]:
    """A packaged file as a member with all its names."""
    names = tuple(dict.fromkeys(name for name in found.names if name)) or (path or "object",)
    yield Anomaly("office.embedded-object", names[0][:200])
    yield Member(kind, names, found.data)
    if found.target:
        yield Link(found.target)


def native(data: bytes) -> Native:
    """The native data of a packager object, behind its size ([MS-OLEDS] 2.3.6 leaves it open; the form is Windows').

    Two bytes of flags, a label, a path, then the sort: 1 is a link to that path, 3 a file, which has four bytes more,
    the path it is to be unpacked to, and size and bytes. Data of another form is given whole, without a name.
    """
    label, position = _string(data, 2)
    source, position = _string(data, position)
    if data[:2] == b"\2\0" and data[position + 2 : position + 4] == b"\1\0":
        return Native((label, _base(source)), b"", source)
    length = int.from_bytes(data[position + 4 : position + 8], "little")
    target = data[position + 8 : position + 8 + length].split(b"\0")[0].decode("latin-1")
    position += 8 + length
    size = int.from_bytes(data[position : position + 4], "little")
    body = data[position + 4 : position + 4 + size]
    if data[:2] != b"\2\0" or not body:
        return Native((), data)
    wide = _wide_names(data[position + 4 + size : position + 4 + size + 6000])
    return Native((label, *(_base(path) for path in (source, target, *wide))), body)


def _string(data: bytes, start: int) -> tuple[str, int]:
    """A string that ends with a zero, and where the next thing begins."""
    end = data.find(b"\0", start, start + 2000)
    end = end if end >= 0 else min(len(data), start + 2000)
    return data[start:end].decode("latin-1"), end + 1


def _wide_names(data: bytes) -> Iterator[str]:
    """The same three names once more in UTF-16, each behind its count of letters."""
    position = 0
    for _ in range(3):
        count = int.from_bytes(data[position : position + 4], "little")
        yield data[position + 4 : position + 4 + 2 * count].decode("utf-16-le", "replace")
        position += 4 + 2 * count


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
