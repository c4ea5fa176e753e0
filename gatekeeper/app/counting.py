"""counting: what messages add to the counts of words, as columns for the store and for the model.

Features that are damaged in the store raise `StoreError`.
"""

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from gatekeeper.classifier.counts import Counts
from gatekeeper.classifier.features import Features
from gatekeeper.classifier.keys import keys_of
from gatekeeper.classifier.model import Model
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training_rows import Counted, Event, Row
from gatekeeper.values import Label

_DAMAGED = "put a backup in its place, or move it away and learn anew"
ROWS = 50_000  # imported words in one part
_MOST_OCTETS = 100_000_000


def features(event: Event, path: Path) -> Features:
    """What was learnt from a message."""
    try:
        return Features.unpack(event.packed)
    except ValueError as error:
        raise StoreError(path, f"event {event.id} is damaged ({error})", _DAMAGED) from None


def of_features(learnt: Iterable[tuple[Features, str]], sign: int = 1) -> Counted:
    """The counts of these messages by their labels."""
    spam_words: list[bytes] = []
    ham_words: list[bytes] = []
    for message, label in learnt:
        (spam_words if label == Label.SPAM else ham_words).extend(message.words)
    return of_words(spam_words, ham_words, sign)


def of_words(spam_words: Sequence[bytes], ham_words: Sequence[bytes], sign: int = 1) -> Counted:
    """The counts of words, each as often as it stands there."""
    words = [*spam_words, *ham_words]
    keys, first, place = np.unique(keys_of(words), return_index=True, return_inverse=True)
    spam = np.bincount(place[: len(spam_words)], minlength=len(keys))
    ham = np.bincount(place[len(spam_words) :], minlength=len(keys))
    return Counted(keys, [words[n] for n in first.tolist()], sign * spam, sign * ham)


def of_rows(rows: Sequence[Row], sign: int = 1) -> Counted:
    """The counts of rows, in which a word may stand twice."""
    words = [row.word for row in rows]
    keys, first, place = np.unique(keys_of(words), return_index=True, return_inverse=True)
    spam, ham = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
    np.add.at(spam, place, [sign * row.spam for row in rows])
    np.add.at(ham, place, [sign * row.ham for row in rows])
    return Counted(keys, [words[n] for n in first.tolist()], spam, ham)


def merged(counted: Iterable[Counted]) -> Counted:
    """All of these differences at once, without their words."""
    parts = list(counted)
    every = np.concatenate([np.empty(0, np.uint64), *(part.keys for part in parts)])
    keys, place = np.unique(every, return_inverse=True)
    spam, ham = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
    if parts:
        np.add.at(spam, place, np.concatenate([part.spam for part in parts]))
        np.add.at(ham, place, np.concatenate([part.ham for part in parts]))
    return Counted(keys, (), spam, ham)


def plus(model: Model, counted: Counted, path: Path) -> Counts:
    """The counts of `model` with these differences."""
    try:
        return model.counts.plus(counted.keys, counted.spam, counted.ham)
    except ValueError as error:
        raise StoreError(path, str(error), _DAMAGED) from None


def pack_rows(rows: Sequence[Row]) -> bytes:
    """Rows of an import, to be kept."""
    return zlib.compress(b"\n".join(b"%s %d %d" % row for row in rows), 1)


def unpack_rows(packed: bytes, path: Path) -> list[Row]:
    """Back again."""
    try:
        lines = zlib.decompressobj().decompress(packed, _MOST_OCTETS).split(b"\n")
        return [Row(word, int(spam), int(ham)) for word, spam, ham in (line.rsplit(b" ", 2) for line in lines)]
    except (zlib.error, ValueError) as error:
        raise StoreError(path, f"an import is damaged ({error})", _DAMAGED) from None
