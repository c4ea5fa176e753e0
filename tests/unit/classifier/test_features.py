import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.classifier.features import Features, features_of
from gatekeeper.classifier.grams import grams_of
from gatekeeper.message import parse

WORDS = st.lists(st.binary(min_size=1, max_size=40).filter(lambda word: b"\n" not in word), unique=True, max_size=60)
GRAMS = st.sets(st.integers(0, 2**20 - 1), max_size=200) | st.sets(
    st.sampled_from([0, 1, 65533, 65534, 65535, 65536, 131069, 131070, 131071, 1048575])
)


def of(words: list[bytes], grams: set[int]) -> Features:
    return Features(tuple(words), np.array(sorted(grams), np.uint32))


@given(WORDS, GRAMS)
def test_what_was_packed_comes_back(words: list[bytes], grams: set[int]) -> None:
    back = Features.unpack(of(words, grams).pack())
    assert back.words == tuple(words)
    assert back.grams.tolist() == sorted(grams)
    assert back.grams.dtype == np.uint32


def test_a_gram_that_no_weight_belongs_to_is_refused() -> None:
    with pytest.raises(ValueError, match="no such gram"):
        Features.unpack(of([b"word"], {1, 2**20}).pack())


def test_folded_later_is_folded_at_once() -> None:
    message = parse("Subject: BUY Pills\r\n\r\npills PILLS \u00c9COLE\r\n".encode())
    later, at_once = features_of(message).folded(), features_of(message, fold=True)
    assert later.words == at_once.words
    assert later.grams.tolist() == at_once.grams.tolist()
    assert later.words != features_of(message).words


def test_a_message_of_ordinary_size_is_a_few_kilobytes() -> None:
    words = [b"word%d" % n for n in range(260)]
    grams = set(np.random.default_rng(1).integers(0, 2**20, 2000).tolist())
    assert len(of(words, grams).pack()) < 5500


@given(WORDS, GRAMS, st.data())
def test_what_was_cut_short_is_refused_or_is_whole_but_for_grams(
    words: list[bytes], grams: set[int], data: st.DataObject
) -> None:
    packed = of(words, grams).pack()
    cut = packed[: data.draw(st.integers(0, len(packed) - 1))] if packed else b""
    try:
        back = Features.unpack(cut)
    except ValueError:
        return
    assert back.words == tuple(words)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\x01",
        b"\x02" + of([b"a"], {1}).pack()[1:],
        of([b"a"], {1}).pack()[:-1],
        of([b"a"], {1}).pack().replace(zlib.compress(b"a", 1), b"x" * len(zlib.compress(b"a", 1))),
        b"\x01" + b"\xff" * 8 + b"x" * 100,
    ],
    ids=["empty", "short", "of another form", "odd", "no words", "sizes without end"],
)
def test_what_pack_did_not_make_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError):
        Features.unpack(packed)


def test_words_that_unpack_to_more_than_they_say_are_refused_early() -> None:
    bomb = zlib.compress(b"\0" * 50_000_000)
    packed = b"\x01" + len(bomb).to_bytes(4, "little") + (10).to_bytes(4, "little") + bomb
    with pytest.raises(ValueError, match="not whole"):
        Features.unpack(packed)


def test_the_grams_are_those_of_all_words_also_where_words_of_our_own_stand_often() -> None:
    part = b"--X\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBUY NOW!!! $$$ %d\r\n"
    head = b"From: a@b.example\r\nSubject: hi!!!\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n"
    message = parse(head + b"".join(part % number for number in range(700)) + b"--X--\r\n")
    found = features_of(message)
    assert np.array_equal(found.grams, grams_of(message, found.words))
