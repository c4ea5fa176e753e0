"""A database belongs to its patterns and is nothing without them."""

import zlib

import msgspec
import pytest

from gatekeeper.tables import one_pass
from gatekeeper.tables.one_pass import DatabaseError, OnePass, make
from tests.unit.tables.engine import needs_hyperscan

pytestmark = needs_hyperscan


def test_a_match_says_whether_it_is_certain() -> None:
    made = make([("a", True), ("b", False), ("(?:cc){150}", True), ("d", True)], "name")
    assert sorted(OnePass(made, "name").scan(b"ab" + b"c" * 270)) == [0, 3, 5]


@pytest.mark.parametrize("certain", [True, False])
def test_what_is_repeated_often_is_asked_again_alone(certain: bool) -> None:
    made = OnePass(make([("a", True), ("bc{200,512}d", certain)], "name"), "name")
    expected = [2] if certain else [3]
    assert [made.scan(b"b" + b"c" * times + b"d") for times in (199, 200, 512, 513)] == [[], expected, expected, []]
    assert sorted(made.scan(b"ab" + b"c" * 300 + b"d")) == [0, *expected]


@pytest.mark.parametrize("packed", [b"no zlib", zlib.compress(b"no database")])
def test_one_that_is_damaged_leaves_the_pattern_to_the_other_engine(packed: bytes) -> None:
    name, alone, database, [[place, certain, _]] = msgspec.msgpack.decode(make([("bc{200,512}d", True)], "name"))
    made = OnePass(msgspec.msgpack.encode([name, alone, database, [[place, certain, packed]]]), "name")
    assert made.scan(b"b" + b"c" * 600 + b"d") == [1]
    assert made.scan(b"x") == []


def test_what_hyperscan_does_not_take_is_never_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes what RE2 takes, so far as is known; a pattern that it finds too large is asked alone."""
    real = one_pass.hyperscan_form
    monkeypatch.setattr(
        one_pass, "hyperscan_form", lambda p, **how: one_pass.Form(b"(", True) if p == "x" else real(p, **how)
    )
    made = make([("x", True), ("a", True)], "name")
    assert sorted(OnePass(made, "name").scan(b"")) == [1]
    assert sorted(OnePass(made, "name").scan(b"a")) == [1, 2]
    assert OnePass(make([("x", True)], "name"), "name").scan(b"a") == [1]


def test_an_anchor_that_hyperscan_finds_misplaced_is_left_to_the_other_engine() -> None:
    made = make([("a\n(?m:^)b", True), ("(?:$|x)y", True)], "name")
    assert sorted(OnePass(made, "name").scan(b"a\nb xy")) == [1, 3]


def test_no_patterns_find_nothing() -> None:
    assert OnePass(make([], "none"), "none").scan(b"text") == []


def damaged(made: bytes) -> list[bytes]:
    name, alone, database, singles = msgspec.msgpack.decode(made)
    encode = msgspec.msgpack.encode
    return [
        b"",
        b"\xff",
        made[:-1],
        encode([name, alone, database[:-4], singles]),
        encode([name, alone]),
        encode({"name": name}),
    ]


@pytest.mark.parametrize("which", range(6))
def test_what_is_damaged_is_refused(which: int) -> None:
    with pytest.raises(DatabaseError, match="damaged"):
        OnePass(damaged(make([("a", True)], "name"))[which], "name")


def test_that_of_other_patterns_is_refused() -> None:
    with pytest.raises(DatabaseError, match="other patterns"):
        OnePass(make([("a", True)], "name"), "another")
