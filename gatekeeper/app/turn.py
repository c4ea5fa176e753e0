"""turn: what one who learns does while others wait. Fails with `StoreError`.

It begins with the model as the training has it, goes on in chunks, and ends with the model being served.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gatekeeper.app import rebuilding, sharing
from gatekeeper.app.allowance import Allowance
from gatekeeper.app.chunk import Chunk, Manner, Sample
from gatekeeper.classifier.model import Model
from gatekeeper.config.schema import Classifier
from gatekeeper.stores.training_port import TrainingStore
from gatekeeper.stores.training_rows import State, Taught

LENGTH = 5.0  # seconds
_WORTH = 10
"""How many times as long as its beginning, which takes about as long as its end, it may be."""


@dataclass(slots=True)
class Learnt:
    """What became of samples: `moved` had been learnt as the other class, `known` as this one, `refused` are more than
    one teacher may teach, `right` were judged rightly, which is enough for `on_error`. Then, what is known now.
    """

    learnt: int = 0
    moved: int = 0
    known: int = 0
    refused: int = 0
    right: int = 0
    messages: tuple[int, int] = (0, 0)
    behind: bool = False


class Turn:
    """`state` and `model` are as last committed."""

    def __init__(
        self,
        directory: Path,
        training: TrainingStore,
        settings: Classifier,
        state: State,
        model: Model,
        opening: float = 0.0,
    ) -> None:
        self._directory, self._training, self._settings = directory, training, settings
        self.state, self.model = state, model
        self._shared = sharing.is_served(directory, state, model, settings)
        self._chunk = Chunk(training, model)
        self._end = time.monotonic() + max(LENGTH, _WORTH * opening)

    @classmethod
    def begin(cls, directory: Path, training: TrainingStore, settings: Classifier) -> "Turn":
        """Mend first what a crash has left."""
        began, state = time.monotonic(), training.state()
        model, after = sharing.working(directory, training, state, settings)
        opening = time.monotonic() - began
        if after < state.last:
            model = rebuilding.replayed(training, model, after, state)
        return cls(directory, training, settings, state, model, opening)

    @property
    def over(self) -> bool:
        """Whether others should have theirs."""
        return time.monotonic() >= self._end

    def teach(self, manner: Manner, learnt: Learnt) -> Callable[[Sequence[Sample]], None]:
        """What learns block by block, and counts in `learnt`."""
        allowance = Allowance(self._training, self._settings, manner.source, manner.teacher)

        def block(samples: Sequence[Sample]) -> None:
            rest = samples
            while rest:
                rest = self._learn(rest, manner, allowance, learnt)
            if self._chunk.full:
                self.commit()

        return block

    def take_out(self, taught: Sequence[Taught]) -> None:
        """Forget these events."""
        self.commit()
        self._chunk.take_out(taught)
        self.commit()

    def commit(self) -> None:
        """Write down what was done since the last time."""
        if not self._chunk.empty:
            self.committed(*self._chunk.commit())

    def committed(self, state: State, model: Model) -> None:
        """Go on from here."""
        self.state, self.model, self._shared = state, model, False
        self._chunk = Chunk(self._training, model)

    def share(self) -> None:
        """Serve what is committed."""
        if not self._shared:
            sharing.share(self._directory, self._training, self.state, self.model, self._settings)
            self._shared = True

    def _learn(
        self, samples: Sequence[Sample], manner: Manner, allowance: Allowance, learnt: Learnt
    ) -> Sequence[Sample]:
        """Learn as many of these as can be done in one go; the rest."""
        plan, moved, rest = self._plan(samples, manner, allowance, learnt)
        if moved:
            self.commit()
            self._chunk.take_out(moved)
        done = self._chunk.learn(plan, manner)
        learnt.learnt += done
        learnt.right += len(plan) - done
        if rest:
            self.commit()
        return rest

    def _plan(
        self, samples: Sequence[Sample], manner: Manner, allowance: Allowance, learnt: Learnt
    ) -> tuple[list[tuple[Sample, bool]], list[Taught], Sequence[Sample]]:
        """What is to be learnt (and whether for the first time), what taken out before, what comes after that."""
        by_digest = self._training.taught([sample.digest for sample in samples])
        by_id = self._training.taught_ids([sample.id for sample in samples if sample.id])
        plan: list[tuple[Sample, bool]] = []
        moved: dict[int, Taught] = {}
        fresh = dict(self._chunk.labels)
        for n, sample in enumerate(samples):
            just = {fresh[name] for name in sample.names if name in fresh}
            if sample.label.other in just:
                return plan, list(moved.values()), samples[n:]  # to be taken out, so it has to be committed
            before = [*by_digest.get(sample.digest, ()), *by_id.get(sample.id, ())]
            before = [event for event in before if event.seq not in moved and event.seq not in self._chunk.removed]
            other = {event.seq: event for event in before if event.label != sample.label}
            same = bool(just) or any(event.label == sample.label for event in before)
            if same and not manner.again and not other:
                learnt.known += 1
            elif not allowance.take():
                learnt.refused += 1
            else:
                moved |= other
                learnt.moved += bool(other)
                fresh |= dict.fromkeys(sample.names, sample.label)
                plan.append((replace(sample, id="") if same else sample, not before and not same))
        return plan, list(moved.values()), ()
