from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.edit import Altered, Removed, edited
from gatekeeper.message.line_edits import Fitted, body_line, field_line, fitted, merged, name_and_value
from gatekeeper.message.rewrite import UnchangeableError
from gatekeeper.values import LineEdit

RAW = b"A: 1\r\n two\r\nB: 2\r\na: 3\r\n\r\nfirst\r\nsecond\r\n"


def place(line: bytes) -> tuple[int, int]:
    start = RAW.index(line)
    return start, start + len(line)


def changed(*edits: LineEdit) -> bytes:
    lines = fitted(RAW, edits)
    return b"".join(edited(RAW, insert=lines.top, body=lines.body, fields=lines.fields).segments)


def test_each_edit_is_made_where_it_belongs_and_nothing_else_is_touched() -> None:
    edits = (
        LineEdit(*place(b"A: 1\r\n two\r\n")),
        LineEdit(place(b"B: 2")[0], place(b"B: 2")[0], b"C: new\r\n"),
        LineEdit(*place(b"a: 3\r\n"), b"D: other\r\n"),
        LineEdit(*place(b"second\r\n"), b"2nd\r\n"),
        LineEdit(0, 0, b"Top: x\r\n"),
    )
    assert changed(*edits) == b"Top: x\r\nC: new\r\nB: 2\r\nD: other\r\n\r\nfirst\r\n2nd\r\n"
    assert changed() == RAW
    assert not Fitted().changing
    assert fitted(RAW, edits).changing


def test_what_an_mta_has_to_be_told() -> None:
    edits = (LineEdit(*place(b"A: 1\r\n two\r\n")), LineEdit(*place(b"a: 3\r\n"), b"A: four\r\n"))
    done = edited(RAW, fields=fitted(RAW, edits).fields)
    assert done.removed == [Removed(b"A", 1, b" 1\r\n two")]
    assert done.altered == [Altered(b"a", 2, b"A: four\r\n", False)]


def test_what_is_taken_out_anyhow_is_not_edited() -> None:
    lines = fitted(RAW, [LineEdit(*place(b"B: 2\r\n"), b"B: new\r\n")])
    done = edited(RAW, frozenset({b"b"}), fields=lines.fields)
    assert b"".join(done.segments) == RAW.replace(b"B: 2\r\n", b"")
    assert not done.altered


@pytest.mark.parametrize("edit", [LineEdit(1, 12), LineEdit(0, 6), LineEdit(0, 18), LineEdit(3, 3, b"X: y\r\n")])
def test_what_is_no_whole_field_is_not_changed(edit: LineEdit) -> None:
    with pytest.raises(UnchangeableError):
        fitted(RAW, [edit])


@given(st.lists(st.sampled_from([b"one\r\n", b"\r\n", b"two\n", b"x: y\r\n"]), max_size=8), st.data())
def test_lines_of_a_body_go_one_by_one_or_in_stretches(lines: list[bytes], data: st.DataObject) -> None:
    head = b"A: b\r\n\r\n"
    kept = [data.draw(st.booleans()) for _ in lines]
    at, edits = len(head), []
    for line, keep in zip(lines, kept, strict=True):
        edits += [] if keep else [LineEdit(at, at + len(line))]
        at += len(line)
    raw = head + b"".join(lines)
    few = merged(edits)
    assert all(one.end < other.start for one, other in pairwise(few))
    for wanted in (edits, few):
        found = edited(raw, body=fitted(raw, wanted).body)
        assert b"".join(found.segments) == head + b"".join(line for line, keep in zip(lines, kept, strict=True) if keep)


def test_a_stretch_keeps_what_takes_its_place() -> None:
    assert merged([LineEdit(5, 9, b"x"), LineEdit(9, 12, b"y"), LineEdit(20, 20, b"z"), LineEdit(20, 25)]) == [
        LineEdit(5, 12, b"xy"), LineEdit(20, 20, b"z"), LineEdit(20, 25)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"X-A: b", b"X-A: b\r\n"),
        (b"X-A: b\n\tc\nX-Forged: d\n", b"X-A: b\r\n\tc\r\n\tX-Forged: d\r\n"),
        (b"X-A: b\rc\0d\xff", b"X-A: b c d\xff\r\n"),
        (b"X-A :b", b"X-A :b\r\n"),
        (b"no field", b""),
        (b": b", b""),
        (b"X A: b", b""),
        (b"", b""),
    ],
)
def test_a_rule_makes_one_field_or_none(text: bytes, line: bytes) -> None:
    assert field_line(text) == line


def test_a_rule_makes_one_line() -> None:
    assert body_line(b"a\r\nb\0c") == b"a  b c"
    assert name_and_value(b"X-A : b\r\n c\r\n") == (b"X-A", b" b\r\n c")
