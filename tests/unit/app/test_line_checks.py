from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatekeeper.app.tables import read_tables
from gatekeeper.config.schema import Config
from gatekeeper.tables import Tables
from gatekeeper.values import Problem


def read(**tables: Any) -> tuple[Tables, list[Problem]]:
    return read_tables(msgspec.convert({"tables": tables}, Config))


def write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def sources(tables: Tables) -> dict[str, list[str]]:
    return {place: [Path(table.source).name for table in asked] for place, asked in tables.line_checks.items()}


def test_header_checks_are_for_all_headers_as_in_postfix(tmp_path: Path) -> None:
    tables, problems = read(header_checks="pcre:" + write(tmp_path / "h", "/a/ OK\n"))
    assert sources(tables) == {"header": ["h"], "mime": ["h"], "nested": ["h"]}
    assert problems == []


def test_each_may_have_its_own_several_or_none(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one", "/a/ OK\n"), write(tmp_path / "two", "/b/ OK\n")
    tables, problems = read(
        header_checks=f"pcre:{one}, regexp:{two}",
        mime_header_checks="",
        nested_header_checks=f"regexp:{two}",
        body_checks=f"regexp:{two} pcre:{one}",
    )
    assert sources(tables) == {"header": ["one", "two"], "nested": ["two"], "body": ["two", "one"]}
    assert problems == []


def test_without_any_there_is_none() -> None:
    assert read()[0].line_checks == {}


@pytest.mark.parametrize("name", ["hash:/etc/postfix/h", "/etc/postfix/h", "pcre:", "pcre", "$body_checks"])
def test_other_tables_are_refused(name: str) -> None:
    tables, problems = read(header_checks=name)
    assert tables.line_checks == {}
    assert [(problem.source, problem.severity) for problem in problems] == [("tables.header_checks", "error")]
    assert name in problems[0].message


def test_a_file_that_is_missing_is_named_once(tmp_path: Path) -> None:
    _, problems = read(header_checks=f"pcre:{tmp_path}/h")
    assert [(problem.source, problem.severity) for problem in problems] == [(f"{tmp_path}/h", "error")]


def test_every_mistake_comes_once_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "h", "/a/ STRIP\n/(/ OK\nif /b/\n/c/ REJCT\nendif\n/d/ FILTER x:\n/a/ OK\n")
    _, problems = read(header_checks=f"pcre:{path}")
    assert sorted((problem.line, problem.severity) for problem in problems) == [
        (1, "error"),
        (2, "error"),
        (4, "error"),
        (6, "error"),
        (7, "warning"),
    ]
    assert {problem.source for problem in problems} == {path}
