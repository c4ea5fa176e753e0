"""What is linear in the text, and what has a budget."""

import time

import pytest

from gatekeeper.tables.matcher import Budget, ExhaustedError, Expression, Matcher, PatternError
from gatekeeper.tables.pcre import pcre

HOSTILE = "(?=(a+)+$)(a+)+b"


def seconds(matcher: Matcher, text: bytes) -> float:
    """Of processor time, the least of three."""

    def once() -> float:
        begun = time.process_time()
        matcher.search(text, Budget())
        return time.process_time() - begun

    return min(once() for _ in range(3))


@pytest.mark.parametrize("captures", [False, True])
@pytest.mark.parametrize("pattern", ["(a+)+$", "(.*)*x", "(a|a)*b"])
def test_what_makes_others_explode_costs_in_proportion_to_the_text(pattern: str, captures: bool) -> None:
    """Eight times the text costs eight times as much; 64 times would be quadratic. The largest is 1 MB."""
    matcher = Matcher(pcre(pattern, "is"), captures=captures)
    assert matcher.linear
    small, large = (seconds(matcher, b"a" * size + b"!") for size in (131_072, 1_048_576))
    assert large < 24 * max(small, 0.0002)


def test_the_groups_of_the_first_match() -> None:
    matcher = Matcher(pcre(r"(b+)(q)?(c)", "i"), captures=True)
    assert matcher.groups == 3
    assert matcher.search(b"abbc bc", Budget()) == (b"bb", b"", b"c")
    assert matcher.search(b"none", Budget()) is None


def test_without_captures_there_are_no_groups_but_their_number() -> None:
    matcher = Matcher(pcre(r"(b+)(c)", "i"))
    assert matcher.groups == 2
    assert matcher.search(b"abbc", Budget()) == ()


def test_octets_stand_for_themselves() -> None:
    matcher = Matcher(pcre(r"^.\xe9.$", "is"))
    assert matcher.search(b"\xff\xe9\x00", Budget()) == ()
    assert matcher.search(b"\xff\xc9\x00", Budget()) is None


def test_of_all_that_begin_there_the_longest_counts_if_it_shall() -> None:
    for longest, found in ((False, b"foo"), (True, b"foobar")):
        matcher = Matcher(Expression("(foo|foobar)", longest=longest), captures=True)
        assert matcher.search(b"foobar", Budget()) == (found,)


def test_what_backtracks_is_not_tried_where_the_weakened_form_does_not_match() -> None:
    """Nor does it touch the budget, however hostile it is."""
    matcher = Matcher(pcre(HOSTILE, "is"))
    assert not matcher.linear
    budget = Budget(0.0)
    assert matcher.search(b"z" * 100_000, budget) is None
    assert budget.left == 0.0


def test_what_backtracks_uses_up_its_budget_and_says_so() -> None:
    matcher = Matcher(Expression("a+", r"(?:(?:a|aa)+)+(?<!a)$"))
    budget = Budget(0.05)
    with pytest.raises(ExhaustedError):
        matcher.search(b"a" * 60, budget)
    assert budget.left == 0.0
    with pytest.raises(ExhaustedError):
        matcher.search(b"a", budget)
    assert matcher.search(b"b", budget) is None


def test_a_budget_is_for_all_patterns_of_a_message_together() -> None:
    matcher = Matcher(pcre(r"(\w+) \1", "is"), captures=True)
    budget = Budget(5.0)
    assert matcher.search(b"twice twice", budget) == (b"twice",)
    assert 0 < budget.left < 5.0
    assert matcher.search(b"once twice", budget) is None


@pytest.mark.parametrize(
    "expression", [Expression("a{2000}"), Expression("("), Expression("a**"), Expression("a", "(")]
)
def test_what_cannot_be_run_is_refused_with_a_remedy(expression: Expression) -> None:
    with pytest.raises(PatternError) as refusal:
        Matcher(expression)
    assert str(refusal.value)
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("expression", "text", "most", "found"),
    [
        (Expression("ab?"), b"ab a b aba", 9, [(0, 2), (3, 4), (7, 9), (9, 10)]),
        (Expression("ab?"), b"ab a", 1, [(0, 2)]),
        (Expression("a", "a(?!b)"), b"ab a ac", 9, [(3, 4), (5, 6)]),
        (Expression("a", "a(?!b)"), b"ab", 9, []),
        (Expression("c"), b"ab", 9, []),
    ],
)
def test_matches_are_found_one_behind_the_other(
    expression: Expression, text: bytes, most: int, found: list[tuple[int, int]]
) -> None:
    assert Matcher(expression).spans(text, Budget(), most) == found
