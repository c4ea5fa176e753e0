"""lnk: what a Windows shortcut starts, and with which words ([MS-SHLLINK]). It raises nothing.

Every place that may say the target is read, because Windows takes the next where one is missing.
"""

from collections.abc import Iterator

from gatekeeper.message.openers.contract import Allowance, Found, Link, Member, Thing
from gatekeeper.message.openers.mapi import Cursor, TruncatedError
from gatekeeper.message.openers.shortcut_patterns import NARROW_TEXT, WIDE_TEXT
from gatekeeper.values import Anomaly

KINDS = frozenset({"lnk"})

_HEADER, _FLAGS = 0x4C, 20
_ID_LIST, _LINK_INFO, _UNICODE = 0x01, 0x02, 0x80
_STRINGS = (
    (0x04, "name"),
    (0x08, "path"),
    (0x10, "folder"),
    (0x20, "arguments"),
    (0x40, "icon"),
)  # by flag (§2.4)
_ENVIRONMENT = {0xA0000001: "environment", 0xA0000007: "icon environment"}  # blocks that hold a path (§2.5)
_PATH = 260
_SHOWN = 300
_LONG = 260  # letters of the arguments that Windows shows
_GAP = " " * 20
_ELSEWHERE = ("\\\\", "http:", "https:", "file:", "ftp:")


def read(thing: Thing, _: Allowance) -> Iterator[Found]:
    """What it starts as an anomaly, where that is elsewhere as a link, what is glued behind it as a member."""
    cursor = Cursor(thing.data, _HEADER)
    said: dict[str, str] = {}
    try:
        said.update(_said(cursor, int.from_bytes(thing.data[_FLAGS : _FLAGS + 4], "little")))
    except TruncatedError:
        yield Anomaly("lnk.truncated")
    yield from _judged(said)
    if rest := thing.data[cursor.position :].strip(b"\0"):
        yield Anomaly("lnk.overlay", f"{len(rest)} bytes")
        yield Member("lnk", (), rest)


def _said(cursor: Cursor, flags: int) -> Iterator[tuple[str, str]]:
    """Each text in the link by what it is, in the order in which they stand there."""
    if flags & _ID_LIST:
        yield "target", " ".join(_readable(cursor.some(cursor.number(2))))
    if flags & _LINK_INFO:
        yield "location", " ".join(_readable(cursor.some(max(cursor.number(4) - 4, 0))))
    for flag, name in _STRINGS:
        if flags & flag:
            yield name, _string(cursor, wide=bool(flags & _UNICODE))
    yield from _environments(cursor)


def _judged(said: dict[str, str]) -> Iterator[Anomaly | Link]:
    command = " ".join(text for name, text in said.items() if text and name not in ("name", "icon", "folder"))
    yield Anomaly("lnk.command" if said.get("arguments") else "lnk.target", " ".join(command.split())[:_SHOWN])
    arguments = said.get("arguments", "")
    if len(arguments) > _LONG or _GAP in arguments or "\n" in arguments:
        yield Anomaly("lnk.hidden-arguments", f"{len(arguments)} letters")
    for text in said.values():
        for word in text.replace('"', " ").replace("'", " ").split():
            if word.lower().startswith(_ELSEWHERE):
                yield Link(word)


def _string(cursor: Cursor, *, wide: bool) -> str:
    count = cursor.number(2)
    data = cursor.some(count * 2 if wide else count)
    return data.decode("utf-16-le" if wide else "cp1252", "replace")


def _environments(cursor: Cursor) -> Iterator[tuple[str, str]]:
    """The paths in the blocks at the end; the last block has a size below four."""
    while cursor.left >= 4 and (size := cursor.number(4)) >= 8:
        block = cursor.some(size - 4)
        if name := _ENVIRONMENT.get(int.from_bytes(block[:4], "little")):
            path = block[4:][:_PATH].partition(b"\0")[0].decode("cp1252", "replace")
            wide = block[4 + _PATH :].decode("utf-16-le", "replace").partition("\0")[0]
            yield name, wide or path


def _readable(data: bytes) -> Iterator[str]:
    """The texts in a structure whose other fields do not matter here."""
    yield from (text.decode("ascii") for text in NARROW_TEXT.findall(data))
    yield from (text.decode("utf-16-le") for text in WIDE_TEXT.findall(data))
