"""model: all that was learnt, frozen, as it is served.

It judges; it does not learn (`learner`). As arrays it goes into a file and is mapped from one; `from_arrays` fails with
`ValueError` on what `arrays` did not make.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.counts import NOTHING, Counts
from gatekeeper.classifier.features import Features
from gatekeeper.classifier.judging import Known, judged, opinions
from gatekeeper.classifier.keys import keys_of
from gatekeeper.classifier.linear import Linear
from gatekeeper.values import Judged

Arrays = Mapping[str, NDArray[Any]]

_KINDS = {
    "keys": np.uint64,
    "spam": np.uint32,
    "ham": np.uint32,
    "starts": np.uint32,
    "learnt": np.int64,
    "taught": np.int64,
    "weights": np.float32,
    "lessons": np.float32,
}

_MESSAGES = "learnt", "taught"

MOST_CLUES = 15
"""What people read; SpamBayes and Graham had 15 too, to decide by."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """`counts` of words, and what else is `known`."""

    counts: Counts
    known: Known

    def judge(self, features: Features, most_clues: int = MOST_CLUES) -> Judged:
        """What a message with these features is, with the words that say so."""
        spam, ham = self.counts.look_up(keys_of(features.words))
        return judged(features, spam, ham, self.known, opinions(features, spam, ham, self.known), most_clues)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` needs, but for parameters, cut-offs and name, which stand on the card."""
        counts, known = self.counts, self.known
        return {
            "keys": counts.keys,
            "spam": counts.spam,
            "ham": counts.ham,
            "starts": counts.starts,
            "learnt": np.array(known.learnt, np.int64),
            "taught": np.array(known.taught, np.int64),
            "weights": known.linear.weights,
            "lessons": known.linear.lessons,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, **known: Any) -> Self:
        """A model of these arrays, which may be mapped read-only. `known` are the other fields of `Known`."""
        try:
            _check(arrays)
            counts = Counts(arrays["keys"], arrays["spam"], arrays["ham"], arrays["starts"])
            learnt, taught = ((int(arrays[name][0]), int(arrays[name][1])) for name in _MESSAGES)
            linear = Linear(arrays["weights"], arrays["lessons"])
        except KeyError as missing:
            raise ValueError(f"the model has no array {missing}") from None
        return cls(counts, Known(learnt, linear, taught=taught, **known))


def _check(arrays: Arrays) -> None:
    for name, kind in _KINDS.items():
        array = arrays[name]
        if array.dtype != kind or array.ndim != 1:
            raise ValueError(f"the array {name} of the model is of another kind: {array.dtype}, {array.ndim} deep")
    if any(len(arrays[name]) != 2 or (arrays[name] < 0).any() for name in _MESSAGES):
        raise ValueError("the model does not say how many messages it has learnt")


def empty(**known: Any) -> Model:
    """Of somebody who has learnt nothing. `known` are fields of `Known`."""
    return Model(NOTHING, Known((0, 0), Linear(), **known))
