"""chunk: what is learnt and not yet committed: all of it will be, or nothing.

What is to be moved is taken out first, then the samples are learnt in their order. Fails with `StoreError`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeper.app import checkpoint, rebuilding
from gatekeeper.classifier.features import Features
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.model import Model
from gatekeeper.classifier.tally import Rows
from gatekeeper.stores.training_port import TrainingStore
from gatekeeper.stores.training_rows import Change, Counted, Event, State, Taught, new_event_id
from gatekeeper.values import Label

MOST_MESSAGES = 20_000
MOST_OCTETS = 64_000_000
MOST_WORDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One message to learn. `id` is that of the event to be, "" for a new one; `packed` are its features packed, if
    that was done already.
    """

    features: Features
    digest: bytes
    label: Label
    id: str = ""
    packed: bytes = b""

    @property
    def names(self) -> tuple[bytes | str, ...]:
        """By any of these it is known again."""
        return (self.digest, self.id) if self.id else (self.digest,)


@dataclass(frozen=True, slots=True)
class Manner:
    """Who teaches, and how. `again`: what is known too. `on_error`: only what is not taken for what it is."""

    source: str = "learn"
    teacher: str = ""
    again: bool = False
    on_error: bool = False

    @property
    def tried(self) -> bool:
        """Whether what was said of its messages before is a fair trial: not of what was chosen for what was said."""
        return not self.on_error and self.source != "auto"


class Chunk:
    """Goes on from `model`, which has everything that is committed."""

    def __init__(self, training: TrainingStore, model: Model) -> None:
        self._training, self._learner = training, Learner(model)
        self.labels: dict[bytes | str, Label] = {}
        self._events: list[Event] = []
        self._octets = 0
        self.removed: set[int] = set()
        self._gone: list[Counted] = []
        self._messages = [0, 0]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not self._events and not self.removed

    @property
    def full(self) -> bool:
        """Whether it takes enough memory."""
        return len(self._events) >= MOST_MESSAGES or self._octets >= MOST_OCTETS or self._learner.words >= MOST_WORDS

    def take_out(self, taught: Sequence[Taught]) -> None:
        """Take these events out; to be done before anything is learnt."""
        events = (self._training.event(event.seq) for event in taught)
        model, gone, messages = rebuilding.taken_out(self._training, self._learner.model(), events)
        self._learner = Learner(model)
        self.removed |= {event.seq for event in taught}
        self._gone += gone
        self._count(*messages)

    def learn(self, plan: Sequence[tuple[Sample, bool]], manner: Manner) -> int:
        """Learn these, as far as that is called for; how many were. With each stands whether it is new."""
        every = self._learner.rows([sample.features for sample, _ in plan])
        return sum(self._learn(sample, manner, first, rows) for (sample, first), rows in zip(plan, every, strict=True))

    def _learn(self, sample: Sample, manner: Manner, first: bool, rows: Rows) -> bool:
        if manner.on_error and self._learner.judge(sample.features, 0, rows).band == sample.label.value:
            return False
        judged = self._learner.learn(sample.features, sample.label, rows)
        messages = (1, 0) if sample.label is Label.SPAM else (0, 1)
        event = Event(
            sample.id or new_event_id(),
            sample.digest,
            sample.label.value,
            time.time(),
            manner.source,
            manner.teacher,
            sample.packed or sample.features.pack(),
            rebuilding.trial(judged) if manner.tried and first else None,
            messages,
            tried=manner.tried,
        )
        self._events.append(event)
        self._octets += len(event.packed)
        self.labels |= dict.fromkeys(sample.names, sample.label)
        self._count(*messages)
        return True

    def commit(self) -> tuple[State, Model]:
        """Write it down; where the training stands then, and the model that has all of it."""
        fresh = self._learner.fresh()
        model = self._learner.model(fresh)
        kept = self._training.kept()
        last = self._training.state().last + len(self._events)
        due = not model.known.behind and rebuilding.due(kept, last)
        change = Change(
            removed=sorted(self.removed),
            added=self._events,
            words=[*self._gone, Counted(*fresh)],
            messages=(self._messages[0], self._messages[1]),
            checkpoint=checkpoint.packed(model) if due else b"",
        )
        return self._training.write(change), model

    def _count(self, spam: int, ham: int) -> None:
        self._messages[0] += spam
        self._messages[1] += ham
