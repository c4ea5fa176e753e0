"""xlsb: DDE, names and macro sheets in the binary parts of a workbook ([MS-XLSB]). Cut-off records end the reading,
too many raise `LimitError`.
"""

from collections.abc import Iterator

from gatekeeper.message.openers.contract import Found, LimitError
from gatekeeper.message.openers.document_patterns import BIFF_AUTO, BIFF_CALLS
from gatekeeper.message.openers.macros import shown, words_in
from gatekeeper.values import Anomaly

_BEGIN_BOOK, _NAME, _FORMULAS = 360, 39, frozenset({8, 9, 10, 11})  # BrtBeginSupBook, BrtName, BrtFmla…
_DDE = 1
_CALLS = {0x6E: "EXEC", 0x95: "REGISTER", 0x96: "CALL"}
_MOST = 1_000_000
_OLE = b"\xd0\xcf\x11\xe0"


def is_wanted(name: str, data: bytes) -> bool:
    """Whether a binary part may be one of those; sheets of numbers are not."""
    return not data.startswith(_OLE) and any(word in name for word in ("workbook", "macro", "externallink"))


def part(name: str, data: bytes, macro_sheets: bool) -> Iterator[Found]:
    """What is worth saying of one binary part."""
    calls: set[str] = set()
    auto: set[str] = set()
    for kind, record in records(data):
        if kind == _BEGIN_BOOK and int.from_bytes(record[:2], "little") == _DDE:
            server, rest = _string(record[2:])
            yield Anomaly("office.dde", f"{server} {_string(rest)[0]}"[:200])
        elif kind == _NAME and macro_sheets:
            auto |= words_in(BIFF_AUTO, record.replace(b"\0", b""))
        elif kind in _FORMULAS and macro_sheets:
            calls |= {_CALLS[hit[1][0]] for hit in BIFF_CALLS.finditer(record)}
    if auto:
        yield Anomaly("office.macros-autorun", shown(auto))
    if calls and "macro" in name:
        yield Anomaly("office.macros-suspicious", shown(calls))


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """All whole records: a type of one or two bytes, a size of one to four of seven bits each (2.1.4)."""
    position = 0
    for _ in range(_MOST):
        head = data[position : position + 6]
        if len(head) < 2:
            return
        kind, used = (head[0], 1) if head[0] < 0x80 else (head[0] & 0x7F | (head[1] & 0x7F) << 7, 2)
        size = 0
        for shift, byte in enumerate(head[used : used + 4]):
            size |= (byte & 0x7F) << 7 * shift
            used += 1
            if byte < 0x80:
                break
        position += used
        if position + size > len(data):
            return
        yield kind, data[position : position + size]
        position += size
    raise LimitError("limit.biff")


def _string(data: bytes) -> tuple[str, bytes]:
    """An XLWideString (2.5.169), and what is behind it."""
    end = 4 + 2 * int.from_bytes(data[:4], "little")
    return data[4:end].decode("utf-16-le", "replace"), data[end:]
