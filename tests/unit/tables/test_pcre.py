"""What RE2 and what backtracking is told; what both mean together is compared with the real PCRE2 elsewhere."""

import pytest

from gatekeeper.tables.matcher import Budget, Matcher, PatternError
from gatekeeper.tables.pcre import pcre


def matches(pattern: str, text: bytes, flags: str = "is") -> bool:
    return Matcher(pcre(pattern, flags)).search(text, Budget()) is not None


@pytest.mark.parametrize(
    ("pattern", "weak", "exact"),
    [
        ("a(b|c)+$", "(?is:a(b|c)+$)", ""),
        (r"(?<!x)b", "(?is:(?:)b)", r"(?is:(?<!x)b)"),
        (r"a(?=b(c)d)e", "(?is:a(?:)e)", r"(?is:a(?=b(c)d)e)"),
        (r"(?!a(?=b))c", "(?is:(?:)c)", r"(?is:(?!a(?=b))c)"),
        (r"(a)x\1", r"(?is:(a)x(?s:.*))", r"(?is:(a)x(?:\1))"),
        ("(?>a)b++", "(?is:(?:a)b+)", "(?is:(?>a)b++)"),
        (r"\Qa.b\E.", r"(?is:a\x2eb.)", ""),
    ],
)
def test_what_each_engine_is_told(pattern: str, weak: str, exact: str) -> None:
    expression = pcre(pattern, "is")
    assert (expression.re2, expression.exact) == (weak, exact)


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "found"),
    [
        ("^b", b"a\nb", "is", False),
        ("^b", b"a\nb", "ism", True),
        ("a.b", b"a\nb", "is", True),
        ("a.b", b"a\nb", "i", False),
        ("AB", b"ab", "is", True),
        ("AB", b"ab", "s", False),
        ("a b # c", b"ab", "isx", True),
        ("a[ ]b", b"a b", "isx", True),
        ("b", b"ab", "isA", False),
        ("a|b", b"xb", "isA", False),
        (r"\s", b"\x0b", "is", True),
        (r"\v", b"\r", "is", True),
        (r"\h", b"\xa0", "is", True),
        (r"(?i:a)B", b"aB", "s", True),
        ("\\\xe9", b"\xe9", "is", True),
        (r"\cm", b"\r", "is", True),
    ],
)
def test_flags_and_what_differs_between_engines(pattern: str, text: bytes, flags: str, found: bool) -> None:
    assert matches(pattern, text, flags) is found


def test_ungreedy_repetition() -> None:
    for flags, group in (("is", b"aaa"), ("isU", b"a")):
        assert Matcher(pcre("(a+)", flags), captures=True).search(b"aaa", Budget()) == (group,)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(?R)",
            "(?1)",
            "(?(1)a|b)",
            "(*SKIP)a",
            r"\p{L}",
            r"\X",
            r"\y",
            "(?|a|b)",
            "a\\",
            "(",
            ")",
            "[a",
            "(?i",
            "(?x)a",
        ),
        "(?i)a(?=b)",
    ],
)
def test_what_cannot_be_run_is_refused_with_a_remedy(pattern: str) -> None:
    with pytest.raises(PatternError) as refusal:
        pcre(pattern, "is")
    assert refusal.value.remedy


def test_ungreedy_look_around_is_refused() -> None:
    with pytest.raises(PatternError):
        pcre("(?=a+)b", "U")
