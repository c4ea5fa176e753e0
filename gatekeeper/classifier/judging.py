"""judging: from the counts of a message's words and its grams to what is said of it. It cannot fail."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.combine import Combined, Parameters, combine, probabilities
from gatekeeper.classifier.features import Features
from gatekeeper.classifier.fusion import fuse
from gatekeeper.classifier.linear import Linear
from gatekeeper.classifier.words import is_bogofilters
from gatekeeper.values import Clue, Judged

Tallies = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known but for the words' counts.

    `learnt` are the messages of spam and of ham, `taught` those of them that were learnt here, not in a list of words
    that was brought along.
    """

    learnt: tuple[int, int]
    linear: Linear
    parameters: Parameters = field(default_factory=Parameters)
    cutoffs: Cutoffs = field(default_factory=Cutoffs)
    name: str = ""
    behind: bool = False
    taught: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """Both opinions of one message, before they are one. `likely` is how likely each word makes spam."""

    likely: NDArray[np.float64]
    words: Combined
    linear: float


def opinions(features: Features, spam: Tallies, ham: Tallies, known: Known) -> Opinions:
    """`spam` and `ham` are the counts of its words, in their order."""
    if sum(known.learnt) > sum(known.taught):
        listed = np.fromiter(map(is_bogofilters, features.words), np.bool_, len(features.words))
        spam, ham = spam * listed, ham * listed  # of our own words the list says nothing, not that they are rare
    likely = probabilities(spam, ham, *known.learnt, known.parameters)
    return Opinions(likely, combine(likely, known.parameters), known.linear.score(features.grams))


def judged(features: Features, spam: Tallies, ham: Tallies, known: Known, found: Opinions, most_clues: int) -> Judged:
    """One answer of both opinions, with the words that decided."""
    score = fuse(found.words.logit, found.linear, known.learnt, known.taught)
    strongest = _strongest(found, most_clues) if most_clues else []
    counted = zip(*(column[strongest].tolist() for column in (spam, ham, found.likely)), strict=True)
    words = (features.words[n].decode("utf-8", "surrogateescape") for n in strongest)
    clues = tuple(Clue(word, *said) for word, said in zip(words, counted, strict=True))
    return Judged(
        score,
        known.cutoffs.band(score, known.learnt),
        found.words.spamicity,
        found.linear,
        known.learnt,
        known.name,
        clues,
        known.behind,
    )


def _strongest(found: Opinions, most: int) -> list[int]:
    """The places of the words that were used, those furthest from the middle first."""
    used = np.flatnonzero(found.words.used)
    far = np.abs(found.likely[used] - 0.5)
    order: list[int] = used[np.argsort(-far, kind="stable")[:most]].tolist()
    return order
