"""ROC as a staircase, and the error while learning, against counts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.classifier.curves import learning, roc
from gatekeeper.classifier.ranking import Scored

few = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), min_size=1, max_size=30)


@given(few, few)
def test_every_point_is_what_its_threshold_does(spam: list[float], ham: list[float]) -> None:
    curve = roc(Scored.of(spam, ham))
    points = zip(curve.thresholds.tolist(), curve.ham_blocked.tolist(), curve.spam_caught.tolist(), strict=True)
    for threshold, blocked, caught in points:
        assert blocked == pytest.approx(sum(h >= threshold for h in ham) / len(ham))
        assert caught == pytest.approx(sum(s >= threshold for s in spam) / len(spam))


@given(few, few)
def test_the_curve_goes_from_nothing_to_all(spam: list[float], ham: list[float]) -> None:
    curve = roc(Scored.of(spam, ham))
    assert (curve.ham_blocked[0], curve.spam_caught[0], curve.thresholds[0]) == (0, 0, math.inf)
    assert (curve.ham_blocked[-1], curve.spam_caught[-1]) == (1, 1)
    assert (np.diff(curve.ham_blocked) >= 0).all()
    assert (np.diff(curve.spam_caught) >= 0).all()


@given(few, few, st.sampled_from([0.0, 0.05, 0.1, 0.34, 0.5, 1.0]))
def test_the_staircase_shows_what_is_missed(spam: list[float], ham: list[float], rate: float) -> None:
    """No point that was left out would be needed to read the spam caught off the curve."""
    scored = Scored.of(spam, ham)
    caught = max(c for b, c in roc(scored).staircase() if b <= math.floor(rate * len(ham) + 1e-9) / len(ham) + 1e-12)
    assert caught == pytest.approx(1 - scored.ranking.standing().missed_at(rate))


def test_a_straight_line_needs_two_points() -> None:
    curve = roc(Scored.of(np.linspace(0.6, 0.9, 500), np.linspace(0.1, 0.4, 500)))
    assert list(zip(curve.ham_blocked, curve.spam_caught, strict=True)) == [(0, 0), (0, 1), (1, 1)]


def test_equal_scores_are_no_slope() -> None:
    assert list(roc(Scored.of([0.5], [0.5])).staircase()) == [(0, 0), (0, 0), (1, 0), (1, 1)]


def test_the_error_while_learning() -> None:
    score = np.array([0.5, 0.6, 0.4, 0.1, 0.9, 0.2])
    is_spam = np.array([True, False, True, False, True, False])
    steps = learning(Scored(score, is_spam), (1, 4, 100))
    assert [(step.messages, step.spam) for step in steps] == [(1, 1), (4, 2), (6, 3)]
    assert math.isnan(steps[0].one_minus_auc)
    assert [step.one_minus_auc for step in steps[1:]] == [2 / 4, 2 / 9]
    assert [step.wrong for step in steps] == [0.5, 2.5 / 4, 2.5 / 6]  # of 0.5 nobody knows


def test_a_mark_at_the_end_is_told_once() -> None:
    assert [step.messages for step in learning(Scored.of([0.9] * 50, [0.1] * 50), (50, 100))] == [50, 100]


def test_of_nothing_there_is_no_step() -> None:
    assert learning(Scored.of([], [])) == []
