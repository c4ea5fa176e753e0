"""recipe: judge a message for a command that is started for it, as a procmail recipe does: little is loaded.

The words and their counts, straight from the store, are enough for that; `recipe_learning` learns. Where a list of
bogofilter's was imported, only the words that bogofilter finds are asked for: the list has none of our own, so those
would say what the few messages learnt since then say, against thousands. Fails with `StoreError`.
"""

from dataclasses import dataclass
from pathlib import Path

from xxhash import xxh3_64_intdigest

from gatekeeper.classifier.parameters import Parameters
from gatekeeper.classifier.plain import Score, score
from gatekeeper.classifier.words import bogofilter_words_of, words_of
from gatekeeper.message import parse
from gatekeeper.stores.word_counts import WordCounts


@dataclass(frozen=True, slots=True)
class Judged:
    """`counts` of `words` in spam and ham, of so many `messages`; what follows from them."""

    words: tuple[bytes, ...]
    counts: list[tuple[int, int]]
    messages: tuple[int, int]
    score: Score


def words_in(raw: bytes, fold: bool = False, only_bogofilters: bool = False) -> tuple[bytes, ...]:
    """The words of a message."""
    return (bogofilter_words_of if only_bogofilters else words_of)(parse(raw), fold)


class Judge:
    """Judges by the store at `training` as it is at the first message."""

    def __init__(self, training: Path, parameters: Parameters, fold: bool = False) -> None:
        self._parameters, self._fold = parameters, fold
        self._known = WordCounts(training)
        self._messages, self._imported = self._known.messages(), self._known.imported()

    def __call__(self, raw: bytes) -> Judged:
        """What its words say of a message."""
        words = words_in(raw, self._fold, self._imported)
        counts = self._known.of([xxh3_64_intdigest(word) for word in words])
        return Judged(words, counts, self._messages, score(counts, self._messages, self._parameters))

    def close(self) -> None:
        """Let go of the store."""
        self._known.close()
