import pytest

from gatekeeper.tables.procmail.letter import fields_of, letter, received


@pytest.mark.parametrize(
    ("text", "head"),
    [
        (b"A: 1\nB: 2\n\nbody\n\nmore", b"A: 1\nB: 2\n\n"),
        (b"A: 1\nno field\nB: 2\n\nbody", b"A: 1\nno field\nB: 2\n\n"),
        (b"A: 1\n", b"A: 1\n"),
        (b"\n\nA: 1\n\nbody", b"\n\nA: 1\n\n"),
        (b"", b""),
    ],
)
def test_where_the_header_ends(text: bytes, head: bytes) -> None:
    found = letter(text)
    assert (found.head, found.text, found.size) == (head, text, len(text))


def test_areas() -> None:
    found = letter(b"A: 1\n\t2\nB: 3\n\nb\n c\n")
    assert found.area("H") == b"A: 1 \t2\nB: 3\n\n"
    assert found.area("B") == b"b\n c\n"
    assert found.area("HB") == b"A: 1 \t2\nB: 3\n\nb\n c\n"
    assert found.framed["B"] == b"\nb\n c\n\n"


def test_what_comes_by_smtp() -> None:
    assert received(b"A: 1\r\n\r\nb\r\n", "a@b.example", 0.0).text == (
        b"From a@b.example  Thu Jan  1 00:00:00 1970\nA: 1\n\nb\n"
    )
    assert received(b"", "", 0.0).text.startswith(b"From MAILER-DAEMON  ")
    assert received(b"", "a\nFrom b@c.example", 0.0).text.count(b"\n") == 1
    assert received(b"From x\r\nA: 1\r\n", "a@b.example", 0.0).text == b"From x\nA: 1\n"


def test_fields() -> None:
    top = b"From a\n>From b\n"
    assert fields_of(top + b"A: 1\n 2\nB: 3\n\n") == (
        b"From a\n>From b\n",
        [b"A: 1\n 2\n", b"B: 3\n"],
        b"\n",
    )
    assert fields_of(b"A: 1") == (b"", [b"A: 1"], b"")
    assert fields_of(b"") == (b"", [], b"")
