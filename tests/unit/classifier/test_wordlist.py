from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.classifier.wordlist import About, WordlistError, read, written
from tests.unit.classifier import bogofilter

DUMP = b""".ENCODING 2 0 20240101
.MSG_COUNT 3 2 20240101
.ROBX 511111 0 20240101
.WORDLIST_VERSION 20040500 0 20240101
cheap 3 0 20240101
from:a.example 1 2 20231231
h\xc3\xa9llo 0 1
"""
WORD = st.binary(min_size=1, max_size=30).filter(lambda word: len(word.split()) == 1 and word.split()[0] == word)
COUNT = st.integers(0, 2**31 - 1)


def test_what_a_list_says() -> None:
    about = About()
    rows = list(read(DUMP.splitlines(), about))
    assert rows == [(b"cheap", 3, 0), (b"from:a.example", 1, 2), ("héllo".encode(), 0, 1)]
    assert about == About(spam=3, ham=2, robx=0.511111, utf8=True, words=3)


def test_lists_put_together_add_up() -> None:
    about = About()
    rows = list(read([*DUMP.splitlines(), b"", *DUMP.splitlines()], about))
    assert (about.spam, about.ham, len(rows)) == (6, 4, 6)


def test_a_list_that_is_not_in_utf8() -> None:
    about = About()
    list(read([b".ENCODING 1 0", b".MSG_COUNT 1 1", b"h\xe9llo 1 0"], about))
    assert not about.utf8


def test_below_nothing_is_nothing() -> None:
    """As `bogoutil -l` takes it."""
    assert list(read([b".MSG_COUNT 1 1", b"word -3 2"], About())) == [(b"word", 0, 2)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"From: somebody", "line 2: this is not"),
        (b"a b c d e", "line 2: this is not"),
        (b"word one two", "line 2: the counts are not numbers"),
        (b"word 1 2 today", "line 2: the counts are not numbers"),
        (b"word 1 \xff", "line 2: the counts are not numbers"),
        (b"word 1 99999999999", "line 2: a count above"),
        (b"w" * 1001 + b" 1 1", "line 2: a word of 1,001 octets"),  # what is imported has to be forgotten, too
    ],
)
def test_what_is_no_list(line: bytes, problem: str) -> None:
    with pytest.raises(WordlistError, match=problem):
        list(read([b".MSG_COUNT 1 1", line], About()))


def test_words_without_the_number_of_messages() -> None:
    with pytest.raises(WordlistError, match=r"line 1: .*no \.MSG_COUNT"):
        list(read([b"word 1 2"], About()))
    assert list(read([], About())) == []


@given(st.dictionaries(WORD, st.tuples(COUNT, COUNT)), COUNT, COUNT)
def test_what_is_written_is_read(counts: dict[bytes, tuple[int, int]], spam: int, ham: int) -> None:
    ours = (b".MSG_COUNT", b".ENCODING", b".ROBX", b".WORDLIST_VERSION")
    rows = sorted((word, *both) for word, both in counts.items() if word not in ours)
    about = About()
    lines = list(written(rows, spam + 1, ham, 20240101))
    assert lines == sorted(lines, key=lambda line: line.split(b" ")[0])
    assert list(read(lines, about)) == rows
    assert about == About(spam=spam + 1, ham=ham, words=len(rows))


@bogofilter.needed
def test_bogoutil_reads_what_is_written(tmp_path: Path) -> None:
    rows = [(b"!", 1, 0), (b"cheap", 3, 0), (b"from:a.example", 1, 2), ("héllo".encode(), 0, 1)]
    text = b"".join(written(rows, 3, 2, 20240101))
    bogofilter.load(tmp_path, text.decode())
    assert bogofilter.run("bogoutil", "-d", tmp_path / "wordlist.db") == text
