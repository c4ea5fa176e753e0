import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.authentication import body
from gatekeeper.authentication.body import canonical, digests

EMPTY = hashlib.sha256().digest()


def whole(raw, relaxed):
    return b"".join(canonical(raw, 0, relaxed))


@pytest.mark.parametrize(
    ("raw", "simple", "relaxed"),
    [
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C \r\nD \t E\r\n", b" C\r\nD E\r\n"),  # RFC 6376 §3.4.5
        (b"", b"\r\n", b""),
        (b"\r\n\r\n", b"\r\n", b""),
        (b" \r\n\t\r\n", b" \r\n\t\r\n", b""),
        (b"no end", b"no end\r\n", b"no end\r\n"),
        (b"a\r\n\n\r\n", b"a\r\n\n\r\n", b"a\r\n\n\r\n"),
        (b"a\r\r\n\r\n", b"a\r\r\n", b"a\r\r\n"),
        (b"a\n\n", b"a\n\n\r\n", b"a\n\n\r\n"),
        (b"a\r\n\r", b"a\r\n\r\r\n", b"a\r\n\r\r\n"),
        (b"\tx", b"\tx\r\n", b" x\r\n"),
    ],
)
def test_both_forms(raw, simple, relaxed):
    assert whole(raw, relaxed=False) == simple
    assert whole(raw, relaxed=True) == relaxed


@given(st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\n", b"\r"]), max_size=40), st.booleans())
def test_in_pieces_or_whole_it_is_the_same(pieces, relaxed):
    raw = b"".join(pieces)
    at_once = whole(raw, relaxed)
    size, body._PIECE = body._PIECE, 3
    try:
        assert whole(raw, relaxed) == at_once
    finally:
        body._PIECE = size


def test_the_body_begins_where_it_is_said_to():
    assert b"".join(canonical(b"head\r\n\r\nbody\r\n", 8, relaxed=False)) == b"body\r\n"


@given(st.binary(max_size=60), st.lists(st.integers(0, 70), max_size=5), st.booleans())
def test_digests_of_many_lengths(raw, lengths, relaxed):
    full = whole(raw, relaxed)
    found = digests(raw, 0, relaxed, {None, *lengths})
    assert found[None] == hashlib.sha256(full).digest()
    for length in lengths:
        expected = hashlib.sha256(full[:length]).digest() if length <= len(full) else None
        assert found[length] == expected


def test_no_octets_of_no_body():
    assert digests(b"", 0, True, {0, None}) == {0: EMPTY, None: EMPTY}
