import io
from collections.abc import Callable

import numpy as np
import pytest

from gatekeeper.app import checkpoint, sharing
from gatekeeper.classifier.counts import NOTHING
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.model import Model
from gatekeeper.config.schema import Classifier
from tests.unit.app.learning_samples import HAM, SPAM, sample


@pytest.fixture(scope="module")
def model() -> Model:
    learner = Learner(sharing.nothing(Classifier()))
    for number in range(20):
        one = sample(number, SPAM if number % 2 else HAM)
        learner.learn(one.features, one.label)
    return learner.model()


def test_it_gives_back_all_but_the_counts(model: Model) -> None:
    again = checkpoint.restored(checkpoint.packed(model), model.counts)
    assert again.arrays().keys() == model.arrays().keys()
    for name, array in model.arrays().items():
        assert again.arrays()[name].dtype == array.dtype
        assert again.arrays()[name].tobytes() == array.tobytes(), name
    assert len(checkpoint.restored(checkpoint.packed(model), NOTHING).counts.keys) == 0


def test_it_is_small(model: Model) -> None:
    """What is zero is not kept; nearly all weights are."""
    assert len(checkpoint.packed(model)) < model.known.linear.weights.nbytes / 20


def test_what_is_learnt_after_it_is_learnt_as_without_it(model: Model) -> None:
    straight, around = Learner(model), Learner(checkpoint.restored(checkpoint.packed(model), model.counts))
    for number in range(20, 30):
        one = sample(number, SPAM if number % 2 else HAM)
        assert straight.learn(one.features, one.label).score == around.learn(one.features, one.label).score
    assert checkpoint.packed(straight.model()) == checkpoint.packed(around.model())


def changed(packed: bytes, change: Callable[[dict], object]) -> bytes:
    with np.load(io.BytesIO(packed)) as file:
        arrays = dict(file)
    change(arrays)
    into = io.BytesIO()
    np.savez(into, **arrays)
    return into.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.clear(),
        lambda arrays: arrays.pop("learnt"),
        lambda arrays: arrays.pop("weights.at"),
        lambda arrays: arrays.pop("weights.is"),
        lambda arrays: arrays.update({"weights.at": arrays["weights.at"] + np.uint32(1 << 30)}),
        lambda arrays: arrays.update({"weights.shape": np.array([7])}),
        lambda arrays: arrays.update({"weights.shape": np.array([0.5])}),
    ],
)
def test_what_is_none_is_told(model: Model, change: Callable[[dict], object]) -> None:
    with pytest.raises(ValueError):
        checkpoint.restored(changed(checkpoint.packed(model), change), model.counts)


@pytest.mark.parametrize("octets", [b"", b"PK", b"no zip at all"])
def test_octets_that_are_none_are_told(model: Model, octets: bytes) -> None:
    with pytest.raises(ValueError, match=r"checkpoint is damaged|pickled"):
        checkpoint.restored(octets, model.counts)
