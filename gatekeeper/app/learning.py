"""learning: learn, forget, learn otherwise, for everybody who teaches: the truth first, then the model that is served.

What is learnt is committed in chunks, each whole or not at all; one learns at a time, and takes turns with others
(`training_lock`). Fails with `StoreError`: what was committed until then stays, and nothing else is changed.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from gatekeeper.app import counting, rebuilding, sharing
from gatekeeper.app.chunk import Manner, Sample
from gatekeeper.app.turn import Learnt, Turn
from gatekeeper.classifier.model import Model
from gatekeeper.config.schema import Classifier
from gatekeeper.stores import training_lock
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training import Training
from gatekeeper.stores.training_port import TrainingStore
from gatekeeper.stores.training_rows import Change, Counted, Event, Row, State, Taught, new_event_id

__all__ = ["Forgotten", "Learning", "Learnt", "Sample"]

BLOCK = 100  # samples that are looked at together; while these are learnt, no more than can wait are read
_BATCH = 5000  # events that are forgotten together
_TRIES = 3  # to make the model anew while others learn

Progress = Callable[[int], object]
"""Told after each step how many more messages are done."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many events are gone, how many of the digests and ids were never learnt, and what is known now."""

    forgotten: int
    unknown: int
    messages: tuple[int, int]
    behind: bool


class Learning:
    """What is learnt in `directory`. `create=False`: fail if nothing ever was."""

    def __init__(self, directory: Path, settings: Classifier | None = None, create: bool = True) -> None:
        self.directory, self.settings = directory, settings or Classifier()
        self.training: TrainingStore = Training(directory / "training.db", create)

    def close(self) -> None:
        """Let go of the file."""
        self.training.close()

    @property
    def behind(self) -> bool:
        """Whether the model that is served does not follow from what was learnt: `rebuild` has work to do."""
        return sharing.behind(self.directory, self.training.state())

    def model(self) -> Model:
        """The model that is served; that of somebody who has learnt nothing if there is none."""
        found = sharing.served(self.directory)
        return found[0] if found else sharing.nothing(self.settings)

    def learn(
        self,
        samples: Iterable[Sample],
        source: str = "learn",
        teacher: str = "",
        again: bool = False,
        on_error: bool = False,
        on_progress: Progress = lambda _: None,
    ) -> Learnt:
        """Learn these, in their order. `again`: what is known already too, once more. `on_error`: only what is not
        taken for what it is.
        """
        learnt = Learnt()
        blocks = rebuilding.batches(samples, BLOCK)
        block = next(blocks, None)
        while block is not None:
            with self._turn() as turn:
                teach = turn.teach(Manner(source, teacher, again, on_error), learnt)
                while block is not None:
                    teach(block)
                    on_progress(len(block))
                    block = None if turn.over else next(blocks, None)
            block = next(blocks, None)
        state = self.training.state()
        learnt.messages, learnt.behind = (state.spam, state.ham), self.behind
        return learnt

    def forget(
        self, digests: Sequence[bytes] = (), ids: Sequence[str] = (), source: str = "", teacher: str = ""
    ) -> Forgotten:
        """Forget what has one of these digests or ids, and all of `source` and `teacher` (both, if both are given)."""
        with self._turn() as turn:
            found, unknown = self._found(digests, ids, source, teacher)
            for batch in rebuilding.batches(found, _BATCH):
                turn.take_out(batch)
        state = self.training.state()
        return Forgotten(len(found), unknown, (state.spam, state.ham), self.behind)

    def import_words(self, rows: Iterable[Row], spam_messages: int, ham_messages: int, source: str = "import") -> str:
        """Add counts that were learnt elsewhere; the id by which they can be forgotten."""
        messages, counted = (spam_messages, ham_messages), list[Counted]()
        event = Event(new_event_id(), b"", "", time.time(), source, "", b"", None, messages)

        def parts() -> Iterator[tuple[Counted, bytes]]:
            for part in rebuilding.batches(rows, counting.ROWS):
                counts = counting.of_rows(part)
                counted.append(replace(counts, words=()))
                yield counts, counting.pack_rows(part)

        with self._turn() as turn:
            state = self.training.write(Change(added=(event,), messages=messages, imports=parts()))
            counts = counting.plus(turn.model, counting.merged(counted), self.training.path)
            turn.committed(state, rebuilding.with_messages(replace(turn.model, counts=counts), messages))
        return event.id

    def dump(self) -> Iterator[Row]:
        """Every word with its counts."""
        return self.training.words().rows()

    def rebuild(self, on_progress: Progress = lambda _: None) -> None:
        """Make the model anew from the events, from the last checkpoint on. Others may go on learning meanwhile."""
        for _ in range(_TRIES):
            with self._turn() as turn:
                state, counted = turn.state, sharing.recounted(self.training, turn.state, turn.model)
            model = self._anew(counted, state, on_progress)
            with self._turn() as turn:
                if turn.state.epoch == state.epoch:
                    self._follow(turn, model, state)
                    return
        with self._turn() as turn:  # others forget all the time; they have to wait now
            counted = sharing.recounted(self.training, turn.state, turn.model)
            self._follow(turn, self._anew(counted, turn.state, on_progress), turn.state)

    def publish(self) -> None:
        """Serve what was learnt, if that is not what is served."""
        with self._turn():
            pass

    def _anew(self, counted: Model, state: State, on_progress: Progress) -> Model:
        """The model as of `state`; `counted` has the counts of that time."""
        model, after = rebuilding.before(self.training, counted, sharing.nothing(self.settings), state)
        return rebuilding.replayed(self.training, model, after, state, on_progress)

    def _follow(self, turn: Turn, model: Model, state: State) -> None:
        """Serve `model`, which is as of `state`, with what was learnt since."""
        turn.committed(turn.state, rebuilding.replayed(self.training, model, state.last, turn.state))

    @contextmanager
    def _turn(self) -> Iterator[Turn]:
        with training_lock.held(self.directory / "training.lock"):
            turn = Turn.begin(self.directory, self.training, self.settings)
            try:
                yield turn
                turn.commit()
            except BaseException:
                with suppress(StoreError):  # what was committed is served; what went wrong is told
                    turn.share()
                raise
            turn.share()

    def _found(
        self, digests: Sequence[bytes], ids: Sequence[str], source: str, teacher: str
    ) -> tuple[list[Taught], int]:
        """The events that are meant, in order, and how many digests and ids lead to none."""
        by_digest = self.training.taught(digests)
        by_id = [self.training.find(id=event_id) for event_id in ids]
        events = list(chain(*by_digest.values(), *by_id))
        if source or teacher:
            events += self.training.find(source=source, teacher=teacher)
        unknown = len(set(digests) - by_digest.keys()) + sum(not found for found in by_id)
        return sorted(set(events)), unknown
