"""DATA and BDAT content: where it ends, what may not stand in it, and that splits of the input never matter."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatekeeper.protocols.content import ChunkReader, DotReader

LINE_ENDS = (b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\0\n", b"\0", b"\x0b", b"\x85")
TERMINATORS = [before + b"." + after for before, after in itertools.product(LINE_ENDS, LINE_ENDS)]
hostile = st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b".", b"a", b"\0"]), max_size=24).map(b"".join)


def read(data, cuts=(), mend=False):
    """What a DotReader makes of `data` fed in pieces: content, rest (None if not ended), bytes that stood badly."""
    reader, content, left = DotReader(mend), b"", data
    for start, stop in itertools.pairwise((0, *sorted(cuts), len(data))):
        piece, used = reader.feed(data[start:stop])
        content, left = content + piece, data[start + used :]
        if reader.done:
            return content, left, reader.screen.bad + reader.screen.mended
    return content, None, reader.screen.bad + reader.screen.mended


def slowly(data):
    """The same by the letter of RFC 5321 §4.5.2, line by line."""
    content = b""
    while b"\r\n" in data:
        line, _, data = data.partition(b"\r\n")
        if line == b".":
            return content, data
        content += line.removeprefix(b".") + b"\r\n"
    return None


def bare(content):
    """How many characters no line may hold, one by one."""
    without = content.replace(b"\r\n", b"")
    return sum(without.count(octet) for octet in (b"\r", b"\n", b"\0"))


def splits(data):
    """All ways to cut `data` into at most three pieces, and byte by byte."""
    yield from itertools.combinations_with_replacement(range(len(data) + 1), 2)
    yield tuple(range(len(data)))


@pytest.mark.parametrize("terminator", TERMINATORS, ids=repr)
def test_smuggling_only_one_of_all_terminators_ends_data(terminator):
    data = b"a" + terminator + b"MAIL FROM:<evil@example.com>\r\n.\r\n"
    for cuts in splits(data):
        content, rest, seen = read(data, cuts)
        if terminator == b"\r\n.\r\n":
            assert (content, rest, seen) == (b"a\r\n", b"MAIL FROM:<evil@example.com>\r\n.\r\n", 0)
        elif b"\r\n.\r\n" in terminator:
            assert seen
        else:
            assert rest == b""
            assert b"evil" in content
            assert seen == bare(b"a" + terminator)


@pytest.mark.parametrize("terminator", TERMINATORS, ids=repr)
def test_smuggling_every_terminator_but_the_right_one_is_noticed_or_harmless(terminator):
    """What is not noticed holds no line end but CRLF, and so no end of data for anybody."""
    content, _, seen = read(b"a" + terminator + b"b\r\n.\r\n")
    if not seen:
        assert not bare(content)


@pytest.mark.parametrize("terminator", TERMINATORS, ids=repr)
def test_mended_content_holds_no_line_end_but_crlf(terminator):
    data = b"a" + terminator + b"b\r\n.\r\n"
    whole = read(data, mend=True)
    assert not bare(whole[0])
    for cuts in splits(data):
        assert read(data, cuts, mend=True) == whole


@given(hostile, st.data())
@example(b".\r\n", None)
@example(b"\r.\r\n.\r\n", None)
def test_reader_agrees_with_the_rfc_line_by_line(message, data):
    stream = message + b"\r\n.\r\nNOOP\r\n"
    cuts = data.draw(st.lists(st.integers(0, len(stream)))) if data else ()
    content, rest, seen = read(stream, cuts)
    assert (content, rest) == slowly(stream)
    assert (seen > 0) == (bare(stream[: len(stream) - len(rest)]) > 0)


@given(hostile, st.data())
def test_mending_does_not_depend_on_how_the_bytes_arrive(message, data):
    stream = message + b"\r\n.\r\n"
    cuts = data.draw(st.lists(st.integers(0, len(stream))))
    content, rest, _ = read(stream, cuts, mend=True)
    assert (content, rest) == read(stream, mend=True)[:2]
    assert not bare(content)


def test_a_mended_dot_line_stays_content():
    assert read(b"a\n.\r\nb\r\n.\r\n", mend=True) == (b"a\r\n.\r\nb\r\n", b"", 1)


@pytest.mark.parametrize(
    ("wire", "content"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"...\r\n..a\r\n.\r\n", b"..\r\n.a\r\n"),
        (b".a\r\n.\r\n", b"a\r\n"),
        (b"a\r\n\r\n..\r\n\r\n.\r\n", b"a\r\n\r\n.\r\n\r\n"),
    ],
)
def test_dots_are_taken_off(wire, content):
    for cuts in splits(wire):
        assert read(wire, cuts) == (content, b"", 0)


def test_what_stands_behind_the_end_is_left():
    assert read(b"a\r\n.\r\nQUIT\r\n") == (b"a\r\n", b"QUIT\r\n", 0)


def test_the_reader_wants_nothing_after_the_end():
    reader = DotReader()
    assert reader.wants
    reader.feed(b"a\r\n.\r\n")
    assert reader.done
    assert not reader.wants


def chunks(*parts, cuts=(), mend=False):
    """What a ChunkReader makes of these chunks, the last one marked LAST."""
    reader, content = ChunkReader(mend), b""
    for number, part in enumerate(parts):
        reader.begin(len(part), last=number == len(parts) - 1)
        for start, stop in itertools.pairwise((0, *(min(cut, len(part)) for cut in sorted(cuts)), len(part))):
            piece, used = reader.feed(part[start:stop])
            assert used == stop - start
            content += piece
        assert not reader.wants
    assert reader.done
    return content, reader.screen.bad + reader.screen.mended


def test_chunks_are_joined_as_they_are():
    assert chunks(b"a\r\n.\r\n", b"..b\r\n") == (b"a\r\n.\r\n..b\r\n", 0)


def test_crlf_across_chunks_is_one_line_end():
    assert chunks(b"a\r", b"\nb\r\n") == (b"a\r\nb\r\n", 0)


@pytest.mark.parametrize("parts", [(b"a\r", b""), (b"a\r", b"b\r\n"), (b"a\n",), (b"\r",), (b"a\r\n", b"\n"), (b"\0",)])
def test_bare_line_ends_in_chunks_are_noticed(parts):
    assert chunks(*parts)[1] == 1


def test_a_last_line_without_end_gets_one():
    assert chunks(b"a\r\nb") == (b"a\r\nb\r\n", 0)
    assert chunks(b"a", b"") == (b"a\r\n", 0)
    assert chunks(b"") == (b"", 0)


@given(st.lists(hostile, min_size=1, max_size=4), st.lists(st.integers(0, 30)), st.booleans())
def test_chunks_in_any_split(parts, cuts, mend):
    whole = b"".join(parts)
    content, seen = chunks(*parts, cuts=cuts, mend=mend)
    assert seen == bare(whole)
    if mend:
        assert not bare(content)
    else:
        assert content == whole + (b"\r\n" if whole and not whole.endswith(b"\r\n") else b"")


def test_a_reader_takes_no_more_than_its_chunk():
    reader = ChunkReader()
    reader.begin(4, last=False)
    assert reader.wants == 4
    reader.feed(b"abc")
    assert reader.wants == 1
