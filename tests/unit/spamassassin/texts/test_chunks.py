"""Lines and chunks: where long ones are cut."""

from gatekeeper.spamassassin.texts.chunks import cut, lines_of, long_chunks, short_lines


def test_a_line_ends_with_a_line_feed_alone() -> None:
    assert lines_of(b"a\rb\r\nc\n\nd") == [b"a\rb\r\n", b"c\n", b"\n", b"d"]
    assert lines_of(b"a\x0bb\x0cc\x1cd\n") == [b"a\x0bb\x0cc\x1cd\n"]
    assert lines_of(b"\r\n") == [b"\r\n"]
    assert lines_of(b"") == []


def test_a_long_line_is_cut_behind_its_last_space() -> None:
    line = b"a" * 2000 + b" " + b"b" * 100 + b"\n"
    assert short_lines(line) == [b"a" * 2000 + b" ", b"b" * 100 + b"\n"]


def test_a_line_without_spaces_is_cut_anywhere() -> None:
    assert [len(piece) for piece in short_lines(b"a" * 5000)] == [2048, 2048, 904]


def test_a_space_at_the_limit_counts() -> None:
    assert [len(piece) for piece in short_lines(b"a" * 2048 + b" b")] == [2049, 1]
    assert [len(piece) for piece in short_lines(b"a" * 2049 + b" b")] == [2048, 3]


def test_chunks_end_behind_a_line_a_tag_or_a_space() -> None:
    assert [len(chunk) for chunk in long_chunks(b"a" * 2048)] == [2048]
    assert [len(chunk) for chunk in long_chunks(b"a" * 4096)] == [4096]
    for mark in (b"\n", b">", b" "):
        assert [len(chunk) for chunk in long_chunks(b"a" * 3000 + mark + b"b" * 2000)] == [3001, 2000]
    assert [len(chunk) for chunk in long_chunks(b"a" * 5000)] == [2049, 2951]
    assert long_chunks(b"") == [b""]


def test_a_very_long_text_is_cut_near_the_limit() -> None:
    assert cut("abc", 3, ("\n",)) == "abc"
    assert cut("abcdef\ngh", 3, ("\n", " ")) == "abcdef\n"
    assert cut("abcd ef", 3, ("\n", " ")) == "abcd "
    assert cut("abcdef", 3, ("\n", " ")) == "abc"
    assert cut("abc" + "d" * 1024 + "\n", 3, ("\n",)) == "abc" + "d" * 1024 + "\n"
    assert cut("abc" + "d" * 1025 + "\n", 3, ("\n",)) == "abc"
    assert cut("abcdef", 0, ("\n",)) == "abcdef"
