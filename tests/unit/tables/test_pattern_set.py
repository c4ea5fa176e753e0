"""A set finds what each of its patterns finds alone, with a database and without."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.tables.matcher import Budget, Expression, Matcher, PatternError
from gatekeeper.tables.one_pass import DatabaseError
from gatekeeper.tables.pattern_set import PatternSet
from gatekeeper.tables.pcre import pcre
from tests.unit.tables.engine import needs_hyperscan

HOSTILE = Expression("a+", r"(?:(?:a|aa)+)+(?<!a)$")


either = pytest.mark.parametrize("loaded", [False, pytest.param(True, marks=needs_hyperscan)])


def asked(expressions: Sequence[Expression], loaded: bool = False) -> PatternSet:
    patterns = PatternSet(expressions)
    if loaded:
        patterns.load(patterns.compiled())
    assert patterns.loaded is loaded
    return patterns


def patterns(*written: str, loaded: bool = False) -> PatternSet:
    return asked([pcre(text, "") for text in written], loaded)


@either
def test_those_that_match_in_their_order(loaded: bool) -> None:
    found = patterns("c", "x", r"^a", r"(?<=b)c", r"(.)\1", "(?=z)b", loaded=loaded)
    assert found.matching(b"abc", Budget()) == [0, 2, 3]
    assert found.matching(b"", Budget()) == []


@either
def test_no_patterns_match_nothing(loaded: bool) -> None:
    assert asked([], loaded).matching(b"text", Budget()) == []


def test_what_is_refused_is_named() -> None:
    with pytest.raises(PatternError) as refusal:
        PatternSet([Expression("a"), Expression("b"), Expression("(")])
    assert refusal.value.index == 2
    assert refusal.value.remedy


@either
def test_a_budget_that_does_not_last_leaves_the_others_and_says_so(loaded: bool) -> None:
    patterns = asked([Expression("a"), HOSTILE, Expression("b"), Expression("a", "a(?=b)")], loaded)
    budget = Budget(0.05)
    assert patterns.matching(b"a" * 60 + b"b" + b"a" * 60, budget) == [0, 2]
    assert budget.unfinished
    assert budget.left == 0.0


@either
def test_a_budget_that_is_not_asked_for_is_not_unfinished(loaded: bool) -> None:
    budget = Budget(0.0)
    assert asked([Expression("a"), HOSTILE], loaded).matching(b"b", budget) == []
    assert not budget.unfinished


def test_the_digest_is_of_the_patterns_and_their_order() -> None:
    digests = {patterns(*written).digest for written in (("a", "b"), ("b", "a"), ("ab",), ("a", "(?=b)b"))}
    assert len(digests) == 4
    assert patterns("a", "b").digest == patterns("a", "b").digest


@needs_hyperscan
def test_a_database_of_other_patterns_is_refused_and_the_set_goes_on() -> None:
    found = patterns("a", "b")
    with pytest.raises(DatabaseError):
        found.load(patterns("b", "a").compiled())
    assert not found.loaded
    assert found.matching(b"b", Budget()) == [1]


@needs_hyperscan
@pytest.mark.parametrize("pattern", ["(a+)+$", "(.*)*x", "(a|a)*b"])
def test_what_makes_others_explode_is_certain_after_one_pass(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hyperscan alone decides, in one pass; nothing is asked again."""
    found = patterns(pattern, "never this", loaded=True)
    assert all(matcher.linear for matcher in found._matchers)
    text = b"a" * 1_000_000 + b"!"
    expected = [] if Matcher(pcre(pattern, "")).search(text, Budget()) is None else [0]
    monkeypatch.setattr(Matcher, "search", None)
    assert found.matching(text, Budget()) == expected


LETTERS = ("a", "b", "K", "s", "0", "_", " ", "-", ".", "\xe9", "\xff", r"\x00", r"\n", r"\x0b", r"\.", r"\s", r"\S")
CLASSES = (r"\d", r"\W", "[^a]", "[a-k]", r"[^\s]", r"[\S]", "[[:space:]]", "[]a]", "[\xe0-\xff]", r"[^\n]", "[Z-a]")
ANCHORS = ("^", "$", r"\b", r"\B", r"\A", r"\z")
TIMES = ("", "", "", "*", "+", "?", "*?", "{2}", "{0,2}", "{2,}?", "{130}", "{0,140}", "{120,400}")
GROUPS = ("(", "(?:", "(?i:", "(?s:", "(?m:", "(?ims:", "(?i-s:", "(?i)(?:")
TEXT = (b"\r\n", *(bytes([octet]) for octet in b"abkKSs0_ -.\xe9\xc9\n\x0b\x00"))
LONG = (b"a" * 130, b" " * 126, b"kyyyyyyyyyyyyyyyyyyyyyyyy")


def branches(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.builds("{}{}){}".format, st.sampled_from(GROUPS), inner, st.sampled_from(TIMES))
    return st.one_of(group, st.builds("{}{}".format, inner, inner), st.builds("{}|{}".format, inner, inner))


ATOMS = st.builds("{}{}".format, st.sampled_from(LETTERS + CLASSES), st.sampled_from(TIMES))
PATTERNS = st.recursive(st.one_of(ATOMS, st.sampled_from(ANCHORS)), branches, max_leaves=8)
TEXTS = st.lists(st.sampled_from(TEXT + LONG), max_size=12).map(b"".join)


SLOW = re.compile(r"\\[bB].*\)\{(?:0,)?1\d\d")
"""Edges of words a hundred times over: to compile one takes Hyperscan half a minute, and nobody writes it."""


def taken(pattern: str) -> bool:
    if SLOW.search(pattern):
        return False
    try:
        Matcher(Expression(pattern))
    except PatternError:
        return False
    return True


@needs_hyperscan
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.lists(PATTERNS.filter(taken), min_size=1, max_size=8), st.lists(TEXTS, min_size=1, max_size=20))
def test_one_pass_finds_what_each_finds_alone(written: list[str], texts: list[bytes]) -> None:
    expressions = [Expression(pattern) for pattern in written]
    found, alone = asked(expressions, loaded=True), [Matcher(expression) for expression in expressions]
    for text in texts:
        expected = [place for place, matcher in enumerate(alone) if matcher.search(text, Budget()) is not None]
        assert found.matching(text, Budget()) == expected, text
