r"""A form matches what RE2 matches, and more only where it says so."""

import time

import pytest

from gatekeeper.tables.hyperscan import Database
from gatekeeper.tables.hyperscan_form import hyperscan_form
from gatekeeper.tables.matcher import Budget, Expression, Matcher
from tests.unit.tables.engine import needs_hyperscan

TEXTS = (
    b"", b"a", b"A", b"ab", b"\n", b"a\n", b"a\nb", b"a\n\nb", b"\na", b"b a", b"\x0b", b"\x0c", b"\x00", b"\xa0",
    b"\xe9", b"\xc9", b"k", b"K", b"a" * 130, b"a" * 64, b"]", b"-", b"{,3}", b"a{,3}", b"x.y", b"axb", b"a.b",
)  # fmt: skip
EXACT = (
    "a", "", "a*", "^", "$", "^$", "a$", r"a\z", r"\Aa", "(?m)^a", "(?m)a$", "(?m)$", "(?m)b$", "a.b", "(?s)a.b",
    r"\s", r"\S", r"a\sb", r"[\s]", r"[^\s]", r"[\S]", r"[^\S]", r"\v", r"[\v]", r"\d", r"\W", r"\bb", r"a\B", r"\B",
    "(?i)a", "(?i)[b-k]", "(?i)\xe9", "(?i)[\xe0-\xef]", r"\xe9", r"\x{e9}", r"\351", r"\0", r"\C", r"\Q.\E", "[]]",
    "[^]]", "[a-]", "a{,3}", "{,3}", "a{2}", "(?:ab?)+", "a*?", "a+?b", "(?U)a+", "(?P<n>a)b", "(?i:a)B", "((?i)a|B)",
    "(?i-s:A.b)", "[[:space:]]", "[[:alpha:]_]", r"$*", r"(?:\b)+a", "^+a", "a(?i)*", "(?m)^a|b", "a|",
)  # fmt: skip
WIDER = ("a{130}", "a{3,200}b", "(?m)^", "(?m)^$", "(?m)^a*$", r"\pL", r"[\pL]", r"\p{Lu}b", "[[:^alpha:]]")


def matches(form: bytes, text: bytes) -> bool:
    found: list[int] = []
    Database.of([form], [0]).scan(text, found)
    return bool(found)


@needs_hyperscan
@pytest.mark.parametrize("pattern", EXACT)
def test_what_has_a_counterpart_matches_exactly_the_same(pattern: str) -> None:
    form, matcher = hyperscan_form(pattern), Matcher(Expression(pattern))
    assert form.exact
    for text in TEXTS:
        assert matches(form.text, text) == (matcher.search(text, Budget()) is not None), text


@needs_hyperscan
@pytest.mark.parametrize("pattern", [*EXACT, *WIDER])
@pytest.mark.parametrize("anchors", [True, False])
def test_nothing_is_ever_missed(pattern: str, anchors: bool) -> None:
    form, matcher = hyperscan_form(pattern, anchors=anchors), Matcher(Expression(pattern))
    missed = [text for text in TEXTS if matcher.search(text, Budget()) and not matches(form.text, text)]
    assert missed == []


@pytest.mark.parametrize("pattern", WIDER)
def test_what_is_widened_says_so(pattern: str) -> None:
    assert not hyperscan_form(pattern).exact


def test_one_letter_may_be_repeated_more_often() -> None:
    assert hyperscan_form("a{3,512}b.{0,300}c", repeats=512).exact
    assert not hyperscan_form("a{3,513}b", repeats=512).exact
    assert not hyperscan_form("(?:ab){3,512}", repeats=512).exact


@pytest.mark.parametrize("pattern", ["^a", "a$", r"\ba", r"a\B", "(?m)^a"])
def test_without_anchors_it_is_wider(pattern: str) -> None:
    assert hyperscan_form(pattern).exact
    assert hyperscan_form(pattern, anchors=False).exact is False
    assert hyperscan_form("ab", anchors=False).exact


def test_a_form_is_plain_ascii_without_a_zero() -> None:
    assert hyperscan_form("\xe9\x00[\xe0-\xff\x00]").text == rb"\xe9\x00[\xe0-\xff\x00]"


def test_a_long_pattern_takes_as_long_as_it_is() -> None:
    """Eight times the pattern costs eight times as much; 64 times would be quadratic."""

    def seconds(size: int) -> float:
        begun = time.process_time()
        hyperscan_form(r"(?:a{2,3}[\x80-\xff]|\x41\z)*" * size)
        return time.process_time() - begun

    small, large = (min(seconds(size) for _ in range(3)) for size in (500, 4000))
    assert large < 24 * max(small, 0.001)
