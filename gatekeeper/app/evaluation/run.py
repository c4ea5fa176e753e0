"""run: judge messages whose class is known, by one who learns from scratch, and keep what was said.

`split` learns one part and is then asked about the other; `stream` is the TREC protocol: each message is judged, then
learnt. Fails as `extracted` does. Memory goes to what is learnt, and to one score a message.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from gatekeeper.app.evaluation.extracting import extracted
from gatekeeper.app.evaluation.lines import Entry
from gatekeeper.classifier.features import Features
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.linear import probability
from gatekeeper.classifier.ranking import Scored
from gatekeeper.values import Clue, Judged, Label

Opinion = Literal["fused", "words", "linear"]
Advance = Callable[[int], object]
"""Told how many more messages are done."""

_SAYS: dict[str, Callable[[Judged], float]] = {
    "fused": lambda judged: judged.score,
    "words": lambda judged: judged.spamicity,
    "linear": lambda judged: probability(judged.linear),
}


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """A message and the words that decided; `wrongness` is how much its score speaks against what it is, 0 to 1."""

    wrongness: float
    place: int
    label: Label = field(compare=False)
    path: Path = field(compare=False)
    score: float = field(compare=False)
    clues: tuple[Clue, ...] = field(compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """What was said of every message that was judged, in their order, and the worst of it for each class."""

    scored: Scored
    worst: dict[Label, list[Mistake]]


class Course:
    """One evaluation: who learns, whose opinion counts, how many of the worst mistakes are kept for each class."""

    def __init__(self, learner: Learner, opinion: Opinion = "fused", fold: bool = False, worst: int = 0) -> None:
        self._learner, self._says, self._fold = learner, _SAYS[opinion], fold
        self._most = worst
        self._scores: list[float] = []
        self._labels: list[bool] = []
        self._worst: dict[Label, list[Mistake]] = {label: [] for label in Label}

    def stream(self, order: Sequence[Entry], advance: Advance) -> Evaluated:
        """Judge each message, then learn it."""
        for entry, features in extracted(order, self._fold):
            if self._most:
                self._judge(entry, features)
                self._learner.learn(features, entry.label)
            else:
                self._keep(entry, self._learner.learn(features, entry.label))
            advance(1)
        return self._evaluated()

    def split(self, train: Sequence[Entry], test: Sequence[Entry], advance: Advance) -> Evaluated:
        """Learn all of `train`, then judge all of `test`."""
        for entry, features in extracted(train, self._fold):
            self._learner.learn(features, entry.label)
            advance(1)
        for entry, features in extracted(test, self._fold):
            self._judge(entry, features)
            advance(1)
        return self._evaluated()

    def _judge(self, entry: Entry, features: Features) -> None:
        self._keep(entry, self._learner.judge(features))

    def _keep(self, entry: Entry, judged: Judged) -> None:
        score, is_spam = self._says(judged), entry.label is Label.SPAM
        self._scores.append(score)
        self._labels.append(is_spam)
        if self._most and all(judged.learnt):  # before, nobody could know better
            wrongness = 1 - score if is_spam else score
            mistake = Mistake(wrongness, -len(self._scores), entry.label, entry.path, score, judged.clues)
            worst = self._worst[entry.label]
            (heapq.heappush if len(worst) < self._most else heapq.heappushpop)(worst, mistake)

    def _evaluated(self) -> Evaluated:
        scored = Scored(np.array(self._scores, np.float64), np.array(self._labels, np.bool_))
        return Evaluated(scored, {label: sorted(worst, reverse=True) for label, worst in self._worst.items()})
