import numpy as np

from gatekeeper.classifier.keys import key_of, keys_of


def test_the_hash_is_xxh3() -> None:
    """The first value of the algorithm's own table for an empty input: a store must not change its mind."""
    assert key_of(b"") == 0x2D06800538D394C2
    assert keys_of([b"", b"viagra"]).tolist() == [key_of(b""), key_of(b"viagra")]
    assert keys_of([]).dtype == np.uint64


def test_words_that_differ_little_differ_in_their_keys() -> None:
    words = [b"subj:a", b"subj:b", b"a", b"b", b"A"]
    assert len(set(keys_of(words).tolist())) == len(words)
