"""1-AUC and what is missed, against a count over all pairs and all thresholds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.classifier.ranking import Scored

few = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), min_size=1, max_size=30)
rates = st.sampled_from([0.0, 0.001, 0.005, 0.1, 0.29, 0.3, 0.5, 1.0])


def misordered(spam: list[float], ham: list[float]) -> float:
    pairs = [(h > s) + (h == s) / 2 for s in spam for h in ham]
    return sum(pairs) / len(pairs)


def missed(spam: list[float], ham: list[float], rate: float) -> float:
    """The least that is missed, trying every threshold that there is, and one above them all."""
    allowed = math.floor(round(rate * len(ham), 6))
    thresholds = [t for t in [*spam, *ham, math.inf] if sum(h >= t for h in ham) <= allowed]
    return min(sum(s < t for s in spam) / len(spam) for t in thresholds)


@given(few, few)
def test_one_minus_auc_is_the_share_of_pairs_in_the_wrong_order(spam: list[float], ham: list[float]) -> None:
    assert Scored.of(spam, ham).ranking.standing().one_minus_auc() == pytest.approx(misordered(spam, ham), abs=1e-12)


@given(few, few, rates)
def test_no_threshold_misses_less(spam: list[float], ham: list[float], rate: float) -> None:
    assert Scored.of(spam, ham).ranking.standing().missed_at(rate) == pytest.approx(missed(spam, ham, rate), abs=1e-12)


@given(few, few, rates, st.randoms(use_true_random=False))
def test_a_weight_is_a_message_as_many_times(spam: list[float], ham: list[float], rate: float, random) -> None:
    often_spam, often_ham = ([random.randint(0, 3) for _ in scores] for scores in (spam, ham))
    often_spam[0] = often_ham[0] = 1
    weighted = Scored.of(spam, ham).ranking.standing(np.array(often_spam), np.array(often_ham))
    repeated = Scored.of(np.repeat(spam, often_spam), np.repeat(ham, often_ham)).ranking.standing()
    assert weighted.one_minus_auc() == pytest.approx(repeated.one_minus_auc(), abs=1e-12)
    assert weighted.missed_at(rate) == pytest.approx(repeated.missed_at(rate), abs=1e-12)


def test_equal_scores_tell_nothing() -> None:
    standing = Scored.of([0.5] * 3, [0.5] * 5).ranking.standing()
    assert standing.one_minus_auc() == 0.5
    assert standing.missed_at(0.9) == 1
    assert standing.missed_at(1) == 0


def test_the_smallest_step_of_a_double_is_an_order() -> None:
    ham = 1 - 2**-52
    assert Scored.of([1.0], [ham]).ranking.standing().one_minus_auc() == 0
    assert Scored.of([ham], [1.0]).ranking.standing().one_minus_auc() == 1


def test_spam_level_with_one_ham_too_many_is_missed() -> None:
    """Of 1,000 ham one may be blocked; two share the score of half the spam."""
    standing = Scored.of([0.9] * 5 + [0.95] * 5, [0.9, 0.9] + [0.1] * 998).ranking.standing()
    assert standing.missed_at(0.001) == 0.5
    assert standing.missed_at(0.002) == 0


def test_a_share_of_the_ham_is_not_rounded_away() -> None:
    """0.29 * 100 is 28.999999999999996 to a double."""
    standing = Scored.of([0.5], [0.9] * 29 + [0.1] * 71).ranking.standing()
    assert standing.missed_at(0.29) == 0


def test_scores_keep_their_order() -> None:
    scored = Scored(np.array([0.9, 0.2, 0.7, 0.1]), np.array([True, False, True, False]))
    assert scored.spam.tolist() == [0.9, 0.7]
    assert scored.ham.tolist() == [0.2, 0.1]
    assert scored.first(1).spam.tolist() == [0.9]
    assert scored.both
    assert not scored.first(1).both
    assert len(scored) == 4


def test_infinite_scores_are_scores() -> None:
    assert Scored.of([math.inf, 0], [-math.inf]).ranking.standing().one_minus_auc() == 0


def test_what_is_no_score_is_refused() -> None:
    with pytest.raises(ValueError, match="score of message 2 is not a number"):
        Scored.of([0.5, math.nan], [0.1])
    with pytest.raises(ValueError, match=r"\(2,\) scores for \(1,\) messages"):
        Scored(np.zeros(2), np.array([True]))
