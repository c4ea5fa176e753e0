import pytest

from gatekeeper.tables.procmail.condition import Weight, Where
from gatekeeper.tables.procmail.scoring import MOST, ended, matched, sized


def ends(count: int):
    return iter((n, n + 1) for n in range(count))


@pytest.mark.parametrize(
    ("weight", "exponent", "count", "score"),
    [
        (5, 0, 3, 5.0),
        (5, 1, 3, 15.0),
        (4, 0.5, 3, 7.0),
        (1, 2, 4, 15.0),
        (7, -1, 3, 7.0),
        (0, 1, 3, 0.0),
        (5, 1, 0, 0.0),
        (MOST, 1, 3, MOST),
    ],
)
def test_matches(weight: float, exponent: float, count: int, score: float) -> None:
    assert matched(0.0, Weight(weight, exponent), ends(count)) == score


@pytest.mark.parametrize(
    ("weight", "exponent", "score"),
    [(1, 1, MOST + 1), (-1, 1, -MOST - 1), (10, 0.5, 20.0), (10, 0, 10.0), (10, -1, 10.0)],
)
def test_a_match_of_nothing(weight: float, exponent: float, score: float) -> None:
    assert matched(0.0, Weight(weight, exponent), iter([(0, -1)])) == score


def test_exits() -> None:
    assert (ended(0.0, 0, Where()), ended(0.0, 1, Where())) == (True, False)
    assert (ended(0.0, 0, Where(negated=True)), ended(0.0, 1, Where(negated=True))) == (False, True)
    assert (ended(1.0, 0, Where(weight=Weight(5, -7))), ended(1.0, 2, Where(weight=Weight(5, -7)))) == (6.0, -6.0)
    assert ended(0.0, 3, Where(negated=True, weight=Weight(4, 0.5))) == 7.0
    assert ended(0.0, 255, Where(negated=True, weight=Weight(MOST, 1))) == MOST


def test_sizes() -> None:
    assert [sized(0.0, "<", n, 10, Where()) for n in (9, 10)] == [True, False]
    assert [sized(0.0, ">", n, 10, Where()) for n in (10, 11)] == [False, True]
    assert sized(0.0, ">", 10, 10, Where(negated=True)) is True


@pytest.mark.parametrize(
    ("sign", "size", "pivot", "exponent", "score"),
    [
        (">", 4000, 2000, 1, 20.0),
        (">", 1000, 2000, 1, 5.0),
        ("<", 1000, 2000, 1, 20.0),
        (">", 4000, 2000, 3, 80.0),
        ("<", 0, 10, 1, MOST),
        ("<", 0, 0, 1, -MOST),
        (">", 10, 0, 1, MOST),
        (">", 0, 10, -1, float("inf")),
        (">", 10**9, 1, 400, float("inf")),
    ],
)
def test_sizes_with_a_weight(sign: str, size: int, pivot: int, exponent: float, score: float) -> None:
    assert sized(0.0, sign, size, pivot, Where(weight=Weight(10, exponent))) == score
