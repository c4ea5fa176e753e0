"""Made-up messages to learn, and what a training comes down to."""

from collections.abc import Iterable

import numpy as np

from gatekeeper.app.learning import Learning, Sample
from gatekeeper.classifier.features import Features
from gatekeeper.stores.training_rows import Event
from gatekeeper.values import Label

SPAM, HAM = Label.SPAM, Label.HAM


def sample(number: int, label: Label, words: int = 20) -> Sample:
    """Message `number`; some of its words are in others too, some tell what it is."""
    chance = np.random.default_rng(number)
    common = {b"w%d" % n for n in chance.integers(0, 200, words)}
    telling = {b"%s%d" % (b"buy" if number % 2 else b"dear", n) for n in chance.integers(0, 10, 3)}
    own = 3000 + number % 2 * 100 + np.arange(50)
    grams = np.unique(np.append(chance.integers(0, 3000, 50), own)).astype(np.uint32)
    return Sample(
        Features((*sorted(common | telling), b"only%d" % number), grams), digest(number), label, id=name(number)
    )


def digest(number: int) -> bytes:
    return number.to_bytes(16, "big")


def name(number: int) -> str:
    """An event's id, so that two trainings can be compared."""
    return f"event-{number}"


def samples(labels: Iterable[tuple[int, Label]]) -> list[Sample]:
    return [sample(number, label) for number, label in labels]


def bare(event: Event) -> tuple[object, ...]:
    """An event without its number and its time."""
    return event.id, event.digest, event.label, event.source, event.packed, event.trial, event.messages, event.tried


def truth(learning: Learning) -> tuple[object, ...]:
    """Words, totals and events (without their trials, which are right once the model is rebuilt)."""
    state = learning.training.state()
    events = [bare(event) for event in learning.training.events()]
    return list(learning.dump()), (state.spam, state.ham), [(*event[:5], *event[6:]) for event in events]


def everything(learning: Learning) -> tuple[object, ...]:
    """What is to be equal, byte by byte, however it came about: the truth, the trials, the model that is served."""
    model = learning.model()
    arrays = {name: (array.dtype.str, array.tobytes()) for name, array in model.arrays().items()}
    trials = [event.trial for event in learning.training.events()]
    return truth(learning), trials, arrays, model.known.learnt, model.known.cutoffs, model.known.behind
