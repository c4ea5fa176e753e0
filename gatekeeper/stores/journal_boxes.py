"""journal_boxes: which records are for an address: their numbers by address, sorted within blocks of so many records.

One index over everything would touch a page at random for every recipient of every message. A block is sorted once,
when its last record is written, and appended; who looks for an address looks it up in each block, a few hundred for a
million records. What the newest block has is not sorted yet, and is read through. Each function is part of the caller's
transaction. What is found may be gone, or another's by now: who asks reads the recipients themselves.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence

BLOCK = 4096
_GROWTH = 4

_SORT = """INSERT OR IGNORE INTO boxes
    SELECT number / ?, address, number FROM recipients WHERE number >= ? AND number < ? ORDER BY 1, 2, 3"""

SCHEMA = (
    """CREATE TABLE boxes (
        block INTEGER NOT NULL,
        address TEXT NOT NULL COLLATE NOCASE,
        number INTEGER NOT NULL,
        PRIMARY KEY (block, address, number)
    ) STRICT, WITHOUT ROWID""",
    f"""INSERT OR IGNORE INTO boxes SELECT number / {BLOCK}, address, number FROM recipients
        WHERE number < (SELECT coalesce(max(number), 0) / {BLOCK} * {BLOCK} FROM details) ORDER BY 1, 2, 3""",  # noqa: S608
)


def sort(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Sort the blocks that the records of these numbers, just written, have filled."""
    full, new = (first - 1) // BLOCK, last // BLOCK
    if full < new:
        connection.execute(_SORT, (BLOCK, full * BLOCK, new * BLOCK))


def forget(connection: sqlite3.Connection, last: int) -> None:
    """Records up to this number are gone: forget the blocks that had no others."""
    connection.execute("DELETE FROM boxes WHERE block < ?", (last // BLOCK,))


def blocks(first: int, last: int) -> range:
    """Those that have these numbers, and what lies between."""
    return range(first // BLOCK, last // BLOCK + 1)


def numbers(part: range) -> tuple[int, int]:
    """The first that these blocks can have, and the first that they cannot."""
    return part.start * BLOCK, part.stop * BLOCK


def parts(above: int, below: int, newest: int, oldest: bool) -> Iterator[range]:
    """The blocks between two numbers, the newest first, or the `oldest`; the further away, the more at once."""
    left, size = blocks(max(above, 0), min(below, newest)), 1
    while left:
        part, left = (left[:size], left[size:]) if oldest else (left[-size:], left[:-size])
        yield part
        size *= _GROWTH


def holding(where: str, addresses: Sequence[object], part: range, newest: int) -> tuple[str, list[object]]:
    """A query for the numbers of those of these blocks that are for some addresses, and its parameters."""
    first, end = numbers(part)
    unsorted = newest // BLOCK * BLOCK
    sql = f"""SELECT boxes.number FROM json_each(?) AS blocks CROSS JOIN boxes ON block = blocks.value WHERE {where}
        UNION ALL SELECT number FROM recipients WHERE number >= ? AND number < ? AND {where}"""  # noqa: S608
    return sql, [json.dumps(list(part)), *addresses, max(unsorted, first), end, *addresses]
