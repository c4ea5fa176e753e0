"""SpamAssassin's files apart."""

import pytest

from gatekeeper.spamassassin.conditions import Conditions
from gatekeeper.spamassassin.lines import Lines, SourceFile


def keys(text: str, **files: str) -> list[tuple[str, str]]:
    lines = Lines(Conditions(), lambda name, by: SourceFile(name, files[name.removesuffix(".cf")]))
    found = [(line.key, line.value) for line in lines.read([SourceFile("x.cf", text)])]
    assert not lines.problems
    return found


def problems(text: str) -> list[str]:
    lines = Lines(Conditions())
    list(lines.read([SourceFile("x.cf", text)]))
    return [f"{problem.line}: {problem.message}" for problem in lines.problems]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("score A 1 # why", [("score", "A 1")]),
        ("  score\t A  1  ", [("score", "A  1")]),
        (r"body A /a\#b/ # c", [("body", "A /a#b/")]),
        ("# nothing", []),
        ("", []),
        ("Clear-Headers", [("clear_headers", "")]),
        ("lang de describe A Etwas", []),
        ("lang en describe A Something", [("describe", "A Something")]),
        ("body A /\udcc3\udca9/", [("body", "A /\xc3\xa9/")]),
        ("score A 1\r\n", [("score", "A 1")]),
        ("\ufeffscore A 1", [("score", "A 1")]),
    ],
)
def test_a_line_says_what_it_says(line: str, read: list[tuple[str, str]]) -> None:
    assert keys(line) == read


CASES = """
a 1
if (version < 3)
b 1
if (version > 3)
c 1
else
d 1
endif
else
e 1
ifplugin Mail::SpamAssassin::Plugin::FreeMail
f 1
else
g 1
endif
h 1
endif
i 1
"""


def test_conditions_nest() -> None:
    assert [key for key, _ in keys(CASES)] == ["a", "e", "f", "h", "i"]


def test_a_file_stands_where_it_is_included() -> None:
    assert keys("a 1\ninclude other.cf\nb 1", other="c 1") == [("a", "1"), ("c", "1"), ("b", "1")]


def test_files_that_include_each_other_end() -> None:
    lines = Lines(Conditions(), lambda name, by: SourceFile(name, f"include {name}\n"))
    assert list(lines.read([SourceFile("x.cf", "include x.cf")])) == []
    assert [problem.message for problem in lines.problems] == ["files include each other 10 deep"]


def test_what_is_not_closed_ends_with_its_file() -> None:
    lines = Lines(Conditions())
    read = list(lines.read([SourceFile("x.cf", "if (version < 3)\na 1\n"), SourceFile("y.cf", "b 1\n")]))
    assert [line.key for line in read] == ["b"]
    assert [(problem.source, problem.line) for problem in lines.problems] == [("x.cf", 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("endif", "1: this endif has no if"),
        ("\nelse", "2: this else has no if"),
        ("if\nendif", "1: the condition is not understood: something is missing at the end"),
        ("ifplugin\nendif", "1: the condition is not understood: something is missing at the end"),
        ("include", "1: the file to include is not named"),
        ("require_version 3.001", "1: the file is for SpamAssassin 3.001, and its rest is left out"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, said: str) -> None:
    assert problems(text) == [said]


def test_an_if_that_is_not_understood_does_not_hold() -> None:
    lines = Lines(Conditions())
    assert list(lines.read([SourceFile("x.cf", "if ((\na 1\nendif")])) == []


def test_a_file_for_this_version_is_read() -> None:
    assert keys("require_version 4.000001\na 1") == [("a", "1")]
