"""rebuilding: the model by its events alone, in their order: from a checkpoint on, or from the first.

What was learnt is learnt again exactly as it was, so the arrays come out the same as if what was forgotten had never
been there. Fails with `StoreError`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from gatekeeper.app import checkpoint, counting
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.model import Model
from gatekeeper.stores.training_port import TrainingStore
from gatekeeper.stores.training_rows import Counted, Event, State, Trial
from gatekeeper.values import Judged, Label

T = TypeVar("T")
Progress = Callable[[int], object]
"""Told how many more messages are done."""

EVERY = 1000
"""Events between two checkpoints at least."""

_BATCH = 5000  # events; then what is learnt is made one table, and trials are written


def before(training: TrainingStore, model: Model, empty: Model, state: State) -> tuple[Model, int]:
    """The newest state that can be gone on from, and the event after which it was; `empty` and 0 if there is none.

    `model` has the counts of the training as of `state`.
    """
    for kept in training.checkpoints():
        counts = model.counts
        for batch in batches(training.events(kept.seq, state.last), _BATCH):
            gone = counting.merged(_counted(training, batch, -1))
            counts = counting.plus(replace(model, counts=counts), gone, training.path)
        known = model.known
        try:
            return checkpoint.restored(
                kept.packed, counts, parameters=known.parameters, cutoffs=known.cutoffs
            ), kept.seq
        except ValueError:
            continue  # of an older form: the one before it, then
    return empty, 0


def replayed(
    training: TrainingStore, model: Model, after: int, state: State, on_progress: Progress = lambda _: None
) -> Model:
    """`model` with all events behind `after` learnt, up to `state`. Their trials are written anew, and checkpoints,
    as long as nobody takes anything out.
    """
    for batch in batches(training.events(after, state.last), _BATCH):
        trials: list[tuple[int, Trial | None]] = []
        learner = Learner(model)
        for event in batch:
            if event.label:
                judged = learner.learn(counting.features(event, training.path), Label(event.label))
                trials.append((event.seq, trial(judged) if event.tried else None))
                continue
            model = learner.model()
            counts = counting.plus(model, counting.merged(_imports(training, event, 1)), training.path)
            model = replace(model, counts=counts)
            model = with_messages(model, event.messages)
            learner = Learner(model)
        model = learner.model()
        last = batch[-1].seq
        due_now = not model.known.behind and due(training.kept(), last)
        packed = checkpoint.packed(model) if due_now else b""
        training.retry(state.epoch, trials, last, packed)
        on_progress(len(batch))
    return model


def with_messages(model: Model, messages: tuple[int, int]) -> Model:
    """`model` with so many more messages of spam and ham learnt."""
    spam, ham = model.known.learnt
    return replace(model, known=replace(model.known, learnt=(spam + messages[0], ham + messages[1])))


def due(kept: list[int], last: int) -> bool:
    """Whether a checkpoint after event `last` is worth its room."""
    return last - (kept[-1] if kept else 0) >= max(EVERY, last // 16)


def trial(judged: Judged) -> Trial:
    """What is kept of it."""
    return Trial(judged.spamicity, judged.linear, judged.score)


def taken_out(
    training: TrainingStore, model: Model, events: Iterable[Event]
) -> tuple[Model, list[Counted], tuple[int, int]]:
    """`model` without the words of these events, behind from now on; the differences of counts, and of messages."""
    gone: list[Counted] = []
    spams = hams = 0
    for batch in batches(events, _BATCH):
        spams -= sum(event.messages[0] for event in batch)
        hams -= sum(event.messages[1] for event in batch)
        gone.append(counting.merged(_counted(training, batch, -1)))
        model = replace(model, counts=counting.plus(model, gone[-1], training.path))
    model = with_messages(replace(model, known=replace(model.known, behind=True)), (spams, hams))
    return model, gone, (spams, hams)


def _counted(training: TrainingStore, events: list[Event], sign: int) -> Iterator[Counted]:
    yield counting.of_features(
        ((counting.features(event, training.path), event.label) for event in events if event.label), sign
    )
    for event in events:
        if not event.label:
            yield from _imports(training, event, sign)


def _imports(training: TrainingStore, event: Event, sign: int) -> Iterator[Counted]:
    for part in training.imported(event.seq):
        yield counting.of_rows(counting.unpack_rows(part, training.path), sign)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` items."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
