"""Mistakes and their places; what tables say is compared with the real postmap elsewhere."""

import pytest

from gatekeeper.tables import PatternTable
from gatekeeper.tables.matcher import Budget, Matcher
from gatekeeper.tables.pattern_table import Hit
from tests.unit.tables.engine import needs_hyperscan


def told(text: str, flavour: str = "pcre") -> list[tuple[int, str, str]]:
    table = PatternTable.parse(text, "table", flavour)
    assert all(problem.source == "table" and problem.remedy for problem in table.problems)
    return [(problem.line, problem.severity, problem.message) for problem in table.problems]


@pytest.mark.parametrize("flavour", ["pcre", "regexp"])
@pytest.mark.parametrize(
    ("text", "line", "severity", "words"),
    [
        ("\n/a OK\n", 2, "error", "no end"),
        ("/a/\n", 1, "error", "no text"),
        ("/a/q OK\n", 1, "error", "'q' is no flag"),
        ("/(/ OK\n", 1, "error", "not closed"),
        ("/(a)/ OK $2\n", 1, "error", "$2 is more than the 1 groups"),
        ("!/(a)/ OK $1\n", 1, "error", "$1 stands in a rule with !"),
        ("/(a)/ OK $1st\n", 1, "error", "'$1st' is no group"),
        ("/a/ OK\nif /b/\n/c/ OK\n", 2, "error", "no endif"),
        ("/a/ OK\nendif\n", 2, "error", "has no if"),
        ("  /a/ OK\n", 1, "error", "begins with white space"),
        ("a OK\n", 1, "error", "is no rule"),
        ("/a/ OK\n  x\n/b/\n", 3, "error", "no text"),
        ("if /a/\n  /b/ OK\nendif\n", 1, "warning", "behind the if"),
        ("if /a/\n/b/ OK\nendif x\n", 3, "warning", "behind the endif"),
        (f"/{'a' * 10_001}/ OK\n", 1, "error", "more than 10000 letters"),
        ("/a/ OK\n/b/ OK\n/a/ REJECT\n", 3, "warning", "line 1 has the same pattern"),
        ("/a/ OK\nif /b/\n/a/ REJECT\nendif\n", 3, "warning", "line 1 has the same pattern"),
        ("!/a/ OK\n!/a/i OK\n!/a/ OK\n", 3, "warning", "line 1 has the same pattern"),
    ],
)
def test_a_mistake_and_its_place(text: str, line: int, severity: str, words: str, flavour: str) -> None:
    ((where, what, message),) = told(text, flavour)
    assert (where, what) == (line, severity)
    assert words in message


@pytest.mark.parametrize(
    "text",
    [
        "/a/ OK\n/a/i REJECT\n!/a/ OK\n/A/ OK\n",
        "if /a/\n/b/ OK\nendif\nif /a/\n/b/ OK\nendif\n/b/ OK\n",
        "\ufeff/a/ OK\r\n# comment\r\n/b/ OK\r\n",
        "",
    ],
)
def test_nothing_to_complain_of(text: str) -> None:
    assert told(text) == []


def test_a_flag_that_says_nothing_any_more() -> None:
    assert [(line, severity) for line, severity, _ in told("/a/X OK\n")] == [(1, "warning")]


def test_a_hit_names_the_line_that_the_rule_begins_at() -> None:
    table = PatternTable.parse("# one\nif /a/\n/(b+)/\n  REJECT\n  $1\nendif\n", "table", "pcre")
    assert table.look_up(b"abbc", Budget()) == Hit("table", 3, "REJECT  bb")
    assert table.look_up(b"bbc", Budget()) is None
    assert list(table.texts) == [(3, "REJECT  $1")]


@pytest.mark.parametrize(("signs", "hit"), [("", True), ("!", False), ("!!", True), ("! ! !", False)])
def test_two_negations_are_none(signs: str, hit: bool) -> None:
    table = PatternTable.parse(f"{signs}/a/ OK\n", "table", "pcre")
    assert (table.look_up(b"a", Budget()) is not None) is hit


def test_a_rule_that_is_wrong_leaves_the_others() -> None:
    table = PatternTable.parse("/(/ one\n/a/ two\n", "table", "pcre")
    assert table.look_up(b"a", Budget()) == Hit("table", 2, "two")


@pytest.mark.parametrize("sign", ["", "!"])
def test_a_pattern_without_budget_is_passed_over_and_the_next_is_asked(sign: str) -> None:
    budget = Budget(0.0)
    table = PatternTable.parse(f"{sign}/(a)\\1/ one\nif {sign}/(?=a)/\n/a/ two\nendif\n/a/ three\n", "table", "pcre")
    assert table.look_up(b"aa", budget) == Hit("table", 5, "three")
    assert budget.left == 0.0


def test_many_rules_are_read() -> None:
    text = "".join(f"/^x-{number}:/ REJECT {number}\n" for number in range(2000))
    table = PatternTable.parse(text, "table", "pcre")
    assert table.problems == ()
    assert table.look_up(b"X-1999: a", Budget()) == Hit("table", 2000, "REJECT 1999")


ROWS = r"""
/^Subject: (.*) (offer|deal)s?$/ REJECT $2: $1
!/:/ DISCARD
if /^X-/
/twice (\w+) \1/ HOLD $1
!/twice/ WARN once
endif
if !/^X-/
if /a{70}/
/b/ INFO long
endif
/^(?!Received)\S+: hello/ OK
endif
/\xe9$/ FILTER a:b
"""
TEXTS = (
    "Subject: a big offer", "subject: small deals", "no colon", "", "X-A: twice as as", "X-A: twice as is", "X-A: one",
    "A: " + "a" * 70 + "b", "A: " + "a" * 69 + "b", "A: hello", "Received: hello", "A: \xe9", "A: \xc9", "A: b",
)  # fmt: skip


@needs_hyperscan
@pytest.mark.parametrize("flavour", ["pcre", "regexp"])
def test_one_pass_over_the_text_changes_nothing(flavour: str) -> None:
    rows = ROWS if flavour == "pcre" else ROWS.replace("(?!Received)\\S", "[^R]").replace("\\xe9", "\xe9")
    table, quick = (PatternTable.parse(rows, "table", flavour) for _ in range(2))
    assert table.problems == ()
    quick.patterns.load(quick.patterns.compiled())
    hits = {text: table.look_up(text.encode("latin-1"), Budget()) for text in TEXTS}
    assert len({hit.line for hit in hits.values() if hit}) >= 6
    assert {text: quick.look_up(text.encode("latin-1"), Budget()) for text in TEXTS} == hits


@needs_hyperscan
def test_with_one_pass_too_what_has_no_budget_is_passed_over() -> None:
    table = PatternTable.parse("!/(a)\\1/ REJECT\n/b/ OK\n/(a)(?=b)/ HOLD\n/ab/ WARN\n", "table", "pcre")
    table.patterns.load(table.patterns.compiled())
    budget = Budget(0.0)
    assert table.look_up(b"aa b", budget) == Hit("table", 2, "OK")
    assert table.look_up(b"aab", Budget()) == Hit("table", 2, "OK")
    assert budget.unfinished
    assert table.look_up(b"ab", Budget(0.0)) == Hit("table", 2, "OK")


@needs_hyperscan
def test_with_one_pass_no_rule_is_asked_that_cannot_match(monkeypatch: pytest.MonkeyPatch) -> None:
    table = PatternTable.parse("/a/ ONE\n/b(c)/ $1\n/d/ THREE\n", "table", "pcre")
    table.patterns.load(table.patterns.compiled())
    asked = []
    search = Matcher.search
    monkeypatch.setattr(Matcher, "search", lambda self, *args: asked.append(self) or search(self, *args))
    assert table.look_up(b"bc d", Budget()) == Hit("table", 2, "c")
    assert asked == [table.rows[1].matcher]
