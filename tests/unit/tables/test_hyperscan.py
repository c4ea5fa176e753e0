"""The library as we call it: what it finds, what it refuses, and that threads do not disturb each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gatekeeper.tables import hyperscan
from gatekeeper.tables.hyperscan import Database, EngineError
from tests.unit.tables.engine import needs_hyperscan


def found(database: Database, text: bytes) -> list[int]:
    numbers: list[int] = []
    database.scan(text, numbers)
    return sorted(numbers)


@needs_hyperscan
def test_each_that_matches_is_told_once_by_its_number() -> None:
    database = Database.of([b"a", b"b+", b"^$", b"\\x00", b"(?i)K"], [70, 3, 5, 9, 1])
    assert found(database, b"aabbbk") == [1, 3, 70]
    assert found(database, b"") == [5]
    assert found(database, b"z\x00z") == [9]


@needs_hyperscan
def test_what_is_kept_finds_the_same() -> None:
    kept = bytes(Database.of([b"abc", b"x.z"], [1, 2]))
    assert found(Database.load(kept), b"abcxyz") == [1, 2]


@needs_hyperscan
@pytest.mark.parametrize("pattern", [b"(", b"(a)\\1", b"(?=a)"])
def test_what_is_refused_is_said_in_its_words(pattern: bytes) -> None:
    with pytest.raises(EngineError, match=r"\w+ \w+"):
        Database.of([b"a", pattern], [0, 1])


@needs_hyperscan
@pytest.mark.parametrize("damage", [lambda kept: kept[:-9], lambda kept: b"\0" + kept[1:], lambda kept: b""])
def test_what_is_damaged_is_not_loaded(damage) -> None:
    with pytest.raises(EngineError):
        Database.load(damage(bytes(Database.of([b"abc"], [1]))))


@needs_hyperscan
def test_threads_scan_at_the_same_time() -> None:
    database = Database.of([bytes([letter]) for letter in range(97, 123)], range(26))
    texts = [bytes([97 + n, 97 + (n * 7) % 26]) * 500 for n in range(26)]
    with ThreadPoolExecutor(4) as pool:
        for text, numbers in zip(texts * 40, pool.map(lambda text: found(database, text), texts * 40), strict=True):
            assert numbers == sorted({letter - 97 for letter in text})


@needs_hyperscan
def test_the_engine_is_named_with_its_version() -> None:
    assert hyperscan.ENGINE.startswith("Version: 5.")


def test_one_that_misses_what_it_must_find_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hyperscan, "_finds", lambda patterns, text: text[:1] != b"S")
    assert hyperscan._engine() == ""


def test_without_the_library_there_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hyperscan, "_LIB", None)
    assert hyperscan._engine() == ""
    for call in (lambda: Database.of([b"a"], [0]), lambda: Database.load(b"")):
        with pytest.raises(EngineError, match=r"libhs\.so\.5"):
            call()
