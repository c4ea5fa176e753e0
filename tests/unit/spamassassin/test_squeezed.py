"""Large patterns made small: whatever the pattern matches, the small one does."""

import pytest

from gatekeeper.spamassassin.perl import compiled
from gatekeeper.spamassassin.replaced import Tags
from gatekeeper.spamassassin.squeezed import beginning, tag
from gatekeeper.spamassassin.tally import pattern_rule
from gatekeeper.tables.matcher import Budget, Expression, Matcher

LETTER = (
    r"(?:[a4@]|\xc3[\xa0-\xa5\x80]|\xd0\xb0|\xe1(?:\xba[\xa0-\xaf]|\xbb\x80)|\xf0\x9d\x90\x9a|&\#(?:97|1072|x61);|/\\)"
)
LIKE = [
    b"a",
    b"4",
    b"\xc3\xa0",
    b"\xd0\xb0",
    b"\xe1\xba\xa5",
    b"\xf0\x9d\x90\x9a",
    b"&#97;",
    b"&#1072;",
    b"&#x61;",
    b"/\\",
]


def matches(pattern: str, text: bytes) -> bool:
    return Matcher(Expression(pattern)).search(text, Budget()) is not None


def test_a_tag_for_a_letter_is_made_small() -> None:
    small = tag(LETTER)
    assert len(small) < len(LETTER)
    expression = compiled(f"^{small}$", "").re2
    assert all(matches(expression, like) for like in LIKE)
    assert not any(matches(expression, other) for other in (b"b", b"aa", b"\xc3", b"&#;", b"ab"))


@pytest.mark.parametrize(
    "pattern", ["[a4]", "(?:one|two|three|four|five|six)", r"(?:a|b|c|d|e|\d+|\xc3\xa0|\xd0\xb0)", "(?:a"]
)
def test_another_tag_stays_as_it_is(pattern: str) -> None:
    assert tag(pattern) == pattern


ENDINGS = {
    "(?i:(?:^|x)(?:one|two(?:three|four)five)+six)": (b"oneonesix", b"xtwothreefiveonesix", b"twofourfiveSIX"),
    "(?i:a?(?:b|c){0,3}(?:d|e){2}f|ghi)": (b"abcdef", b"eef", b"ghi", b"bbbddf"),
    r"(?i:\x28(?:a[\x29b]|[c\x5d])*?d)": (b"(d", b"(a)cd", b"(]]ab"),
    "(?:(?:abcdef)*gh(?:ijklmn){0,2}op)": (b"ghop", b"abcdefghop", b"ghijklmnop"),
    "(?:(?:ab)?(?:cd)?ef)": (b"ef", b"cdef", b"abef", b"abcdef"),
}


@pytest.mark.parametrize("pattern", ENDINGS)
@pytest.mark.parametrize("size", [10, 15, 20, 25, 30, 40, 100])
def test_a_beginning_matches_whatever_the_whole_does(monkeypatch: pytest.MonkeyPatch, pattern: str, size: int) -> None:
    monkeypatch.setattr("gatekeeper.spamassassin.squeezed._LARGE", size)
    begun = beginning(pattern)
    assert len(begun) <= size
    for text in ENDINGS[pattern]:
        if matches(pattern, text):
            assert matches(begun, text), begun


def test_what_is_not_large_is_left_whole() -> None:
    assert all(beginning(pattern) == pattern for pattern in ENDINGS)


def test_a_rule_with_tags_is_asked_small_first_and_then_itself() -> None:
    rule = pattern_rule("A", "/<A>b<A>/i", tags=Tags({"tag": {"A": LETTER}}))
    assert not rule.proven
    assert len(rule.first.re2) < len(rule.expression.re2)
    for one in LIKE:
        assert matches(rule.first.re2, one + b"B" + one)
        assert matches(rule.expression.re2, one + b"B" + one)
    assert matches(rule.first.re2, b"\xc4\xa0ba")
    assert not matches(rule.expression.re2, b"\xc4\xa0ba")
