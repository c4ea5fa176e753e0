"""The walls of the house: what may import what, how long a file may be, what a module says first."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from configparser import RawConfigParser
from pathlib import Path

import pytest

import gatekeeper
from gatekeeper.config.schema import Config

TOP = Path(__file__).parents[2]
HOUSE = TOP / "gatekeeper"
MODULES = sorted(HOUSE.rglob("*.py"))
SANS_IO = {"values", "message", "protocols", "digests", "tables", "spamassassin", "authentication"}
SANS_IO |= {"checks", "pipeline"}


def name(path: Path) -> str:
    return str(path.relative_to(TOP))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def room(path: Path) -> str:
    """The package a module stands in."""
    return path.relative_to(HOUSE).parts[0]


def lint_imports(top: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=top, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the house, to be spoilt."""
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    shutil.copytree(HOUSE, tmp_path / "gatekeeper", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_imports_go_one_way(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "text", "broken"),
    [
        ("observe/up.py", "import gatekeeper.cli", "imports go one way"),
        ("checks/nosy.py", "from gatekeeper.lookups import gather", "imports go one way"),
        ("checks/neighbour.py", "from gatekeeper.checks import dnsbl", "checks do not know each other"),
        ("cellar/__init__.py", "", "imports go one way"),
        ("values/leak.py", "import socket", "what thinks does no I/O"),
        ("checks/fetch.py", "import asyncio", "what thinks does no I/O"),
        ("authentication/resolve.py", "import socket", "what thinks does no I/O"),
        ("pipeline/run_it.py", "from subprocess import run", "what thinks does no I/O"),
    ],
)
def test_a_wall_that_is_broken_is_noticed(copy: Path, module: str, text: str, broken: str) -> None:
    path = copy / "gatekeeper" / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + "\n")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert f"{broken} BROKEN" in done.stdout


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_first_what_it_does(path: Path) -> None:
    said = ast.get_docstring(tree(path)) or ""
    own = path.parent.name if path.stem == "__init__" else path.stem
    assert re.match(rf"{own.lstrip('_')}\b.*: \S", said.splitlines()[0] if said else ""), f"{name(path)}: {said[:60]!r}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_and_functions_stay_small(path: Path) -> None:
    assert path.read_text().count("\n") <= 300
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_name_says_what_is_inside(path: Path) -> None:
    assert not {"utils", "util", "base", "manager", "helpers", "helper", "common", "misc"} & set(path.stem.split("_"))


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in SANS_IO], ids=name)
def test_what_thinks_opens_no_file(path: Path) -> None:
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not {call.id for call in calls if isinstance(call, ast.Name)} & {"open", "print", "input"}
    methods = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    assert not methods & {"read_text", "read_bytes", "write_text", "write_bytes"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_backtracking_engine_meets_an_operators_pattern(path: Path) -> None:
    imported = {alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for alias in node.names}
    rendering = name(path).startswith("gatekeeper/spamassassin/texts/") and path.stem.endswith("patterns")
    fixed = {"re"} if room(path) in ("message", "protocols", "digests", "classifier") or rendering else set()
    budgeted = {"regex"} if name(path) == "gatekeeper/tables/matcher.py" else set()
    assert not imported & {"re", "regex", "pickle", "marshal", "shelve"} - fixed - budgeted


def test_tests_weigh_as_much_as_what_they_test() -> None:
    code = sum(path.read_text().count("\n") for path in MODULES)
    tests = sum(path.read_text().count("\n") for path in (TOP / "tests").rglob("*.py"))
    assert tests >= code


def test_the_changelog_knows_this_version() -> None:
    versions = re.findall(r"^## \[(.+?)\]", (TOP / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == "Unreleased" or versions[0] == gatekeeper.__version__


@pytest.mark.parametrize("script", sorted((TOP / ".ci").iterdir()), ids=name)
def test_scripts_parse_and_can_be_run(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in script.read_text()


def test_a_setup_with_nothing_to_do_does_nothing(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(TOP / ".ci" / "setup", tmp_path / ".ci")
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "ready").write_text((Path(sys.prefix) / "ready").read_text())
    done = subprocess.run([tmp_path / ".ci" / "setup"], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert [path.name for path in (tmp_path / ".venv").iterdir()] == ["ready"]


def test_every_target_of_make_is_in_its_help() -> None:
    makefile = (TOP / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    helped = subprocess.run(["make", "help"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    assert set(phony[1].split()) == set(re.findall(r"^  make (\w+) ", helped, re.MULTILINE))


def test_a_wheel_has_what_the_unit_starts() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(TOP / "deploy" / "gatekeeper.service")
    service = unit["Service"]
    assert Path(service["ExecStart"].split()[0]).name in project["scripts"]
    assert Config().gateway.state == f"/var/lib/{service['StateDirectory']}"
    assert float(service["TimeoutStopSec"].removesuffix("s")) > Config().gateway.drain
    assert service["ExecReload"].endswith("kill -HUP $MAINPID")
