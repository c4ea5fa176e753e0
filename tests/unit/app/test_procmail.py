from pathlib import Path

import pytest

from gatekeeper.app.procmail import read_procmail
from gatekeeper.config.schema import Config, Domain, Gateway, Policy, Smtp, Tables
from gatekeeper.tables import Mailertable
from gatekeeper.values import Problem

WAYS = Mailertable.parse("company.example esmtp:[192.0.2.1]\n", "mailertable")


def read(text: str, home: Path, **settings: object):
    (home / "rc").write_text(text)
    problems: list[Problem] = []
    config = Config(
        gateway=Gateway(hostname="mx.company.example"), tables=Tables(procmail=str(home / "rc")), **settings
    )
    return read_procmail(config, WAYS, lambda path, _: Path(path).read_text(), problems), problems


def test_without_a_file_there_are_no_recipes() -> None:
    assert read_procmail(Config(), WAYS, lambda *_: "", []).statements == ()


def test_what_it_includes_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "more").write_text("}\n")
    recipes, problems = read("INCLUDERC=more\n:0\nhit\n", tmp_path)
    assert (len(recipes.statements), recipes.hostname) == (2, "mx.company.example")
    assert [(Path(problem.source).name, problem.line) for problem in problems] == [("more", 1)]


def test_a_domain_has_its_own_threshold(tmp_path: Path) -> None:
    domains = {"Other.example": Domain(tag=9.0), "plain.example": Domain()}
    recipes, _ = read(":0\nhit\n", tmp_path, policy=Policy(tag=4.0), domains=domains)
    asked = ("joe@other.example", "joe@plain.example", "joe@nowhere.example", "")
    assert [recipes.required(address) for address in asked] == [9.0, 4.0, 4.0, 4.0]


@pytest.mark.parametrize(("address", "wrong"), [("joe@company.example", False), ("joe@nowhere.example", True)])
def test_mail_can_be_sent_on_where_a_way_is_known(address: str, wrong: bool, tmp_path: Path) -> None:
    _, problems = read(f":0\n! {address}\n", tmp_path, smtp=Smtp(listen=["127.0.0.1:2525"]))
    assert [problem.line for problem in problems] == ([1] if wrong else [])


@pytest.mark.parametrize(
    ("path", "wrong"), [("/bin/true", False), ("true", True), ("/nowhere/true", True), ("/etc", True)]
)
def test_a_program_that_is_listed_can_be_run(path: str, wrong: bool, tmp_path: Path) -> None:
    (tmp_path / "rc").write_text("")
    problems: list[Problem] = []
    config = Config(tables=Tables(procmail=str(tmp_path / "rc"), procmail_programs=[path]))
    read_procmail(config, WAYS, lambda path, _: Path(path).read_text(), problems)
    assert [problem.source for problem in problems] == (["tables.procmail_programs"] if wrong else [])
