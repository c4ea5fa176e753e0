import re

import pytest

from gatekeeper.tables.matcher import Budget, Matcher, PatternError
from gatekeeper.tables.procmail.counting import is_in
from gatekeeper.tables.procmail.pattern import read_pattern


def found(pattern: str, text: str, case: bool = False) -> bool:
    return is_in(read_pattern(pattern, case), f"\n{text}\n".encode("latin-1"), Budget(5))


@pytest.mark.parametrize(
    ("pattern", "text", "there"),
    [
        ("abc", "xABCx", True),
        ("^b", "a\nb", True),
        ("^b", "ab", False),
        ("a$", "a\nb", True),
        ("a$b", "a\nb", True),
        ("a$^b", "a\nb", False),
        ("a$^b", "a\n\nb", True),
        ("^^b", "b\na", True),
        ("^^b", "a\nb", False),
        ("b^^", "b\na", False),
        ("b^^", "a\nb", True),
        ("(a|b^^)", "ab", True),
        ("(^^a|x)b", "ab", True),
        ("^^^^", "", True),
        ("^^^^", "a", False),
        (".", "\n\n", False),
        ("[^a]", "a\na", False),
        ("[^-a]", "-a", False),
        ("[]a]+x", "]ax", True),
        ("[a-]x", "-x", True),
        ("[c-a]x", "bx", False),
        ("\\<word\\>", "word", True),
        ("\\<word\\>", "words", False),
        ("a\\.b", "a.b", True),
        ("a\\.b", "axb", False),
        ("a**", "aaa*", True),
        ("a**", "aaa", False),
        ("*a", "*a", True),
        ("(|x)y", "y", True),
        ("a\\", "a\\", True),
        ("\xe9", "\xe9", True),
        ("\xe9", "\xc9", False),
    ],
)
def test_what_it_matches(pattern: str, text: str, there: bool) -> None:
    assert found(pattern, text) is there


def test_case_counts_where_it_is_asked_for() -> None:
    assert found("A[b-c]", "aB")
    assert not found("A[b-c]", "aB", case=True)
    assert found("A[b-c]", "Ab", case=True)
    assert not found("[^a-z]", "ABC")
    assert found("[^a-z]", "ABC", case=True)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a", "( is not closed"),
        ("a)", ") closes nothing"),
        ("[a", "[ is not closed"),
        ("(a\\/b)", "stands in a group"),
        ("a|b\\/c", "behind a |"),
        ("a\\/b|c", "in no group"),
        ("a\\/b\\/c", "there twice"),
        ("(" * 101 + ")" * 101, "in each other"),
        ("a" * 10_001, "more than 10000 letters"),
    ],
)
def test_what_is_no_expression(pattern: str, said: str) -> None:
    with pytest.raises(PatternError, match=re.escape(said)) as error:
        read_pattern(pattern, case=False)
    assert error.value.remedy


def test_all_of_it_is_linear() -> None:
    assert Matcher(read_pattern("^(a+)+\\<(x|y)*$", case=False).expression).linear
