"""show: the settings in force as TOML that can be read back, each with its meaning. Never fails."""

from collections.abc import Iterator, Mapping

import msgspec

from gatekeeper.config.convert import spelled
from gatekeeper.config.load import Loaded
from gatekeeper.config.locate import Path
from gatekeeper.config.meaning import meanings, title

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def show(loaded: Loaded, *, changed: bool = False) -> str:
    """`gatekeeper.toml` as if every setting had been written there; with `changed` only those that are not the default.

    A setting that has no value (a domain's own score, when the policy's holds) is left out: TOML has no word for it.
    """
    tables = _tables((), loaded.config, type(loaded.config)(), changed)
    checks = (
        block
        for name, table in loaded.checks.items()
        for block in _tables(("checks", name), table, type(table)(), changed)
    )
    return "\n".join([*tables, *checks])


def _tables(path: Path, table: msgspec.Struct, default: msgspec.Struct, changed: bool) -> Iterator[str]:
    """The text of one table, then of those in it."""
    below: list[tuple[Path, msgspec.Struct, msgspec.Struct]] = []
    lines: list[str] = []
    named: list[str] = []
    explained = meanings(type(table))
    for name in table.__struct_fields__:
        value, usual = getattr(table, name), getattr(default, name)
        if isinstance(value, msgspec.Struct):
            below.append(((*path, name), value, usual))
        elif isinstance(value, Mapping):
            below += [((*path, name, key), one, type(one)()) for key, one in value.items() if _is_table(one)]
            named += _named((*path, name), value)
        elif value is not None and not (changed and value == usual):
            comment = explained.get(name)
            lines.append(f"{name} = {toml(value)}" + (f"  # {comment}" if comment else ""))
    if path and (lines or not changed):
        about = title(type(table))
        yield "".join(f"{line}\n" for line in ([f"# {about}"] if about else []) + [f"[{spelled(path)}]", *lines])
    yield from named
    for place, one, usual in below:
        yield from _tables(place, one, usual, changed)


def _named(path: Path, values: Mapping[str, object]) -> Iterator[str]:
    """A table whose keys are names that the operator gives, such as `[scores]`; none of them has a default."""
    lines = [f"{spelled((key,))} = {toml(value)}\n" for key, value in values.items() if isinstance(value, int | float)]
    if lines:
        yield "".join((f"[{spelled(path)}]\n", *lines))


def _is_table(value: object) -> bool:
    return isinstance(value, msgspec.Struct)


def toml(value: object) -> str:
    """A value as TOML writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + "".join(_ESCAPES.get(character) or _visible(character) for character in value) + '"'
        case list() | tuple():
            return "[" + ", ".join(toml(element) for element in value) + "]"
        case Mapping():
            return "{" + ", ".join(f"{spelled((str(key),))} = {toml(one)}" for key, one in value.items()) + "}"
        case _:
            return str(value)


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\U{ord(character):08X}"
