import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatekeeper.app.ordering import ABILITIES
from gatekeeper.app.tables import read_tables
from gatekeeper.config.schema import Config
from gatekeeper.tables import Tables
from gatekeeper.tables.check_action import Deed
from gatekeeper.values import Problem


def read(**tables: Any) -> tuple[Tables, list[Problem]]:
    return read_all(tables=tables)


def read_all(**settings: Any) -> tuple[Tables, list[Problem]]:
    settings["tables"] = {"shipped_rules": False, "shipped_attachments": False} | settings.get("tables", {})
    return read_tables(msgspec.convert(settings, Config))


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
    path = write(tmp_path / "h", "/a/ PREPEND\n/(/ OK\nif /b/\n/c/ REJCT\nendif\n/d/ FILTER x:\n/a/ OK\n")
    _, problems = read(header_checks=f"pcre:{path}")
    assert sorted((problem.line, problem.severity) for problem in problems) == [
        (1, "error"),
        (2, "error"),
        (4, "error"),
        (6, "error"),
        (7, "warning"),
    ]
    assert {problem.source for problem in problems} == {path}


HOPS = {"relay": {"mailertable": ""}, "smtp": {"listen": ["127.0.0.1:2525"]}}
MILTER = {"milter": {"socket": "unix:/run/x"}, "relay": {"mailertable": ""}}


@pytest.mark.parametrize("value", ["BCC a@own.test", "REDIRECT a@own.test", "FILTER smtp:[10.0.0.2]:10025"])
@pytest.mark.parametrize(("front", "settings"), [("proxy", HOPS), ("milter", MILTER)])
def test_what_a_front_cannot_do_is_an_error(tmp_path: Path, value: str, front: str, settings: dict[str, Any]) -> None:
    settings = settings | {"relay": {"mailertable": write(tmp_path / "m", "own.test esmtp:[10.0.0.1]\n")}}
    for named in ({"header_checks": f"pcre:{write(tmp_path / 'h', f'/a/ {value}')}"},
                  {"client_access": f"hash:{write(tmp_path / 'c', f'a {value}')}"}):  # fmt: skip
        _, problems = read_all(**settings | {"tables": named})
        able = front in ABILITIES[Deed(value.split()[0])]
        assert [(p.line, p.severity) for p in problems] == ([] if able else [(1, "error")])


def test_where_nobody_knows_the_way_to_is_an_error_for_the_proxy(tmp_path: Path) -> None:
    settings = HOPS | {"relay": {"mailertable": write(tmp_path / "m", "own.test esmtp:[10.0.0.1]\n")}}
    settings["tables"] = {"body_checks": f"pcre:{write(tmp_path / 'b', '/a/ BCC a@far.test')}"}
    _, (problem,) = read_all(**settings)
    assert problem.message == "BCC a@far.test: no entry says where mail for far.test goes"


def test_the_guide_has_every_action_and_every_front() -> None:
    guide = Path(__file__).parents[3].joinpath("deploy/header_checks.md").read_text()
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in guide.splitlines() if row.startswith("| `")]
    said = {}
    for action, _, proxy, milter in (row for row in rows if len(row) == 4):
        for word in re.findall(r"`([A-Z]+)[^`]*`", action):
            said.setdefault(word, []).append({"proxy"} - ({"proxy"} if proxy.startswith("**no**") else set())
                                             | ({"milter"} if not milter.startswith("**no**") else set()))  # fmt: skip
    assert set(said) - {"OK"} == set(Deed)
    assert all(fronts == ABILITIES[Deed(word)] for word, every in said.items() if word != "OK" for fronts in every)
