"""The description of the API is true, and the one in deploy/ is the one that is served."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from gatekeeper.stores.accounts import Scope
from gatekeeper.web.api.application import OPERATIONS
from gatekeeper.web.api.description import description

FILE = Path(__file__).parents[3] / "deploy" / "api.json"


def written() -> str:
    """As it stands in deploy/."""
    return json.dumps(description(OPERATIONS), indent=1) + "\n"


def calls() -> list[tuple[str, dict[str, Any]]]:
    return [(path, call) for path, ways in json.loads(written())["paths"].items() for call in ways.values()]


def test_the_one_in_deploy_is_up_to_date() -> None:
    assert FILE.read_text() == written(), "make docs"


def test_every_call_is_told_of_in_words_and_named_once() -> None:
    names = [call["operationId"] for _, call in calls()]
    assert len(names) == len(set(names)) == len(OPERATIONS)
    for path, call in calls():
        assert call["summary"], path
        assert any(f"Scope: {scope}." in call["description"] for scope in Scope), path


def test_every_parameter_and_schema_is_explained() -> None:
    told = json.loads(written())
    for path, call in calls():
        for parameter in call.get("parameters", ()):
            assert "$ref" not in json.dumps(parameter), path
            assert parameter["schema"].get("type"), path
            assert parameter.get("description") or parameter["schema"].get("description"), parameter
    for name, schema in told["components"]["schemas"].items():
        assert schema.get("description") or "enum" in schema, name


def test_all_that_is_referred_to_is_there() -> None:
    told = json.loads(written())
    for reference in {line.split('"')[3] for line in written().splitlines() if '"$ref"' in line}:
        place: Any = told
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


@pytest.mark.parametrize("name", ["HeldPage", "Reasons", "Decision", "Stats", "RecordPage", "Trail", "Problem"])
def test_schemas_are_valid_and_do_not_take_anything(name: str) -> None:
    told = json.loads(written())
    schema = {"$ref": f"#/components/schemas/{name}", "components": told["components"]}
    assert not jsonschema_rs.validator_for(schema).is_valid({"nothing": "of it"})


if __name__ == "__main__":
    FILE.write_text(written())
