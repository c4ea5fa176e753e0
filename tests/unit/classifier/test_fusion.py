"""Two opinions become one probability."""

import itertools

import pytest

from gatekeeper.classifier.fusion import Fusion

LEARNT = (500, 500)


def test_whoever_has_learnt_nothing_of_a_class_is_unsure():
    assert Fusion().fuse(9.0, 9.0, (0, 0)) == Fusion().fuse(9.0, 9.0, (9, 0)) == 0.5


@pytest.mark.parametrize("words", [-20.0, 0.0, 20.0])
def test_more_of_the_linear_model_is_more(words):
    scores = [Fusion().fuse(words, linear / 2, LEARNT) for linear in range(-30, 31)]
    assert all(a < b for a, b in itertools.pairwise(scores))


@pytest.mark.parametrize("linear", [-9.0, 0.0, 9.0])
def test_more_of_the_words_is_more(linear):
    scores = [Fusion().fuse(words / 2, linear, LEARNT) for words in range(-60, 61)]
    assert all(a < b for a, b in itertools.pairwise(scores))


def test_what_it_knows_comes_back_from_its_state():
    assert Fusion.of(Fusion().state()).fuse(3.0, 1.0, LEARNT) == Fusion().fuse(3.0, 1.0, LEARNT)
