"""line_checks: Postfix's header_checks family as `[tables]` names it: `pcre:/FILE`, `regexp:/FILE`, or several.

A rule whose action cannot be done here is an error, as is every mistake in a file: nobody wrote it to have no effect.
"""

from collections.abc import Callable, Mapping
from functools import cache

from gatekeeper.config.schema import Tables
from gatekeeper.tables import PatternTable
from gatekeeper.tables.check_action import judge_action
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

_PLACES = {
    "header": "header_checks",
    "mime": "mime_header_checks",
    "nested": "nested_header_checks",
    "body": "body_checks",
}
_SAME = "$header_checks"


def read_line_checks(
    settings: Tables, text: Callable[[str, str], str], problems: list[Problem]
) -> Mapping[str, tuple[PatternTable, ...]]:
    """The tables for each place, in the order in which they are asked; what is wrong with them goes to `problems`."""

    @cache
    def parsed(name: str, setting: str, *, header: bool) -> PatternTable | None:
        flavour, colon, path = name.partition(":")
        if flavour not in ("pcre", "regexp") or not colon or not path:
            remedy = "write pcre:/FILE or regexp:/FILE, with commas between several"
            problems.append(Problem(setting, 0, "error", f"{name!r} is no table that can be read here", remedy))
            return None
        table = PatternTable.parse(text(path, setting), path, flavour)
        problems.extend((*table.problems, *_of_actions(table, header)))
        return table

    def named(setting: str) -> tuple[PatternTable, ...]:
        value: str = getattr(settings, setting)
        if value == _SAME and setting != "header_checks":
            return named("header_checks")
        header = setting != _PLACES["body"]
        tables = (parsed(name, f"tables.{setting}", header=header) for name in value.replace(",", " ").split())
        return tuple(table for table in tables if table is not None)

    return {place: found for place, setting in _PLACES.items() if (found := named(setting))}


def _of_actions(table: PatternTable, header: bool) -> list[Problem]:
    """What is wrong with what stands behind the patterns."""
    reader = Reader(table.source)
    for reader.line, value in table.texts:
        if value:
            judge_action(value, reader, header=header)
    return reader.problems
