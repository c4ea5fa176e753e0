import tomllib
from typing import get_args

import msgspec
import pytest

from gatekeeper.config.dependencies import Dependencies
from gatekeeper.config.schema import Config
from gatekeeper.values import Dependency, Outage, Question, Resort


def test_every_dependency_has_a_row_and_every_row_every_cell() -> None:
    table = Config().dependencies.table()
    assert set(table) == set(Dependency)
    assert all(set(row) == set(Outage) for row in table.values())
    assert {field.name for field in msgspec.structs.fields(Dependencies)} == set(Dependency)


def test_every_question_names_its_dependency() -> None:
    asked = {question: question.dependency for question in get_args(Question)}
    assert set(asked.values()) <= set(Dependency)
    assert len(asked) >= 4


def test_doubt_about_mailboxes_and_worms_is_never_passed_by_default() -> None:
    table = Config().dependencies.table()
    assert set(table[Dependency.DIRECTORY].values()) == {Resort.DEFER}
    for dependency in (Dependency.ANTIVIRUS, Dependency.OPENER):
        assert Resort.PASS not in table[dependency].values()


def test_a_cell_that_is_set_leaves_the_others_of_its_row_as_they_are() -> None:
    text = '[dependencies.antivirus]\ntimeout = "tag"\n'
    row = msgspec.convert(tomllib.loads(text), Config).dependencies.antivirus
    assert (row.timeout, row.down, row.refused) == ("tag", "defer", "defer")


@pytest.mark.parametrize("text", ['[dependencies.dns]\ndown = "reject"\n', '[dependencies.moon]\ndown = "pass"\n'])
def test_no_cell_refuses_for_good_and_no_row_is_made_up(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(tomllib.loads(text), Config)
