"""Numbers, patterns and white space as Perl has them."""

import pytest

from gatekeeper.spamassassin.evals.perl import (
    compared,
    ends_of,
    fixed,
    flat,
    holds_address,
    is_ipv4,
    is_private,
    literal,
    matches,
    number,
    stands_in,
    within,
    words,
)
from gatekeeper.tables.matcher import Budget, PatternError


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), (" -0.5x", -0.5), (".25", 0.25), ("1e3", 1000), ("inf", float("inf")), ("abc", 0), ("", 0), ("é", 0)],
)
def test_an_argument_is_the_number_it_begins_with(text: str, value: float) -> None:
    assert number(text) == value


def test_a_range_leaves_its_end_out_and_may_be_open() -> None:
    assert within(3, "3", "6")
    assert not within(6, "3", "6")
    assert within(-5, "undef", "6")
    assert within(99, "3", "undef")


@pytest.mark.parametrize(
    ("value", "condition", "met"),
    [
        (3, "> 2", True),
        (3, ">2", True),
        (3, "!= 3", False),
        (3, "== 3", True),
        (3, "<= 3", True),
        (3, "< - 3", False),
        (3, "", False),
        (3, "> 2; exit", False),
        (3, "> 1" + "0" * 5000, False),
    ],
)
def test_a_condition_compares_with_one_number_and_is_never_code(value: float, condition: str, met: bool) -> None:
    assert compared(value, condition) is met


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (b"[192.0.2.1]", True),
        (b"x192.0.2.1", False),
        (b"192.0.2.256", False),
        (b"300.0.2.1", False),
        (b"IPv6:2001:db8::1", True),
        (b"at ::1 it is", True),
        (b"10:20", False),
        (b"", False),
    ],
)
def test_addresses_are_found_in_text(text: bytes, held: bool) -> None:
    assert holds_address(text) is held


def test_networks_that_are_not_routed_are_private() -> None:
    assert is_private(b"192.168.0.1")
    assert is_private(b"100.64.0.1")
    assert not is_private(b"172.32.0.1")


def test_a_literal_is_no_pattern() -> None:
    assert fixed(f"^{literal(b'a.b(')}$").search(b"a.b(")
    assert not fixed(f"^{literal(b'a.b')}$").search(b"axb")


def test_a_pattern_of_ours_must_be_linear() -> None:
    with pytest.raises(PatternError):
        fixed("a(?=b)")


def test_an_argument_that_is_a_pattern_matches_or_does_not_and_never_fails() -> None:
    assert matches(r"<!(?!-).{0,6}>", b"<!x>", Budget())
    assert not matches(r"<!(?!-).{0,6}>", b"<!-x>", Budget())
    assert not matches("(", b"(", Budget())
    assert not matches("a(?=b)", b"ab", Budget(0.0))


def test_words_are_split_at_what_perl_calls_white_space() -> None:
    assert words("a\u00a0b\u2003c\n d") == ["a", "b", "c", "d"]
    assert words("a\x1cb") == ["a\x1cb"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [(b"192.0.2.1", True), (b"255.255.255.255", True), (b"256.0.2.1", False), (b"192.0.2.1.", False), (b"", False)],
)
def test_an_address_is_four_numbers(text: bytes, is_one: bool) -> None:
    assert is_ipv4(text) is is_one


def test_white_space_becomes_one_blank_at_the_ends_too() -> None:
    assert flat(b"\n a\t\tb \r\n") == b" a b "
    assert flat(b"a b") == b"a b"
    assert flat(b" \n") == b" "
    assert flat(b"") == b""


def test_words_stand_in_a_text_by_their_boundaries() -> None:
    assert stands_in(b"ann", b"for ann.")
    assert not stands_in(b"ann", b"annual")
    assert not stands_in(b"ann", b"joann")
    assert stands_in(b"ann", b"annual ann")
    assert list(ends_of(b"aa", b"aa aaa")) == [2, 5]
