"""convert: from the values of TOML to the typed settings, naming every mistake and not only the first.

A sound configuration is one call of msgspec. Only when that fails are tables, keys and list elements gone through one
by one. Nothing raises: mistakes are `Complaint`s, each with the path of its key.
"""

import difflib
import math
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeVar, get_args, get_origin

import msgspec
from msgspec import inspect

from gatekeeper.config.locate import Path

S = TypeVar("S", bound=msgspec.Struct)
_LARGEST = 2**63 - 1
_MOVED: Mapping[str, str] = {
    "checks.containers.on_failure": "[dependencies.opener], as down and limit,",
    "checks.containers.on_timeout": "[dependencies.opener], as timeout,",
}
"""What there was once, and what has taken its place."""


class Complaint(NamedTuple):
    """A mistake before its place is known."""

    path: Path
    message: str
    remedy: str = ""
    severity: Literal["error", "warning"] = "error"


def convert(values: Mapping[str, object], table: type[S], path: Path = ()) -> tuple[S, list[Complaint]]:
    """`values` as a `table`, and every mistake in them. `path` is where the table stands.

    If there are mistakes, the settings concerned have their defaults, so that the others can still be examined.
    """
    complaints = list(_not_finite(values, path))
    strange = {complaint.path for complaint in complaints}
    try:
        converted = msgspec.convert(values, table)
    except msgspec.ValidationError as error:
        wrong = list(_struct(values, table, path)) or [Complaint(path, _plain(error))]
        complaints += [complaint for complaint in wrong if complaint.path not in strange]
    else:
        if not complaints:
            return converted, []
    return _without(values, table, [complaint.path[len(path) :] for complaint in complaints]), complaints


def _without(values: Mapping[str, object], table: type[S], mistakes: list[Path]) -> S:
    """`values` as a `table`, but for the keys in which the mistakes are."""
    try:
        return msgspec.convert(_pruned(values, mistakes), table)
    except msgspec.ValidationError:
        return table()


def _pruned(values: Mapping[str, object], mistakes: list[Path]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for key, value in values.items():
        below = [path[1:] for path in mistakes if path[:1] == (key,)]
        if isinstance(value, Mapping) and () not in below:
            kept[key] = _pruned(value, below)
        elif not below:
            kept[key] = value
    return kept


def spelled(path: Path) -> str:
    """The path as one would write it in TOML: `smtp.limits.size`, `domains."example.org".tag`."""
    names = ""
    for part in path:
        if isinstance(part, int):
            names += f"[{part}]"
        else:
            bare = part and part.isascii() and part.replace("-", "").replace("_", "").isalnum()
            names += ("." if names else "") + (part if bare else f'"{part}"')
    return names


def _remedy(path: Path, known: list[str]) -> str:
    moved = _MOVED.get(spelled(path))
    return f"take it out: now {moved} says so" if moved else nearest(str(path[-1]), known)


def nearest(word: str, known: list[str]) -> str:
    """A remedy for a name that is unknown."""
    close = difflib.get_close_matches(word, known, 1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(sorted(known))}"


def _struct(values: object, table: type[msgspec.Struct], path: Path) -> Iterator[Complaint]:
    """What is wrong in one table."""
    if not isinstance(values, Mapping):
        yield Complaint(path, f"{spelled(path)} is a table, not a value", f"write [{spelled(path)}] and its keys below")
        return
    fields = {field.name: field for field in msgspec.structs.fields(table)}
    sound: dict[str, object] = {}
    for key, value in values.items():
        if key not in fields:
            yield Complaint((*path, key), f"{spelled((*path, key))} is unknown", _remedy((*path, key), list(fields)))
            continue
        complaints = list(_value(value, fields[key].type, (*path, key)))
        if not complaints:
            sound[key] = value
        yield from complaints
    yield from _together(sound, table, path)


def _together(values: Mapping[str, object], table: type[msgspec.Struct], path: Path) -> Iterator[Complaint]:
    """What the table's own `__post_init__` says, at the key that it is about if one alone shows it."""
    try:
        msgspec.convert(values, table)
    except msgspec.ValidationError as error:
        alone = [Complaint((*path, key), str(e)) for key, e in _one_by_one(values, table)]
        yield from alone or [Complaint(path, _plain(error))]


def _one_by_one(
    values: Mapping[str, object], table: type[msgspec.Struct]
) -> Iterator[tuple[str, msgspec.ValidationError]]:
    for key, value in values.items():
        try:
            msgspec.convert({key: value}, table)
        except msgspec.ValidationError as error:
            yield key, error


def _value(value: object, kind: object, path: Path) -> Iterator[Complaint]:
    """What is wrong with one value that should be of type `kind`."""
    info = inspect.type_info(kind)
    match info, value:
        case inspect.StructType(cls=table), _:
            yield from _struct(value, table, path)
        case inspect.DictType(), Mapping() if get_origin(kind) is dict:
            for name, below in value.items():
                yield from _value(below, get_args(kind)[1], (*path, name))
        case inspect.ListType(), list() if get_origin(kind) is list:
            for number, element in enumerate(value):
                yield from _value(element, get_args(kind)[0], (*path, number))
        case _:
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError:
                yield _misfit(value, info, path)


def _misfit(value: object, info: inspect.Type, path: Path) -> Complaint:
    said = msgspec.json.encode(value).decode() if isinstance(value, str | bool | int | float) else _sort(value)
    return Complaint(path, f"{spelled(path)} is {said}", f"write {_wanted(info)}")


def _sort(value: object) -> str:
    return "a list" if isinstance(value, list) else "a table" if isinstance(value, Mapping) else "a date or time"


def _bounds(info: inspect.FloatType) -> Iterator[str]:
    limits = ("greater than", info.gt), ("of at least", info.ge), ("less than", info.lt), ("of at most", info.le)
    for text, bound in limits:
        if bound is not None:
            yield f"{text} {bound:g}"


def _wanted(info: inspect.Type) -> str:
    """A type in words."""
    match info:
        case inspect.Metadata(extra_json_schema={"description": str(words)}):
            return words
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType(ge=least):
            return "a whole number" + (f" of at least {least}" if least is not None else "")
        case inspect.FloatType():
            return f"a number {' and '.join(_bounds(info))}".rstrip()
        case inspect.StrType():
            return 'text in "quotes"'
        case inspect.LiteralType(values=values):
            return "one of " + ", ".join(f'"{value}"' for value in values)
        case inspect.ListType(item_type=item):
            return f"a list in [brackets], each element {_wanted(item)}"
        case inspect.UnionType(types=types):
            return " or ".join(_wanted(one) for one in types if not isinstance(one, inspect.NoneType))
        case _:
            return "a table"


def _not_finite(value: object, path: Path) -> Iterator[Complaint]:
    """Numbers that TOML can write and no setting can mean."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _not_finite(below, (*path, key))
    elif isinstance(value, float) and not math.isfinite(value):
        yield Complaint(path, f"{spelled(path)} is {value}", "write a finite number")
    elif isinstance(value, int) and abs(value) > _LARGEST:
        yield Complaint(path, f"{spelled(path)} is too large a number", f"write at most {_LARGEST}")


def _plain(error: msgspec.ValidationError) -> str:
    """The text of msgspec without its own notation of a path."""
    return str(error).partition(" - at `")[0]
