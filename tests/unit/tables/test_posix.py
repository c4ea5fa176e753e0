"""What is told apart from Perl's patterns; what it means is compared with the real regcomp(3) elsewhere."""

import pytest

from gatekeeper.tables.matcher import Budget, Matcher, PatternError
from gatekeeper.tables.posix import posix


def found(pattern: str, text: bytes, flags: str = "ix") -> tuple[bytes, ...] | None:
    return Matcher(posix(pattern, flags), captures=True).search(text, Budget())


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "groups"),
    [
        ("(a|ab)(c|bcd)?", b"abcd", "ix", (b"a", b"bcd")),
        ("(foo|foobar)", b"foobar", "ix", (b"foobar",)),
        (r"([\.]+)", b"\\.", "ix", (b"\\.",)),
        ("(a+?)", b"aa", "ix", (b"aa",)),
        ("(a+?)b", b"b", "ix", (b"",)),
        ("(a**)b", b"aab", "ix", (b"aa",)),
        (r"(a)\1", b"xaa", "ix", (b"a",)),
        (r"\<(b)", b"ab b", "ix", (b"b",)),
        (r"(b)\>", b"ba ab", "ix", (b"b",)),
        ("(^b)", b"a\nb", "ix", None),
        ("(^b)", b"a\nb", "ixm", (b"b",)),
        ("(a.b)", b"a\nb", "ix", (b"a\nb",)),
        ("(a.b)", b"a\nb", "ixm", None),
        ("(a[^x]b)", b"a\nb", "ixm", None),
        (r"\(a\)|", b"a|", "i", (b"a",)),
        (r"\(a+\)", b"a+", "i", (b"a+",)),
        (r"\(*a\)", b"*a", "i", (b"*a",)),
        (r"\(a\{2\}\)", b"aa", "i", (b"aa",)),
        ("(A)", b"a", "x", None),
        ("(x{,2})y", b"xxxy", "ix", (b"xx",)),
    ],
)
def test_groups(pattern: str, text: bytes, flags: str, groups: tuple[bytes, ...] | None) -> None:
    found_groups = found(pattern, text, flags)
    assert found_groups == groups


@pytest.mark.parametrize("pattern", [r"\d", r"\t", "(", "[a", "a{x", "*a", "a\\", "[[:no:]]", "[[.ab.]]", "a{1001}"])
def test_what_cannot_be_run_is_refused_with_a_remedy(pattern: str) -> None:
    with pytest.raises(PatternError) as refusal:
        Matcher(posix(pattern, "ix"))
    assert refusal.value.remedy
