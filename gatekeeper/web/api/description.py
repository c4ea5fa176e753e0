"""description: what the API is, for programs (OpenAPI 3.1), made of the operations and the structs they take. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatekeeper import __version__
from gatekeeper.web.api.operation import Operation
from gatekeeper.web.api.problems import MEDIA, Problem
from gatekeeper.web.api.record_shapes import RecordPage
from gatekeeper.web.api.serving import JSON, MESSAGE
from gatekeeper.web.api.shapes import Decision, HeldPage

Json = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_ABOUT = """Held mail, decisions about it, and what became of all mail. Each request shows a token that
`gatekeeper tokens add` made: `Authorization: Bearer TOKEN`. Lists come page by page: `after` of one answer is the
`after` of the next request, until it is empty. Times are UTC. What somebody may not see is answered as what does not
exist."""
_IN_PATH: Mapping[str, Json] = {
    "id": {
        "type": "string",
        "description": "What `X-Gatekeeper-Id`, lists and the log say.",
        "pattern": "^[0-9a-hjkmnp-tv-z]{13}$",
    },
    "entry": {"type": "integer", "description": "A line of the audit trail.", "minimum": 1, "maximum": 2**53 - 1},
}
_WRONG = {
    400: "What is asked for makes no sense; `detail` says where.",
    401: "No token, or one that is worth nothing.",
    403: "The scope of the token does not reach so far.",
    404: "There is no such thing, or it is not for this token to see.",
    409: "It cannot be done, or not by this role; `detail` says why.",
    415: "The body is not said to be JSON.",
}


def description(operations: Sequence[Operation]) -> Json:
    """The document."""
    kinds = [kind for operation in operations for kind in _bodies(operation)]
    _, components = msgspec.json.schema_components([*dict.fromkeys(kinds), Problem], ref_template=_REFERENCE)
    for schema in components.values():
        schema["description"] = " ".join(schema.get("description", "").split())
    paths: dict[str, Json] = {}
    for operation in operations:
        told = _operation(operation)
        if links := _links(operation, operations):
            told["responses"]["200"]["links"] = links
        paths.setdefault(operation.path, {})[operation.method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {"title": "gatekeeper", "version": __version__, "description": " ".join(_ABOUT.split())},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {str(status): _problem(told) for status, told in _WRONG.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _bodies(operation: Operation) -> Iterable[Any]:
    """The structs that it takes or gives; those of queries are parameters, and not told of by name."""
    if operation.method == "POST" and operation.asked is not None:
        yield operation.asked
    if operation.answer is not bytes:
        yield operation.answer


def _operation(operation: Operation) -> Json:
    summary, rest = operation.told
    told: Json = {"operationId": operation.name, "summary": summary}
    told["description"] = f"{rest} Scope: {operation.scope}.".strip()
    if parameters := [*_in_path(operation), *_in_query(operation)]:
        told["parameters"] = parameters
    if operation.method == "POST" and operation.asked is not None:
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": _reference(operation.asked)}}}
    told["responses"] = {"200": _answer(operation)} | {str(status): _refers(status) for status in _statuses(operation)}
    told["responses"]["default"] = _problem("Something is wrong on our side.")
    return told


def _links(operation: Operation, operations: Iterable[Operation]) -> Json:
    """Where an answer leads: from a list to its first message, from a decision to undoing it."""
    name, where = ("entry", "/entry") if operation.answer is Decision else ("id", "/messages/0/id")
    below = "/audit" if name == "entry" else operation.path
    if name == "id" and operation.answer not in (HeldPage, RecordPage):
        return {}
    return {
        one.name: {"operationId": one.name, "parameters": {name: f"$response.body#{where}"}}
        for one in operations
        if one.path.startswith(f"{below}/{{{name}}}")
    }


def _in_path(operation: Operation) -> list[Json]:
    names = (piece.strip("{}") for piece in operation.path.split("/") if piece.startswith("{"))
    return [{"name": name, "in": "path", "required": True, "schema": _IN_PATH[name]} for name in names]


def _in_query(operation: Operation) -> list[Json]:
    if operation.method != "GET" or operation.asked is None:
        return []
    (_,), schemas = msgspec.json.schema_components([operation.asked], ref_template=_REFERENCE)
    properties = schemas[operation.asked.__name__]["properties"]
    return [
        {"name": name, "in": "query", "description": schema.pop("description", ""), "schema": _inlined(schema, schemas)}
        for name, schema in properties.items()
    ]


def _inlined(schema: Json, schemas: Mapping[str, Json]) -> Json:
    """Enumerations stand where they are used."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found = {"enum": schemas[name]["enum"]} if name else schema
    return {"type": "string"} | found if "enum" in found else found


def _statuses(operation: Operation) -> list[int]:
    found = [400, 401, 403]
    found += [404] if "{" in operation.path else []
    found += [409] if operation.method == "POST" or operation.answer is bytes else []
    return [*found, *([415] if operation.method == "POST" and operation.asked is not None else [])]


def _answer(operation: Operation) -> Json:
    if operation.answer is bytes:
        return {"description": "The message.", "content": {MESSAGE: {"schema": {"type": "string", "format": "binary"}}}}
    return {"description": "Done.", "content": {JSON: {"schema": _reference(operation.answer)}}}


def _problem(told: str) -> Json:
    return {"description": told, "content": {MEDIA: {"schema": _reference(Problem)}}}


def _reference(kind: type) -> Json:
    return {"$ref": _REFERENCE.format(name=kind.__name__)}


def _refers(status: int) -> Json:
    return {"$ref": f"#/components/responses/{status}"}
