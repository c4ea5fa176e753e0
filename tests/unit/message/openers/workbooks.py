"""Makes old workbooks for tests ([MS-XLS])."""

from struct import pack


def record(kind: int, data: bytes) -> bytes:
    return pack("<HH", kind, len(data)) + data


BOF = record(0x0809, pack("<HHIII", 0x0600, 5, 0, 0, 0))
BOF5 = record(0x0809, pack("<HHI", 0x0500, 5, 0))
EOF = record(0x000A, b"")


def workbook(*records: bytes, sheets: dict[bytes, tuple[int, int, bytes]] | None = None, bof: bytes = BOF) -> bytes:
    """`sheets`: name → (hidden state, kind, its records)."""
    sheets = sheets or {}
    wide = b"\0" if bof is BOF else b""
    length = len(bof) + sum(map(len, records)) + len(EOF) + sum(4 + 7 + len(wide) + len(name) for name in sheets)
    table, bodies = b"", b""
    for name, (hidden, kind, body) in sheets.items():
        place = length + len(bodies)
        table += record(0x0085, pack("<IBBB", place, hidden, kind, len(name)) + wide + name)
        bodies += bof + body + EOF
    return bof + b"".join(records) + table + EOF + bodies


def formula(expression: bytes) -> bytes:
    return record(0x0006, bytes(20) + pack("<H", len(expression)) + expression)


def name(text: bytes, builtin: bool = False) -> bytes:
    return record(0x0018, pack("<HBBHHHI", 0x20 if builtin else 0, 0, len(text), 0, 0, 0, 0) + b"\0" + text)


def linked(path: bytes) -> bytes:
    """A SupBook record."""
    return record(0x01AE, pack("<HHB", 0, len(path), 0) + path)
