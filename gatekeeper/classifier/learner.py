"""learner: learns message by message what a model then knows.

Everything that learns goes through it: training, its rebuilding and its measuring. Deterministic: the same messages in
the same order give the same arrays. It cannot fail. What it learns beyond the model that it began with is kept in
memory, some 200 octets a word.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gatekeeper.classifier.features import Features
from gatekeeper.classifier.judging import Opinions, Tallies, judged, opinions
from gatekeeper.classifier.model import MOST_CLUES, Model, empty
from gatekeeper.classifier.tally import Fresh, Rows, Tally
from gatekeeper.values import Judged, Label


class Learner:
    """Begins with what `model` knows, which stays as it is; with nothing, if there is none."""

    def __init__(self, model: Model | None = None, **known: Any) -> None:
        self._base = model or empty(**known)
        self._known = replace(self._base.known, linear=self._base.known.linear.copy(), **known)
        self._tally = Tally(self._base.counts)

    @property
    def learnt(self) -> tuple[int, int]:
        """How many spam and ham messages it knows."""
        return self._known.learnt

    @property
    def words(self) -> int:
        """How many words it has met."""
        return self._tally.words

    def rows(self, several: Sequence[Features]) -> list[Rows]:
        """For each of several messages what `judge` and `learn` need, found for all at once in less time."""
        return self._tally.rows_of([features.words for features in several])

    def judge(self, features: Features, most_clues: int = MOST_CLUES, rows: Rows | None = None) -> Judged:
        """What it takes a message for."""
        _, spam, ham, found = self._opinions(features, rows)
        return judged(features, spam, ham, self._known, found, most_clues)

    def learn(self, features: Features, label: Label, rows: Rows | None = None) -> Judged:
        """Learn a message; returns what it took it for before."""
        rows, spam, ham, found = self._opinions(features, rows)
        before = judged(features, spam, ham, self._known, found, 0)
        self._tally.add(rows, label)
        self._known.linear.learn(features.grams, label, found.linear)
        known = self._known
        self._known = replace(known, learnt=_one_more(known.learnt, label), taught=_one_more(known.taught, label))
        return before

    def model(self, fresh: Fresh | None = None) -> Model:
        """All it knows now, frozen. `fresh` is what the method of that name said, if it was asked already."""
        known = replace(self._known, linear=self._known.linear.copy())
        keys, _, spam, ham = fresh or self.fresh()
        return Model(self._base.counts.plus(keys, spam, ham) if len(keys) else self._base.counts, known)

    def fresh(self) -> Fresh:
        """What it has counted beyond the model it began with."""
        return self._tally.fresh()

    def _opinions(self, features: Features, rows: Rows | None) -> tuple[Rows, Tallies, Tallies, Opinions]:
        rows = self._tally.rows(features.words) if rows is None else rows
        spam, ham = self._tally.counts(rows)
        return rows, spam, ham, opinions(features, spam, ham, self._known)


def _one_more(messages: tuple[int, int], label: Label) -> tuple[int, int]:
    spam, ham = messages
    return (spam + 1, ham) if label is Label.SPAM else (spam, ham + 1)
