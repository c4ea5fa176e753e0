"""biff: what an old Excel workbook starts, from its records ([MS-XLS]; BIFF5 and BIFF8).

Macro sheets (Excel 4), names that Excel runs, DDE, links to other files, and the mark of encryption. A record that is
cut off ends the reading; `LimitError` when there are too many.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from gatekeeper.message.openers.contract import LimitError, Link
from gatekeeper.message.openers.document_patterns import BIFF_AUTO, BIFF_CALLS
from gatekeeper.values import Anomaly

_BOF, _EOF, _FORMULA, _NAME, _FILEPASS, _SHEET = 0x0809, 0x000A, 0x0006, 0x0018, 0x002F, 0x0085
_SUPBOOK, _EXTERNSHEET, _EXTERNNAME = 0x01AE, 0x0017, 0x0023
_MACRO_SHEET, _SELF, _ADD_IN = 1, 0x0401, 0x3A01
_AUTO = {1: "Auto_Open", 2: "Auto_Close", 10: "Auto_Activate", 11: "Auto_Deactivate"}
_CALLS = {0x6E: "EXEC", 0x95: "REGISTER", 0x96: "CALL"}
_HIDDEN = ("", " (hidden)", " (very hidden)", " (hidden)")
_MOST = 1_000_000
"""How many records are looked at."""

_FIRST = 2000
"""Among how many of them the mark of encryption stands."""


class Record(NamedTuple):
    """One record, and where it stands in the stream."""

    kind: int
    data: bytes
    start: int


def records(stream: bytes) -> Iterator[Record]:
    """All whole records from the beginning."""
    position = 0
    for _ in range(_MOST):
        kind = int.from_bytes(stream[position : position + 2], "little")
        size = int.from_bytes(stream[position + 2 : position + 4], "little")
        end = position + 4 + size
        if position + 4 > len(stream) or end > len(stream):
            return
        yield Record(kind, stream[position + 4 : end], position)
        position = end
    raise LimitError("limit.biff")


def encrypted(stream: bytes) -> bool:
    """Whether a FilePass record stands in the first part of the workbook, where all that are encrypted have it."""
    for record in islice(records(stream), _FIRST):
        if record.kind == _FILEPASS:
            return True
        if record.kind == _EOF:
            return False
    return False


def workbook(stream: bytes) -> Iterator[Anomaly | Link]:
    """What is worth saying of a `Workbook` or `Book` stream."""
    wide = stream[4:6] == b"\x00\x06"
    macros: dict[int, str] = {}
    calls: set[str] = set()
    auto: set[str] = set()
    within = False
    for record in records(stream):
        if record.kind == _BOF:
            within = record.start in macros
        elif record.kind == _SHEET and record.data[5:6] == bytes([_MACRO_SHEET]):
            name = _string(record.data[6:], wide) + _HIDDEN[record.data[4] & 3]
            macros[int.from_bytes(record.data[:4], "little")] = name
        elif record.kind == _FORMULA and within:
            calls |= {_CALLS[hit[1][0]] for hit in BIFF_CALLS.finditer(record.data[20:])}
        elif record.kind == _NAME:
            auto |= _auto(record.data, wide)
        elif record.kind in (_SUPBOOK, _EXTERNSHEET):
            yield from _linked(record, wide)
    if macros:
        yield Anomaly("office.xlm", ", ".join(macros.values())[:200])
    if macros and auto:
        yield Anomaly("office.macros-autorun", ", ".join(sorted(auto)))
    if calls:
        yield Anomaly("office.macros-suspicious", ", ".join(sorted(calls)))


def _string(data: bytes, wide: bool) -> str:
    """A short string: one byte of length, then in BIFF8 one of flags ([MS-XLS] 2.5.240)."""
    count = data[0] if data else 0
    if not wide:
        return data[1 : 1 + count].decode("latin-1")
    if data[1:2] and data[1] & 1:
        return data[2 : 2 + 2 * count].decode("utf-16-le", "replace")
    return data[2 : 2 + count].decode("latin-1")


def _auto(name: bytes, wide: bool) -> set[str]:
    """The names in a Lbl record (2.4.150) that Excel runs: built in, or spelt out."""
    flags, count = int.from_bytes(name[:2], "little"), name[3] if len(name) > 3 else 0
    if flags & 0x20 and count == 1:
        code = name[15:16] if wide else name[14:15]
        return {_AUTO[code[0]]} if code and code[0] in _AUTO else set()
    return {hit[1].decode("ascii") for hit in BIFF_AUTO.finditer(name[14 : 16 + 2 * count].replace(b"\0", b""))}


def _linked(record: Record, wide: bool) -> Iterator[Anomaly | Link]:
    """Where a SupBook (2.4.271) or a BIFF5 ExternSheet points to; a DDE server and its topic are parted by 0x03."""
    data = record.data
    if record.kind == _SUPBOOK:
        count = int.from_bytes(data[2:4], "little")
        if count in (_SELF, _ADD_IN) or count > 0xFF:
            return
        target = _string(bytes([count]) + data[4:], True)
    elif wide:
        return
    else:
        target = _string(data, False)
    if not target or target[0] in "\0\2\3\4" or target == " ":
        return
    server, mark, topic = target.partition("\3")
    if mark and not target.startswith("\1"):
        yield Anomaly("office.dde", f"{server} {topic}"[:200])
    elif path := _path(target):
        yield Link(path)


def _path(target: str) -> str:
    r"""An encoded path (2.5.277) in letters: \1 begins one, \2 is the drive's root, \3 a separator, \5 a URL."""
    plain = target.removeprefix("\1").removeprefix("\5")
    return "".join("\\" if letter in "\2\3" else letter for letter in plain if letter >= " " or letter in "\2\3")
