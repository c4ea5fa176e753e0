"""words: what was learnt of single words, for people who ask. Fails with `StoreError`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gatekeeper.app.sharing import parameters
from gatekeeper.classifier.combine import probabilities
from gatekeeper.classifier.keys import keys_of
from gatekeeper.config.schema import Classifier
from gatekeeper.stores.word_counts import WordCounts
from gatekeeper.values import Clue


def counted(directory: Path, settings: Classifier, words: Sequence[bytes]) -> list[Clue]:
    """Each of these words, with its counts and how likely it makes spam; in their order."""
    store = WordCounts(directory / "training.db")
    try:
        messages, counts = store.messages(), store.of(keys_of(words).tolist())
    finally:
        store.close()
    spam, ham = (np.array([pair[n] for pair in counts], np.int64) for n in (0, 1))
    likely = probabilities(spam, ham, *messages, parameters(settings)).tolist()
    return [
        Clue(word.decode("utf-8", "surrogateescape"), *pair, probability)
        for word, pair, probability in zip(words, counts, likely, strict=True)
    ]
