from itertools import chain, repeat
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gatekeeper.classifier.bands import FEWEST, Cutoffs
from gatekeeper.classifier.combine import Parameters
from gatekeeper.classifier.counts import NOTHING
from gatekeeper.classifier.judging import Known
from gatekeeper.classifier.keys import keys_of
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.linear import Linear
from gatekeeper.classifier.model import Model, empty
from gatekeeper.values import Band, Label
from tests.unit.classifier.letters import HAM, SPAM, features

LESSONS = st.lists(st.sampled_from([*((t, Label.SPAM) for t in SPAM), *((t, Label.HAM) for t in HAM)]), max_size=12)


def taught(*lessons: tuple[str, Label], by: Learner | None = None) -> Learner:
    learner = by or Learner()
    for text, label in lessons:
        learner.learn(features(text), label)
    return learner


def a_course() -> Learner:
    pairs = zip(SPAM, HAM, strict=True)
    lessons = [((spam, Label.SPAM), (ham, Label.HAM)) for spam, ham in pairs]
    return taught(*chain.from_iterable(chain.from_iterable(repeat(lessons, FEWEST))))


def same(one: Model, other: Model) -> bool:
    ones, others = one.arrays(), other.arrays()
    return ones.keys() == others.keys() and all(np.array_equal(ones[name], others[name]) for name in ones)


def test_who_has_learnt_nothing_is_unsure() -> None:
    said = Learner().judge(features("cheap pills"))
    assert (said.score, said.band, said.learnt, said.clues) == (0.5, Band.UNSURE, (0, 0), ())


def test_what_was_learnt_is_told_apart() -> None:
    learner = a_course()
    spam, ham = learner.judge(features("cheap pills claim")), learner.judge(features("roof meeting minutes"))
    assert spam.score > 0.9 > 0.1 > ham.score
    assert (spam.band, ham.band) == (Band.SPAM, Band.HAM)
    assert spam.spamicity > 0.99 > 0.01 > ham.spamicity
    assert spam.linear > 0 > ham.linear


def test_a_few_messages_are_too_little_to_be_sure() -> None:
    learner = taught(*((SPAM[0], Label.SPAM), (HAM[0], Label.HAM)) * (FEWEST - 1))
    assert learner.judge(features(SPAM[0])).band is Band.UNSURE
    taught((SPAM[0], Label.SPAM), (HAM[0], Label.HAM), by=learner)
    assert learner.judge(features(SPAM[0])).band is Band.SPAM


def test_it_says_before_it_learns() -> None:
    learner = Learner()
    expected = learner.judge(features(SPAM[0]), 0)
    assert learner.learn(features(SPAM[0]), Label.SPAM) == expected
    assert learner.learnt == (1, 0)


def test_clues_are_the_strongest_words_with_their_counts() -> None:
    learner = taught((SPAM[0], Label.SPAM), (HAM[0], Label.HAM), (SPAM[3], Label.SPAM))
    clues = {clue.word: clue for clue in learner.judge(features("cheap meeting unheard")).clues}
    assert set(clues) == {"cheap", "meeting"}
    assert (clues["cheap"].spam, clues["cheap"].ham) == (2, 0)
    assert clues["cheap"].probability > 0.9 > 0.1 > clues["meeting"].probability
    assert len(learner.judge(features("cheap pills now minutes of"), 2).clues) == 2


def test_strongest_first() -> None:
    learner = taught(*(("rare common", Label.SPAM), ("common", Label.SPAM), ("letter", Label.HAM)))
    assert [clue.word for clue in learner.judge(features("rare common")).clues] == ["common", "rare"]


@settings(deadline=None)  # other processes may have the processor
@given(LESSONS, LESSONS)
def test_going_on_from_a_model_is_going_on(first: list[tuple[str, Label]], second: list[tuple[str, Label]]) -> None:
    at_once = taught(*first, *second)
    in_two = taught(*second, by=Learner(taught(*first).model()))
    assert same(at_once.model(), in_two.model())
    assert at_once.judge(features("cheap roof")) == in_two.judge(features("cheap roof"))


@settings(deadline=None)
@given(LESSONS)
def test_a_model_says_what_its_learner_said(lessons: list[tuple[str, Label]]) -> None:
    learner = taught(*lessons)
    model = learner.model()
    back = Model.from_arrays(model.arrays())
    for text in ("cheap pills roof", "nothing known", ""):
        assert learner.judge(features(text)) == model.judge(features(text)) == back.judge(features(text))


def test_learning_leaves_the_model_it_began_with_as_it_was() -> None:
    model = a_course().model()
    before = {name: array.copy() for name, array in model.arrays().items()}
    taught(*((text, Label.HAM) for text in SPAM), by=Learner(model))
    assert all(np.array_equal(before[name], array) for name, array in model.arrays().items())


def test_a_model_may_be_mapped_read_only() -> None:
    model = a_course().model()
    arrays = model.arrays()
    for array in arrays.values():
        array.flags.writeable = False
    mapped = Model.from_arrays(arrays)
    assert mapped.judge(features(SPAM[0])) == model.judge(features(SPAM[0]))
    assert taught((HAM[0], Label.HAM), by=Learner(mapped)).learnt == (4 * FEWEST, 4 * FEWEST + 1)


def test_fresh_counts_are_what_was_learnt_since() -> None:
    learner = taught(("b c", Label.HAM), ("c", Label.SPAM), by=Learner(taught(("a b", Label.SPAM)).model()))
    _, words, spam, ham = learner.fresh()
    assert sorted(zip(words, spam.tolist(), ham.tolist(), strict=True)) == [(b"b", 0, 1), (b"c", 1, 1)]


def test_parameters_and_cut_offs_are_the_callers() -> None:
    model = a_course().model()
    other = Model.from_arrays(
        model.arrays(), parameters=Parameters(combiner="graham"), cutoffs=Cutoffs(0.0, 1.0), name="7", behind=True
    )
    said = other.judge(features(SPAM[0]))
    assert said.spamicity != model.judge(features(SPAM[0])).spamicity
    assert (said.band, said.model, said.behind) == (Band.UNSURE, "7", True)


@pytest.mark.parametrize("missing", ["keys", "learnt", "taught", "weights", "lessons"])
def test_a_model_without_an_array_is_refused(missing: str) -> None:
    arrays = a_course().model().arrays()
    del arrays[missing]
    with pytest.raises(ValueError, match=missing):
        Model.from_arrays(arrays)


@pytest.mark.parametrize(
    ("score", "band"), [(0.0, Band.HAM), (0.2, Band.HAM), (0.21, Band.UNSURE), (0.9, Band.SPAM), (1.0, Band.SPAM)]
)
def test_cut_offs_make_bands(score: float, band: Band) -> None:
    assert Cutoffs(0.2, 0.9).band(score, (FEWEST, FEWEST)) is band
    assert Cutoffs(0.2, 0.9).band(score, (FEWEST, FEWEST - 1)) is Band.UNSURE


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("keys", np.array([0.5])),
        ("spam", np.zeros((2, 2), np.uint32)),
        ("starts", np.array([0, 1], np.int64)),
        ("learnt", np.zeros((2, 2), np.int64)),
        ("learnt", np.array([-1, 5])),
        ("taught", np.array([-1, 5])),
        ("learnt", np.array([1, 2, 3])),
        ("weights", np.array(["a"])),
        ("lessons", np.uint64(3)),
    ],
)
def test_arrays_of_another_kind_are_refused(name: str, array: NDArray[Any]) -> None:
    """Before they do anything to a message."""
    with pytest.raises(ValueError, match=r"the model|array"):
        Model.from_arrays({**empty().arrays(), name: array})


def test_of_a_list_from_elsewhere_only_its_own_words_vote() -> None:
    """`no:cc` was never counted there: once in one spam of ours it would be in all spam there is."""
    listed = np.array([100], np.int64)
    counts = NOTHING.plus(keys_of([b"pills"]), listed, 0 * listed)
    model = Model(counts, Known((100, 100), Linear()))
    learner = taught(("no:cc cheap two+words", Label.SPAM), by=Learner(model))
    clues = {clue.word for clue in learner.judge(features("pills cheap no:cc two+words subj:pills")).clues}
    assert clues == {"pills", "cheap"}
    assert taught(("no:cc cheap", Label.SPAM), (HAM[0], Label.HAM)).judge(features("no:cc")).clues


def test_a_list_from_elsewhere_is_enough_to_judge_by() -> None:
    listed = np.array([100, 0, 90, 0], np.int64)
    counts = NOTHING.plus(keys_of([b"pills", b"roof", b"prize", b"plan"]), listed, listed[::-1].copy())
    model = Model(counts, Known((100, 100), Linear()))
    assert model.judge(features("pills prize")).band is Band.SPAM
    assert model.judge(features("roof plan")).band is Band.HAM
