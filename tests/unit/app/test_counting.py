import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.app import counting
from gatekeeper.classifier.features import Features
from gatekeeper.classifier.keys import key_of
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training_rows import Counted, Row

STORE = Path("training.db")


def said(counted: Counted) -> dict[int, tuple[int, int]]:
    rows = zip(counted.keys.tolist(), counted.spam.tolist(), counted.ham.tolist(), strict=True)
    return {key: (spam, ham) for key, spam, ham in rows}


def message(*words: bytes) -> Features:
    return Features(words, np.empty(0, np.uint32))


def test_messages_are_counted_by_their_labels() -> None:
    counted = counting.of_features(
        [(message(b"a", b"b"), "spam"), (message(b"b", b"c"), "ham"), (message(b"b"), "ham")]
    )
    assert said(counted) == {key_of(b"a"): (1, 0), key_of(b"b"): (1, 2), key_of(b"c"): (0, 1)}
    assert [key_of(word) for word in counted.words] == counted.keys.tolist() == sorted(counted.keys.tolist())


def test_nothing_is_counted_as_nothing() -> None:
    assert said(counting.of_features([])) == said(counting.of_rows([])) == said(counting.merged([])) == {}


def test_rows_that_name_a_word_twice_are_added_up() -> None:
    counted = counting.of_rows([Row(b"a", 1, 2), Row(b"b", 0, 1), Row(b"a", 10, 0)])
    assert said(counted) == {key_of(b"a"): (11, 2), key_of(b"b"): (0, 1)}


def test_differences_are_merged() -> None:
    parts = [counting.of_rows([Row(b"a", 1, 2)]), counting.of_rows([Row(b"a", 1, 1), Row(b"b", 0, 3)], -1)]
    assert said(counting.merged(parts)) == {key_of(b"a"): (0, 1), key_of(b"b"): (0, -3)}


rows = st.builds(
    Row,
    st.binary(min_size=1, max_size=20).filter(lambda word: not set(word) & set(b"\n\0")),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
)


@given(st.lists(rows, min_size=1, max_size=50))
def test_rows_are_kept_as_they_are(some: list[Row]) -> None:
    assert counting.unpack_rows(counting.pack_rows(some), STORE) == some


@pytest.mark.parametrize("packed", [b"", b"no zlib", zlib.compress(b"word 1"), zlib.compress(b"word one 2")])
def test_an_import_that_is_damaged_is_told(packed: bytes) -> None:
    with pytest.raises(StoreError, match=r"training\.db: an import is damaged .*; put a backup"):
        counting.unpack_rows(packed, STORE)
