"""recipe: judge a message for a command that is started for it, as a procmail recipe does: little is loaded.

The words and their counts, straight from the store, are enough for that; `recipe_learning` learns. Fails with
`StoreError`.
"""

from dataclasses import dataclass
from pathlib import Path

from xxhash import xxh3_64_intdigest

from gatekeeper.classifier.parameters import Parameters
from gatekeeper.classifier.plain import Score, score
from gatekeeper.classifier.words import words_of
from gatekeeper.message import parse
from gatekeeper.stores.word_counts import WordCounts


@dataclass(frozen=True, slots=True)
class Judged:
    """`counts` of `words` in spam and ham, of so many `messages`; what follows from them."""

    words: tuple[bytes, ...]
    counts: list[tuple[int, int]]
    messages: tuple[int, int]
    score: Score


def words_in(raw: bytes, fold: bool = False) -> tuple[bytes, ...]:
    """The words of a message."""
    return words_of(parse(raw), fold)


def judge(raw: bytes, training: Path, parameters: Parameters, fold: bool = False) -> Judged:
    """What its words say of a message."""
    words = words_in(raw, fold)
    known = WordCounts(training)
    try:
        messages, counts = known.messages(), known.of([xxh3_64_intdigest(word) for word in words])
    finally:
        known.close()
    return Judged(words, counts, messages, score(counts, messages, parameters))
