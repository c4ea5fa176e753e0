import sqlite3
from contextlib import closing

import pytest

from gatekeeper.stores.search import Search

ADDRESSES = [
    "alice@example.org",
    "Alice@Example.org",
    "a_ice@example.org",
    "bob@example.net",
    "100%@x",
    "back\\slash@x",
]


def _found(wanted: str | None) -> list[str]:
    search = Search()
    search.text("address {}", wanted)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (address TEXT COLLATE NOCASE)")
        connection.executemany("INSERT INTO t VALUES (?)", [(address,) for address in ADDRESSES])
        sql = f"SELECT address FROM t WHERE {search} ORDER BY rowid"
        return [address for (address,) in connection.execute(sql, search.parameters)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (None, ADDRESSES),
        ("ALICE@example.org", ADDRESSES[:2]),
        ("*@example.org", ADDRESSES[:3]),
        ("a_ice*", ADDRESSES[2:3]),
        ("100%*", ADDRESSES[4:5]),
        ("%", []),
        ("*\\slash@x", ADDRESSES[5:]),
        ("*", ADDRESSES),
        ("' OR 1=1 --", []),
        ("\udce9", []),
    ],
)
def test_what_an_operator_asks_for(wanted: str | None, found: list[str]) -> None:
    assert _found(wanted) == found


def test_conditions_must_all_hold() -> None:
    search = Search()
    search.add("size > ?", 5)
    search.add("size < ?", 9)
    assert str(search) == "size > ? AND size < ?"
    assert search.parameters == [5, 9]


def test_no_condition_holds_always() -> None:
    assert str(Search()) == "TRUE"
