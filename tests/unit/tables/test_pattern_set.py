"""A set finds what each of its patterns finds alone."""

import pytest

from gatekeeper.tables.matcher import Budget, Expression, PatternError
from gatekeeper.tables.pattern_set import PatternSet
from gatekeeper.tables.pcre import pcre

HOSTILE = Expression("a+", r"(?:(?:a|aa)+)+(?<!a)$")


def patterns(*written: str) -> PatternSet:
    return PatternSet([pcre(text, "") for text in written])


def test_those_that_match_in_their_order() -> None:
    found = patterns("c", "x", r"^a", r"(?<=b)c", r"(.)\1", "(?=z)b")
    assert found.matching(b"abc", Budget()) == [0, 2, 3]
    assert found.matching(b"", Budget()) == []


def test_no_patterns_match_nothing() -> None:
    assert PatternSet([]).matching(b"text", Budget()) == []


def test_what_is_refused_is_named() -> None:
    with pytest.raises(PatternError) as refusal:
        PatternSet([Expression("a"), Expression("b"), Expression("(")])
    assert refusal.value.index == 2
    assert refusal.value.remedy


def test_a_budget_that_does_not_last_leaves_the_others_and_says_so() -> None:
    asked = PatternSet([Expression("a"), HOSTILE, Expression("b"), Expression("a", "a(?=b)")])
    budget = Budget(0.05)
    assert asked.matching(b"a" * 60 + b"b" + b"a" * 60, budget) == [0, 2]
    assert budget.unfinished
    assert budget.left == 0.0


def test_a_budget_that_is_not_asked_for_is_not_unfinished() -> None:
    budget = Budget(0.0)
    assert PatternSet([Expression("a"), HOSTILE]).matching(b"b", budget) == []
    assert not budget.unfinished


def test_the_digest_is_of_the_patterns_and_their_order() -> None:
    digests = {patterns(*written).digest for written in (("a", "b"), ("b", "a"), ("ab",), ("a", "(?=b)b"))}
    assert len(digests) == 4
    assert patterns("a", "b").digest == patterns("a", "b").digest
