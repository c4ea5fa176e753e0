"""What covers what is compared with the matcher itself: on the cases that are clear, and on patterns made at random."""

import random

import pytest

from gatekeeper.tables.covering import covers, machine, witness
from gatekeeper.tables.matcher import Budget, Matcher, PatternError
from gatekeeper.tables.pcre import pcre
from gatekeeper.tables.posix import posix


def covered(wide: str, narrow: str, flags: str = "is") -> bool:
    one, other = machine(pcre(wide, flags)), machine(pcre(narrow, flags))
    assert one is not None
    assert other is not None
    return covers(one, other)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("foo", "foobar"),
        ("foo", "FOO"),
        ("FOO", "foo"),
        ("", "anything"),
        ("a.*b", "a.{0,3}b"),
        ("^Subject:.*viagra", "^Subject: buy viagra"),
        ("viagra", "^Subject:.*viagra"),
        ("^Subject:", "^Subject: .*x$"),
        ("[ab]", "a|b"),
        ("a|b", "[ab]c"),
        ("(a+)+$", "a$"),
        ("x{3,}", "x{5,7}"),
        ("x{2}", "x{2}"),
        (r"\.(exe|com|bat)\"?$", r"\.exe$"),
        (r"\d\d", r"20[0-9]{2}"),
        (r"\W", r"[^a-z0-9_]!"),
        ("^(From|To):", "^To: a@b"),
        (r"[[:alpha:]]", "[k-m]"),
        (r"a\x62", "AB"),
        ("^$", "^$"),
        ("a(?:b|)c", "ac"),
        ("(?:ab)*c", "ababc"),
        ("x?y", "y"),
    ],
)
def test_what_is_covered(wide: str, narrow: str) -> None:
    assert covered(wide, narrow)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("foobar", "foo"),
        ("a.{0,3}b", "a.*b"),
        ("^foo", "foo"),
        ("foo$", "foo"),
        ("x{5}", "x{3}"),
        ("x{5,7}y", "x{3,}y"),
        ("[ab]$", "[abc]$"),
        (r"\d", r"\w"),
        ("^$", ""),
        ("^a", "^[ab]"),
        ("a(?:b|c)d", "a(?:b|c|)d"),
        ("^(From|To):", "^(From|Cc):"),
        ("(?:ab)+c$", "(?:ab)*c$"),
        ("^.$", "^..?$"),
    ],
)
def test_what_is_not(wide: str, narrow: str) -> None:
    assert not covered(wide, narrow)


def test_case_counts_where_it_counts() -> None:
    assert covered("(?-i:FOO)", "(?-i:FOO)x")
    assert not covered("(?-i:FOO)", "foo")
    assert covered("foo", "(?-i:FOO)")


def test_a_dot_may_be_a_line_end_or_not() -> None:
    assert not covered("a.b", "a(?s:.)b", "i")
    assert covered("a.b", "a(?s:.)b", "is")


def test_posix_is_compared_as_well() -> None:
    wide, narrow = machine(posix("^Subject: .*(free|cheap)", "ix")), machine(posix("^Subject: really free$", "ix"))
    assert wide
    assert narrow
    assert covers(wide, narrow)
    assert not covers(narrow, wide)


@pytest.mark.parametrize("pattern", [r"\bfoo", "(?m:^a)", "x{1000}{3}", "(?:^|^a)*", "(?:a{50}){100}", "^^a"])
def test_what_cannot_be_said_is_not_compared(pattern: str) -> None:
    try:
        expression = pcre(pattern, "is")
    except PatternError:
        return
    assert machine(expression) is None


def test_a_pattern_that_looks_around_is_what_it_is_at_the_most() -> None:
    narrow = machine(pcre("foo(?=bar)", "is"))
    wide = machine(pcre("fo", "is"))
    assert wide
    assert narrow
    assert covers(wide, narrow)


def test_a_witness_is_matched() -> None:
    for pattern in ("foo", "^a{3}$", "x|^$", r"\d{4}-\d", "[^a]b", ""):
        machine_ = machine(pcre(pattern, "is"))
        assert machine_
        found = witness(machine_)
        assert found is not None
        assert Matcher(pcre(pattern, "is")).search(found, Budget()) is not None
    impossible = machine(pcre("a$b", "is"))
    assert impossible
    assert witness(impossible) is None


def random_pattern(chance: random.Random, depth: int = 3) -> str:
    kind = chance.randrange(9 if depth else 3)
    if kind < 3:
        return chance.choice(["a", "b", "c", ".", "[ab]", "[^a]", r"\d", "B"])
    if kind < 6:
        return random_pattern(chance, depth - 1) + random_pattern(chance, depth - 1)
    if kind < 8:
        return f"(?:{random_pattern(chance, depth - 1)}|{random_pattern(chance, depth - 1)})"
    return f"(?:{random_pattern(chance, depth - 1)}){chance.choice(['*', '+', '?', '{2}', '{1,3}', '{2,}'])}"


def anchored(chance: random.Random) -> str:
    return chance.choice(["", "^"]) + random_pattern(chance) + chance.choice(["", "$"])


def test_no_text_contradicts_it() -> None:
    """Of patterns made at random: what is covered is matched wherever the other matches, and what is not has a text
    that tells the two apart among those that are short.
    """
    chance = random.Random(20)
    texts = [bytes(chance.choice(b"abcAB1\n-") for _ in range(chance.randrange(8))) for _ in range(300)]
    claimed = refuted = 0
    for _ in range(400):
        wide, narrow = pcre(anchored(chance), "is"), pcre(anchored(chance), "is")
        one, other = machine(wide), machine(narrow)
        if one is None or other is None:
            continue
        first, second = Matcher(wide), Matcher(narrow)
        apart = any(second.search(t, Budget()) is not None and first.search(t, Budget()) is None for t in texts)
        if covers(one, other):
            claimed += 1
            assert not apart, (wide, narrow)
        else:
            refuted += apart
    assert claimed > 20
    assert refuted > 100
