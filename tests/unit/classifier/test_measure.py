"""Figures with their intervals: what they are of scores that one can count, and whether they keep what they say."""

import numpy as np
import pytest

from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.bootstrap import estimates
from gatekeeper.classifier.measure import RATES, Measured, compare, errors_at, measure, missed_at, one_minus_auc
from gatekeeper.classifier.ranking import Floats, Scored, Standing

TRUE_AREA = 0.07864960352514257  # of normal scores two standard deviations apart: 1 - Phi(2 / sqrt(2))


def normal(seed: int, spam: int = 300, ham: int = 500, apart: float = 2.0) -> Scored:
    random = np.random.default_rng(seed)
    return Scored.of(random.normal(apart, 1, spam), random.normal(0, 1, ham))


def ranked(measured: Measured) -> list[float]:
    assert measured.ranked
    return [estimate.value for estimate in (measured.ranked.one_minus_auc, *measured.ranked.missed)]


def test_all_figures_of_a_few_messages() -> None:
    spam, ham = [0.95, 0.93, 0.6, 0.15], [0.92, 0.5, 0.2, 0.1, 0.05]
    found = measure(Scored.of(spam, ham))
    assert (found.spam, found.ham) == (4, 5)
    assert ranked(found) == [4 / 20, *[0.5] * len(RATES)]
    errors = found.errors
    assert errors.ham_blocked.value == 1 / 5
    assert errors.ham_unsure.value == 1 / 5  # 0.2 is ham: at most the cut-off
    assert errors.spam_missed.value == 2 / 4
    assert errors.spam_as_ham.value == 1 / 4


def test_a_score_at_a_cutoff_is_within_it() -> None:
    errors = errors_at(Scored.of([0.9, 0.2], [0.9, 0.2]), Cutoffs(ham=0.2, spam=0.9))
    assert [errors.ham_blocked.value, errors.ham_unsure.value] == [0.5, 0]
    assert [errors.spam_missed.value, errors.spam_as_ham.value] == [0.5, 0.5]


def test_when_both_cutoffs_are_one_there_is_no_unsure() -> None:
    errors = errors_at(Scored.of([0.5], [0.5]), Cutoffs(ham=0.5, spam=0.5))
    assert [errors.ham_blocked.value, errors.spam_as_ham.value, errors.ham_unsure.value] == [1, 0, 0]


def test_with_one_class_there_is_no_ranking() -> None:
    found = measure(Scored.of([], [0.1, 0.95]))
    assert found.ranked is None
    assert found.errors.ham_blocked.value == 0.5
    assert np.isnan(found.errors.spam_missed.value)
    assert np.isnan(one_minus_auc(Scored.of([0.1], [])))
    assert np.isnan(missed_at(Scored.of([0.1], []), 0))
    with pytest.raises(ValueError, match="both needed"):
        estimates(Scored.of([0.1], []), [Standing.one_minus_auc])


def test_nothing_at_all_is_measured_too() -> None:
    found = measure(Scored.of([], []))
    assert (found.spam, found.ham, found.ranked) == (0, 0, None)


def test_the_short_ways_agree_with_the_long_one() -> None:
    scored = normal(1)
    assert ranked(measure(scored, resamples=2)) == [one_minus_auc(scored), *(missed_at(scored, r) for r in RATES)]


def test_the_order_of_arrival_changes_no_figure_but_the_draw() -> None:
    scored = normal(2)
    order = np.random.default_rng(3).permutation(len(scored))
    shuffled = Scored(scored.score[order], scored.is_spam[order])
    assert ranked(measure(shuffled, resamples=2)) == ranked(measure(scored, resamples=2))


def test_the_same_scores_have_the_same_intervals() -> None:
    assert measure(normal(4), resamples=50) == measure(normal(4), resamples=50)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """94 to 95 of 100 are expected; below 85 it would not be a 95 % interval (p < 0.001)."""
    found = [estimates(normal(seed, 100, 150), [Standing.one_minus_auc], 200)[0] for seed in range(100)]
    assert sum(e.low <= TRUE_AREA <= e.high for e in found) >= 85
    assert all(e.low < e.value < e.high for e in found)


def test_more_mail_makes_it_surer() -> None:
    few, many = (estimates(normal(5, n, n), [Standing.one_minus_auc], 200)[0] for n in (50, 5000))
    assert many.high - many.low < (few.high - few.low) / 5


# two engines


def engines(seed: int, noise: float) -> tuple[Scored, Scored]:
    """The second sees the same messages, with so much noise added."""
    one = normal(seed)
    return one, Scored(one.score + np.random.default_rng(seed + 1).normal(0, noise, len(one)), one.is_spam)


def test_an_engine_is_no_better_than_itself() -> None:
    for difference in compare(normal(6), normal(6), 100):
        assert difference.first == difference.second
        assert (difference.gain.low, difference.gain.value, difference.gain.high) == (0, 0, 0)
        assert difference.better == 0.5


def test_a_worse_engine_is_seen_to_be_worse() -> None:
    area = compare(*engines(7, 2.0), 300)[0]
    assert area.first < area.second
    assert area.gain.high < 0
    assert area.better == 0


def test_pairs_tell_more_than_two_intervals_apart() -> None:
    """A little noise on the same messages is told from none, where the two intervals overlap widely."""
    one, two = engines(8, 0.5)
    (first,), (second,) = (estimates(scored, [Standing.one_minus_auc], 300) for scored in (one, two))
    gain = compare(one, two, 300)[0].gain
    assert first.high > second.low
    assert gain.high - gain.low < (first.high - first.low + second.high - second.low) / 2


def test_the_two_swapped_are_the_same_but_for_the_sign() -> None:
    there = compare(*engines(9, 1.0), 100)
    back = compare(*reversed(engines(9, 1.0)), 100)
    for one, other in zip(there, back, strict=True):
        assert one.gain.value == -other.gain.value
        assert one.gain.low == pytest.approx(-other.gain.high)
        assert one.better == pytest.approx(1 - other.better)


def test_two_that_did_not_see_the_same_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same messages"):
        compare(Scored.of([0.5], [0.1]), Scored.of([0.5, 0.6], []), 10)


def test_a_hundred_thousand_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is sorted once, however many resamples: `np.unique` is the only thing that sorts."""
    calls = []
    unique = np.unique

    def counting(scores: Floats, **options: bool) -> object:
        calls.append(len(scores))
        return unique(scores, **options)

    monkeypatch.setattr(np, "unique", counting)
    found = measure(normal(10, 30_000, 70_000), resamples=20)
    assert ranked(found)[0] == pytest.approx(TRUE_AREA, abs=0.003)
    assert calls.count(100_000) == 1
