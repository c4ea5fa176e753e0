"""Two opinions become one probability."""

import itertools

import pytest

from gatekeeper.classifier.fusion import fuse

LEARNT = (500, 500)


def test_whoever_has_learnt_nothing_is_unsure():
    assert fuse(0.0, 0.0, (0, 0), (0, 0)) == 0.5


@pytest.mark.parametrize("words", [-300.0, 0.0, 300.0])
def test_more_of_the_linear_model_is_more_without_ties(words):
    scores = [fuse(words, linear / 2, LEARNT, LEARNT) for linear in range(-40, 41)]
    assert all(a < b for a, b in itertools.pairwise(scores))


@pytest.mark.parametrize("linear", [-8.0, 0.0, 8.0])
def test_more_of_the_words_is_more_without_ties(linear):
    scores = [fuse(words / 2, linear, LEARNT, LEARNT) for words in range(-100, 101)]
    assert all(a < b for a, b in itertools.pairwise(scores))


@pytest.mark.parametrize("linear", [-1e9, -60.0, 60.0, 1e9])
def test_it_is_a_probability_and_never_quite_certain(linear):
    assert 0.0 < fuse(linear * 9, linear, LEARNT, LEARNT) < 1.0


def test_words_alone_convince_nobody():
    assert 0.5 < fuse(300.0, 0.0, LEARNT, LEARNT) < 0.8
    assert fuse(300.0, -4.0, LEARNT, LEARNT) < 0.1


def seen(spam, ham):
    return fuse(2.0, 1.0, (spam, ham), (spam, ham))


def test_the_class_that_was_hardly_seen_is_given_the_benefit():
    assert seen(500, 2) < seen(500, 500) < seen(2, 500)


def test_spam_and_ham_are_treated_alike():
    assert fuse(40.0, 2.0, (70, 30), (70, 30)) == pytest.approx(1 - fuse(-40.0, -2.0, (30, 70), (30, 70)))


def test_a_list_from_elsewhere_speaks_for_itself():
    """What bogofilter calls spam by it (log odds of 4) is spam at the default cut-off, and the other way round."""
    assert fuse(4.0, 0.0, (2000, 3000), (0, 0)) > 0.9
    assert fuse(-4.0, 0.0, (2000, 3000), (0, 0)) < 0.1
    assert fuse(0.0, 0.0, (2000, 3000), (0, 0)) == 0.5


def test_it_says_the_less_the_more_was_learnt_here():
    scores = [fuse(30.0, -2.0, (1000 + own, 1000 + own), (own, own)) for own in (0, 10, 100, 1000, 100_000)]
    assert all(a > b for a, b in itertools.pairwise(scores))
    assert scores[-1] == pytest.approx(fuse(30.0, -2.0, (9, 9), (9, 9)), abs=0.01)


def test_while_what_is_forgotten_is_not_made_anew_nothing_breaks():
    """Then more may be taught than is counted."""
    assert fuse(30.0, -2.0, (5, 5), (9, 9)) == fuse(30.0, -2.0, (5, 5), (5, 5))
