import pytest

from gatekeeper.tables.matcher import Budget, ExhaustedError
from gatekeeper.tables.procmail.counting import ends_of, extracted
from gatekeeper.tables.procmail.pattern import read_pattern


def ends(pattern: str, text: str) -> list[int]:
    framed = f"\n{text}\n".encode("latin-1")
    return [end for _, end in ends_of(read_pattern(pattern, case=False), framed, Budget(5))]


def match(pattern: str, text: str) -> str | None:
    found = extracted(read_pattern(pattern, case=False), f"\n{text}\n".encode("latin-1"), Budget(5))
    return None if found is None else found.decode("latin-1")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("a", "banana", [2, 4, 6]),
        ("an", "banana", [3, 5]),
        ("ana", "banana", [4]),
        ("abcd|c", "abcdabcd", [3, 7]),  # the match that ends first is counted
        ("x", "banana", []),
        ("^.", "ab\nc\n", [1, 4]),
        ("^>", "> a\n> b", [1, 5]),
        ("a$", "a\na", [2, 4]),
        ("^a$", "a\na\na", [2, 4, 6]),
        ("a.*", "abc", [1]),
        ("^", "a", [0]),
        ("x*", "a", [-1]),
    ],
)
def test_where_matches_end(pattern: str, text: str, found: list[int]) -> None:
    assert ends(pattern, text) == found


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("a\\/.*", "xabc\nd", "bc"),
        ("a\\/(b|bc|bcd)", "xabcde", "bcd"),
        ("^a.*\\/c.*", "abcacd", "cacd"),
        ("a*\\/b", "aab", "b"),
        ("\\/b+", "abbb", "bbb"),
        ("a\\/$b", "a\nb", "\nb"),
        ("a\\/", "ab", ""),
        ("^^\\/.*", "one\ntwo", "one"),
        ("x\\/.*", "abc", None),
    ],
)
def test_what_match_is(pattern: str, text: str, found: str | None) -> None:
    assert match(pattern, text) == found


def test_match_in_a_long_text_takes_of_the_budget() -> None:
    begun, size = 60.0, 200_000
    budget = Budget(begun)
    framed = b"\n" + b"a" * size + b"bc" + b"d" * size + b"\n"
    assert extracted(read_pattern("b\\/.*", case=False), framed, budget) == b"c" + b"d" * size
    assert budget.left < begun
    with pytest.raises(ExhaustedError):
        extracted(read_pattern("b\\/.*", case=False), framed, Budget(0.0))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(.*)*x", "(a|a)*b", "(a?)(a?)(a?)(a?)(a?)(a?)(a?)(a?)aaaaaaaa"])
def test_hostile_expressions_are_counted_in_linear_work(pattern: str) -> None:
    framed = b"\n" + b"a" * 200_000 + b"\n"
    assert len(list(ends_of(read_pattern(pattern, case=False), framed, Budget(30)))) <= 200_000


def test_states_are_thrown_away_when_there_are_too_many() -> None:
    pattern = read_pattern("(a|b)*a" + "(a|b)" * 14 + "c", case=False)
    text = b"\n" + b"".join(b"ab"[n.bit_count() % 2 : n.bit_count() % 2 + 1] for n in range(20_000)) + b"c\n"
    assert [end for _, end in ends_of(pattern, text, Budget(60))] in ([], [20_001])


def test_time_is_up() -> None:
    budget = Budget(1e-9)
    with pytest.raises(ExhaustedError):
        list(ends_of(read_pattern("a", case=False), b"\nbanana\n", budget))
    assert budget.left == 0
