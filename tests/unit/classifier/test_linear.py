"""The linear model learns what it is told, the same way each time."""

import numpy as np
import pytest

from gatekeeper.classifier.grams import BITS, grams_in
from gatekeeper.classifier.linear import Linear, probability
from gatekeeper.values import Label

SPAM = [grams_in(b"cheap pills, order %d now at the best price" % n) for n in range(60)]
HAM = [grams_in(b"the minutes of meeting %d are attached, see you" % n) for n in range(60)]


def taught(count: int = 20) -> Linear:
    linear = Linear()
    for spam, ham in zip(SPAM[:count], HAM[:count], strict=True):
        linear.learn(spam, Label.SPAM)
        linear.learn(ham, Label.HAM)
    return linear


def test_it_knows_nothing_at_first():
    assert Linear().score(SPAM[0]) == 0.0


def test_two_classes_are_told_apart_in_mail_it_never_saw():
    linear = taught()
    assert min(map(linear.score, SPAM[20:])) > 1.0
    assert max(map(linear.score, HAM[20:])) < -1.0


def test_learning_tells_the_score_before():
    linear = taught()
    before = linear.score(SPAM[40])
    assert linear.learn(SPAM[40], Label.HAM) == before
    assert linear.score(SPAM[40]) < before


def test_the_same_lessons_give_the_same_weights():
    assert np.array_equal(taught().weights, taught().weights)


def test_a_copy_learns_on_its_own():
    linear = taught()
    copy = linear.copy()
    copy.learn(SPAM[30], Label.HAM)
    assert linear.score(SPAM[30]) == taught().score(SPAM[30]) != copy.score(SPAM[30])


def test_weights_that_cannot_be_written_can_be_scored_with(tmp_path):
    np.save(tmp_path / "weights.npy", taught().weights)
    mapped = Linear(np.load(tmp_path / "weights.npy", mmap_mode="r"))
    assert mapped.score(SPAM[30]) == taught().score(SPAM[30])
    with pytest.raises(ValueError, match="read-only"):
        mapped.learn(SPAM[30], Label.HAM)


def test_what_is_rare_goes_further_than_what_is_often_learnt():
    linear = Linear()
    often, rare = np.arange(100, dtype=np.uint32), np.arange(100, 200, dtype=np.uint32)
    for label in (Label.SPAM, Label.HAM) * 10:
        linear.learn(often, label)
    before = linear.score(often)
    linear.learn(np.concatenate((often, rare)), Label.SPAM)
    assert linear.score(rare) > 3 * (linear.score(often) - before)


def test_weights_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="damaged"):
        Linear(np.zeros(9, np.float32))


def test_what_it_would_learn_next_is_copied_too():
    copy = taught().copy()
    assert copy.learn(SPAM[30], Label.HAM) == taught().score(SPAM[30])
    again = taught()
    again.learn(SPAM[30], Label.HAM)
    assert np.array_equal(copy.weights, again.weights)


def test_a_message_without_grams_says_and_teaches_nothing():
    linear = taught()
    weights = linear.weights.copy()
    assert linear.learn(np.empty(0, np.uint32), Label.SPAM) == 0.0
    assert np.array_equal(linear.weights, weights)


def test_there_is_a_weight_for_each_gram():
    assert Linear().weights.shape == (1 << BITS,)


@pytest.mark.parametrize("log_odds", [-1000.0, -30.0, -1.0, 0.0, 1.0, 30.0, 1000.0])
def test_probability_overflows_nowhere(log_odds):
    assert probability(log_odds) == pytest.approx(1 - probability(-log_odds))
