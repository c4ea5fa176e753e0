import pytest

from gatekeeper.tables.attachments import AttachmentRules
from gatekeeper.tables.filename_rules import parse_filename_rules
from gatekeeper.tables.pattern_table import PatternTable
from gatekeeper.tables.scrutiny import scrutinised, unreached_names


def told(text: str, flavour: str = "pcre") -> list[tuple[int, str]]:
    table = PatternTable.parse(text, "header_checks", flavour)
    assert not [problem for problem in table.problems if problem.severity == "error"]
    return [(problem.line, problem.message) for problem in scrutinised(table)]


def lines(text: str, flavour: str = "pcre") -> list[tuple[int, int]]:
    """Each line that is never reached, with the one that keeps it from that."""
    return [(line, int(said.split("line ")[1].split()[0])) for line, said in told(text, flavour) if "never" in said]


def test_a_rule_that_an_earlier_one_covers_is_told_with_both_lines() -> None:
    text = """\
# what we do not want
/^Subject:.*viagra/ REJECT
/^Subject:.*free/   HOLD
/^Subject: cheap viagra$/ DISCARD
/^Subject: free pills/ REJECT
/^X-Mailer: /  WARN
"""
    assert lines(text) == [(4, 2), (5, 3)]


def test_the_more_special_first_is_as_it_should_be() -> None:
    assert told("/^Subject: cheap viagra/ REJECT\n/viagra/ WARN\n/^Subject:/ DUNNO\n") == []


def test_posix_tables_are_looked_at_too() -> None:
    assert lines("/viagra/ REJECT\n/cheap +viagra/ WARN\n", "regexp") == [(2, 1)]


def test_an_if_hides_its_rules_from_those_behind_it_but_not_what_stands_before() -> None:
    text = """\
/viagra/ REJECT
if /^Subject:/
/cheap viagra/ WARN
/pills/ HOLD
/green pills/ WARN
endif
/red pills/ WARN
"""
    assert lines(text) == [(3, 1), (5, 4)]


def test_what_is_negated_neither_covers_nor_is_covered() -> None:
    assert lines("!/viagra/ REJECT\n/cheap viagra/ WARN\n") == []
    assert lines("/viagra/ REJECT\n!/cheap viagra/ WARN\n") == []


def test_what_an_unreached_rule_covers_is_told_of_the_rule_that_is_reached() -> None:
    assert lines("/a/ WARN\n/ab/ WARN\n/abc/ WARN\n") == [(2, 1), (3, 1)]


def test_the_same_again_is_told_once_and_where_it_is_read() -> None:
    text = "/viagra/ REJECT\n/viagra/ WARN\n"
    assert lines(text) == []
    (problem,) = PatternTable.parse(text, "t", "pcre").problems
    assert "line 1 has the same pattern" in problem.message


def test_looking_around_covers_nothing_but_may_be_covered() -> None:
    assert lines("/foo(?!bar)/ WARN\n/foobaz/ WARN\n") == []
    assert lines("/foo/ WARN\n/foo(?!bar)/ WARN\n") == [(2, 1)]


@pytest.mark.parametrize("pattern", [r"foo(?=bar)", r"(a)\1", r"(?>a+)b", "(?<!x)y"])
def test_what_may_try_many_ways_is_told(pattern: str) -> None:
    ((line, said),) = told(f"/harmless/ WARN\n/{pattern}/ REJECT\n")
    assert line == 2
    assert "many ways" in said


def test_what_needs_a_large_machine_is_told_also_inside_an_if() -> None:
    ((line, said),) = told("if /x/\n/a.{0,900}b.{0,900}c/ WARN\nendif\n")
    assert (line, said) == (2, "the worst megabyte keeps it busy for about 3.6 s")
    assert told("/a.{0,20}b.{0,20}c/ WARN\n") == []


def test_a_table_of_a_thousand_rules_is_gone_through() -> None:
    text = "".join(f"/^Subject: offer number {number} of many$/ WARN\n" for number in range(1000))
    assert lines(f"{text}/^Subject: offer number 77 of many$|^Subject: offer number 77 of many$/ WARN\n") == [
        (1001, 78)
    ]


def of_names(text: str) -> list[int]:
    rules = AttachmentRules.parse(text, "rules")
    assert rules.problems == ()
    return [problem.line for problem in unreached_names(rules.rules)]


def test_a_rule_about_names_that_an_earlier_one_decides_about_is_told() -> None:
    text = """\
reject match \\.(exe|com)$ -- programs
strip name *.pdf -- papers
hold
quarantine name *.EXE -- one kind of program
strip name report*.pdf -- reports
strip name report*.pdf *.txt -- not all of it is decided
strip match .pdf -- any letter before it
""".replace("hold\n", "")
    assert of_names(text) == [3, 4]


def test_scopes_are_kept_apart() -> None:
    assert of_names("reject part name *.exe -- a\nreject member name a.exe -- b\nreject name b.exe -- c\n") == []
    assert of_names("reject name *.exe -- a\nreject member name a.exe -- b\n") == [2]


def test_mailscanners_rules_are_looked_at_too() -> None:
    text = "deny\t\\.pif$\tno\tno\nallow\t.*\tyes\tyes\ndeny\t\\.scr$\tno\tno\n"
    rules = parse_filename_rules(text, "filename.rules.conf", "part")
    assert [problem.line for problem in unreached_names(rules.rules)] == [3]


def test_what_is_not_ascii_is_not_compared() -> None:
    assert of_names("reject match ä -- a\nreject match ä -- b\n") == []
