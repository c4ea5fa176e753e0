"""Intervals of shares, against published values and against the sums that define them."""

import math

import pytest

from gatekeeper.classifier.intervals import Estimate, fewest_for, upper_bound, wilson


def cumulative(hits: int, of: int, share: float) -> float:
    """How likely at most so many hits are, summed term by term."""
    return sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(hits + 1))


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert found.value == hits / of
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_wilson_is_the_same_from_the_other_end() -> None:
    for hits in range(13):
        one, other = wilson(hits, 12), wilson(12 - hits, 12)
        assert one.low == pytest.approx(1 - other.high)
        assert one.low <= one.value <= one.high


def test_of_nothing_nothing_is_known() -> None:
    found = wilson(0, 0)
    assert math.isnan(found.value)
    assert (found.low, found.high) == (0, 1)
    assert upper_bound(0, 0) == 1


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (0, 30), (1, 30), (7, 30), (29, 30), (3, 1000), (150, 300)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_the_bound_is_where_so_few_become_unlikely(hits: int, of: int, confidence: float) -> None:
    assert cumulative(hits, of, upper_bound(hits, of, confidence)) == pytest.approx(1 - confidence, abs=1e-9)


def test_the_rule_of_three() -> None:
    assert upper_bound(0, 1000) == pytest.approx(3 / 1000, rel=0.01)
    assert upper_bound(0, 1000) == pytest.approx(1 - 0.05 ** (1 / 1000))


def test_many_are_no_trouble() -> None:
    assert 0.5 < upper_bound(50_000, 100_000) < 0.503
    assert upper_bound(99_999, 100_000) < 1
    assert upper_bound(100_000, 100_000) == 1


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.001, 0.0001])
def test_the_fewest_are_just_enough(share: float) -> None:
    fewest = fewest_for(share)
    assert upper_bound(0, fewest) <= share < upper_bound(0, fewest - 1)


@pytest.mark.parametrize(("hits", "of"), [(-1, 5), (6, 5)])
def test_what_cannot_be_is_refused(hits: int, of: int) -> None:
    for interval in (wilson, upper_bound):
        with pytest.raises(ValueError, match=f"{hits} of {of}"):
            interval(hits, of)


def test_an_estimate_is_a_value() -> None:
    assert Estimate(0.5, 0.25, 0.75) == Estimate(0.5, 0.25, 0.75)
