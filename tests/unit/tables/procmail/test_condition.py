import pytest

from gatekeeper.tables.matcher import PatternError
from gatekeeper.tables.procmail.condition import Exit, Matches, Size, Unfilled, Weight, Where, read_condition, squeezed
from gatekeeper.tables.procmail.words import Variable


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a", Where()),
        ("! a", Where(negated=True)),
        ("! ! a", Where()),
        ("B ?? a", Where("B")),
        ("NAME??a", Where("NAME")),
        ("! B ?? a", Where("B", negated=True)),
        ("B ?? ! a", Where("B", negated=True)),
        ("2^1 a", Where(weight=Weight(2, 1))),
        ("-.5 ^ 1,5 a", Where(weight=Weight(-0.5, 1.5))),
        ("2^1 ! B ?? a", Where("B", negated=True, weight=Weight(2, 1))),
    ],
)
def test_what_stands_in_front(text: str, where: Where) -> None:
    condition = read_condition(text, case=False)
    assert isinstance(condition, Matches)
    assert condition.where == where
    assert condition.pattern == read_condition("a", case=False).pattern  # type: ignore[union-attr]


def test_kinds() -> None:
    assert read_condition("< 100", case=False) == Size(Where(), "<", ("100",))
    assert read_condition("> $A", case=False) == Size(Where(), ">", (Variable("A", whole=True),))
    assert read_condition("? test x", case=False) == Exit(Where(), " test x")
    assert read_condition("$ a$B", case=False) == Unfilled(Where(), (" a", Variable("B", whole=True)))
    assert read_condition("", case=False) == Matches(Where(), None)


@pytest.mark.parametrize("text", ["2 a", "2^ a", "^2", "a ?? b ?? c", "1a ?? b"])
def test_what_only_looks_like_something(text: str) -> None:
    assert isinstance(read_condition(text, case=False), Matches)


def test_a_backslash_in_front_is_left_out() -> None:
    assert read_condition("\\! a", case=False) == read_condition("[!] a", case=False)


def test_case_is_no_matter_for_daemons() -> None:
    assert read_condition("^FROM_DAEMON", case=True) == read_condition("^FROM_DAEMON", case=False)
    assert read_condition("^TO_a", case=True) != read_condition("^TO_a", case=False)


def test_a_macro_behind_a_backslash_is_none() -> None:
    assert read_condition("a\\^TO_", case=True) == read_condition("a[^]TO_".replace("[^]", "\\^"), case=True)
    assert read_condition("a^TO_", case=True) != read_condition("a\\^TO_", case=True)


def test_continued_lines() -> None:
    assert squeezed("a\\\n   b") == "ab"
    assert squeezed("a\n   b") == "a\nb"
    assert squeezed("a") == "a"


def test_what_is_no_expression() -> None:
    with pytest.raises(PatternError):
        read_condition("! (a", case=False)
