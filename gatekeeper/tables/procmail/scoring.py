"""scoring: what a condition with a weight `w^x` adds to the score of its recipe, as procmail counts (procmailsc(5)).

A score is cut off at plus infinity, which is 2147483647 here. Powers that no number holds are infinity.
"""

import math
from collections.abc import Iterator

from gatekeeper.tables.procmail.condition import Weight, Where

MOST = 2147483647.0


def matched(score: float, weight: Weight, ends: Iterator[tuple[int, int]]) -> float:
    """For an expression whose matches end at `ends`, each with where the search for it began."""
    adding = weight.weight
    before = adding * adding
    while adding != 0 and -MOST < score < MOST and (end := next(ends, None)):
        score += adding
        adding *= weight.exponent
        if end[1] <= end[0]:
            return score + _without_end(adding, weight.exponent)
        square = adding * adding
        if square < before < 1:
            break
        before = square
    return score


def _without_end(adding: float, exponent: float) -> float:
    """What an expression adds that matches without taking a letter, so that there is no end to its matches."""
    if 0 < exponent < 1:
        return adding / (1 - exponent)
    if exponent >= 1 and adding != 0:
        return -MOST if adding < 0 else MOST
    return 0.0


def ended(score: float, code: int, where: Where) -> bool | float:
    """For a program that ended with `code`; without a weight, whether the condition holds."""
    weight = where.weight
    if weight is None:
        return (code != 0) is where.negated
    if not where.negated:
        return score + (weight.exponent if code else weight.weight)
    adding = weight.weight
    for _ in range(code):
        score += adding
        if not -MOST < score < MOST:
            break
        adding *= weight.exponent
    return score


def sized(score: float, sign: str, size: int, pivot: int, where: Where) -> bool | float:
    """For a `size` that is compared with `pivot`; without a weight, whether the condition holds."""
    weight = where.weight
    if weight is None:
        return (size < pivot if sign == "<" else size > pivot) is not where.negated
    if (sign == "<") is not where.negated:
        if not size:
            return MOST if pivot > 0 else -MOST
        return score + weight.weight * _power(pivot / size, weight.exponent)
    return score + weight.weight * _power(size / pivot, weight.exponent) if pivot else MOST


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except (OverflowError, ZeroDivisionError, ValueError):
        return math.inf
