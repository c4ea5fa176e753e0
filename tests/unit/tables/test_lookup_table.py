import tracemalloc

from gatekeeper.tables import LookupTable, PatternTable
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.pattern_table import Hit


def said(text: str) -> list[tuple[int, str, str]]:
    """Line, severity and message of each problem."""
    return [(p.line, p.severity, p.message) for p in LookupTable.parse(text, "t").problems]


def test_a_key_is_found_in_any_case_with_its_line() -> None:
    table = LookupTable.parse("\ufeff# map\nA.Test REJECT  no more \n  of this\n\nb\tOK\n", "t")
    assert table.look_up("a.TEST", Budget()) == Hit("t", 2, "REJECT  no more   of this")
    assert table.look_up("b", Budget()) == Hit("t", 5, "OK")
    assert table.look_up("c", Budget()) is None
    assert table.problems == ()
    assert list(table.texts) == [(2, "REJECT  no more   of this"), (5, "OK")]


def test_the_first_of_two_counts_and_the_second_is_named() -> None:
    assert said("a x\nb y\nA z\n") == [(3, "warning", "'a' stands in line 1 already, which counts")]
    assert LookupTable.parse("a x\nA z\n", "t").entries == {"a": (1, "x")}


def test_what_cannot_be_read_is_named_with_its_line() -> None:
    assert said("  x y\n") == [(1, "error", "the first entry begins with white space")]
    assert said("a b\nkey\n") == [(2, "error", "no value for 'key'")]
    assert said('a b\n"key x\n') == [(2, "error", "the double quotes are not closed")]
    assert said("a b\n\udcff\udcfe x\n") == [(2, "error", "the line is not valid UTF-8")]
    assert said("a b\nc d\x00e\n") == [(2, "error", "the line holds the invisible character U+0000")]
    assert said("a: b\n") == [(1, "warning", "the colon belongs to the key 'a:'")]


def test_patterns_see_the_key_as_it_is_and_one_value_may_be_for_all() -> None:
    patterns = LookupTable.of(PatternTable.parse("/^A(.*)/ REJECT $1\n/caf\u00e9/ OK\n", "p", "pcre"))
    assert patterns.look_up("abc", Budget()) == Hit("p", 1, "REJECT bc")
    assert patterns.look_up("caf\u00e9", Budget()) == Hit("p", 2, "OK")
    assert not patterns.keyed
    always = LookupTable("setting", always="REJECT")
    assert always.look_up("anything", Budget()) == Hit("setting", 0, "REJECT")
    assert list(always.texts) == [(0, "REJECT")]


def test_a_long_table_takes_little_memory() -> None:
    text = "".join(f"host{number}.example.org REJECT go away\n" for number in range(20_000))
    tracemalloc.start()
    table = LookupTable.parse(text, "t")
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(table.entries) == 20_000
    assert used < 20_000 * 350
