import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.authentication.tokens import Token, tokens


def words(value, separators=";="):
    return [token.text for token in tokens(value, separators)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"a b;c=d", ["a", "b", ";", "c", "=", "d"]),
        (b"a(b(c)d)e", ["a", "e"]),
        (b"a (\\)) b", ["a", "b"]),
        (b'"a;b" c', ["a;b", "c"]),
        (b'"a\\"b"', ['a"b']),
        (b'"a\r\n b"', ["a b"]),
        (b"(never", []),
        (b'"never', ["never"]),
        (b'x"y"z', ["x", "y", "z"]),
        (b"\\", ["\\"]),
        (b"a/b", ["a/b"]),
        (b"\xff", ["\udcff"]),
    ],
)
def test_words(value, found):
    assert words(value) == found


def test_what_was_quoted_is_known():
    assert list(tokens(b'";" ;', ";")) == [Token(";", quoted=True), Token(";")]


@given(st.binary(max_size=100))
def test_nothing_raises(value):
    list(tokens(value, "<>,;:"))


def test_a_hundred_thousand_comments():
    assert words(b"(" * 100_000 + b"a") == []
    assert words(b"()" * 100_000 + b"a") == ["a"]
    assert len(words(b'""' * 100_000)) == 100_000
