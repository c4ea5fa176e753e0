"""Calibration and histogram, against counts."""

import itertools
import math

import numpy as np
import pytest

from gatekeeper.classifier.calibration import EDGES, calibration, calibration_error, histogram, log_odds
from gatekeeper.classifier.intervals import wilson
from gatekeeper.classifier.ranking import Scored


def calibrated(count: int) -> Scored:
    """Of the messages scored p, the share p is spam."""
    random = np.random.default_rng(1)
    score = random.random(count)
    return Scored(score, random.random(count) < score)


def test_of_the_messages_scored_nine_tenths_nine_in_ten_are_spam() -> None:
    bins = calibration(calibrated(40_000))
    assert [(one.low, one.high) for one in bins] == list(itertools.pairwise(EDGES))
    assert sum(one.messages for one in bins) == 40_000
    assert calibration_error(bins) < 0.01
    assert sum(not one.spam.low <= one.score <= one.spam.high for one in bins) <= 2


def test_what_boasts_is_found_out() -> None:
    modest = calibrated(40_000)
    boasting = Scored(np.where(modest.score > 0.5, 0.999, 0.001), modest.is_spam)
    assert calibration_error(calibration(boasting)) == pytest.approx(0.249, abs=0.01)


def test_a_bin_counts_what_is_in_it() -> None:
    bins = calibration(Scored.of([0.9, 0.94, 1.0], [0.93, 0.0]))
    assert [(one.low, one.messages) for one in bins] == [(0, 1), (0.9, 3), (0.99, 1)]
    assert bins[1].score == pytest.approx((0.9 + 0.94 + 0.93) / 3)
    assert bins[1].spam == wilson(2, 3)


def test_nothing_is_not_off() -> None:
    assert calibration(Scored.of([], [])) == []
    assert math.isnan(calibration_error([]))


def test_every_score_has_its_bar() -> None:
    found = histogram(Scored.of([0.0, 1.0, 0.5, 1 - 1e-16], [1e-300, 0.5, 0.2]), bars=24)
    assert (found.spam.sum(), found.ham.sum()) == (4, 3)
    assert (found.spam[0], found.spam[-1]) == (1, 2)  # 1 - 1e-16 is 1 to a double
    assert found.ham[0] == 1


def test_log_odds_stay_within_bounds() -> None:
    assert log_odds(np.array([0.0, 0.5, 1.0])).tolist() == pytest.approx([-12, 0, 12])
    assert log_odds(np.array([0.9]))[0] == pytest.approx(math.log(9))
